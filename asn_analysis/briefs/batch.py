"""A quarter of briefs: every notebook run by papermill, every page written whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat

from asn_analysis import __version__
from asn_analysis.briefs.catalogue import catalogue_record, data_tables
from asn_analysis.briefs.inputs import CITY, Inputs, unit_inputs
from asn_analysis.briefs.names import safe_name
from asn_analysis.briefs.page import brief_page, catalogue_name, catalogue_page, record_in

PACKAGE = Path(__file__).parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
CELL_TIMEOUT = 300  # seconds; the slowest cell of an example brief takes two
VERSIONS = ("papermill", "nbconvert", "pandas", "numpy", "duckdb", "matplotlib", "statsmodels")


@dataclass(frozen=True)
class Job:
    """One notebook to run. Plain text throughout, so that it can travel to another process.

    Attributes
    ----------
    scope : "city" or a unit's code
    notebook, prepared, folder : paths of the notebook, its document, and where its pages go
    languages : the languages to write
    key : hash of everything the pages depend on
    """

    scope: str
    notebook: str
    prepared: str
    folder: str
    languages: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job; ``error`` is None where its pages stand."""

    scope: str
    folder: str
    key: str
    seconds: float
    error: str | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Run:
    """What a run left: outcomes, the city's first, and the page to open (None if there is none)."""

    quarter: str
    index: Path | None
    outcomes: tuple[Outcome, ...]
    seconds: float
    resume: str = field(default="")

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.error)


def make_briefs(
    city: Inputs,
    unit_ids: Sequence[str],
    out: Path,
    *,
    languages: Sequence[str],
    executor: Executor,
    force: bool = False,
    kept_ids: Sequence[str] = (),
    resume: str = "",
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> Run:
    """Make the city's brief, then one brief per unit, then the catalogue.

    Parameters
    ----------
    city : the city's inputs of the quarter
    unit_ids : units to make briefs for
    out : folder of all quarters
    executor : any ``concurrent.futures`` executor; jobs are plain text
    force : make again what is already there from the same inputs
    kept_ids : other units, whose briefs stay in the catalogue if they rest on the same data
    resume : the command that finishes a run with failures
    tell : called with each outcome as it comes
    """
    start = time.monotonic()
    target = out / str(city.quarter)
    earlier = _earlier_keys(target)
    before = {} if force else earlier
    outcomes: list[Outcome] = []

    def run(jobs: Sequence[Job]) -> None:
        for outcome in _run(jobs, before, executor):
            outcomes.append(outcome)
            tell(outcome)

    with _workshop(out, city.quarter) as workshop:
        run([_job(city, workshop, target, languages)])
        if not outcomes[0].error:
            found = read_record(target / CITY)
            run([_job(unit_inputs(city, unit, found), workshop, target, languages) for unit in unit_ids])
    outcomes += _kept(kept_ids, earlier, target, city)
    order = {scope: place for place, scope in enumerate([CITY, *sorted({*unit_ids, *kept_ids})])}
    outcomes.sort(key=lambda outcome: order[outcome.scope])
    if not outcomes[0].error:
        _write_catalogue(target, outcomes, languages)
    run_made = Run(
        str(city.quarter), target / "index.html", tuple(outcomes), time.monotonic() - start, resume
    )
    write_whole(
        target / "run.json", json.dumps(_run_record(run_made, city), indent=1, ensure_ascii=False) + "\n"
    )
    return run_made


def make_brief(job: Job) -> Outcome:
    """Run one notebook and write its pages; a failure is told, kept, and spoils nothing else."""
    start = time.monotonic()
    folder = Path(job.folder)
    try:
        notebook = _execute(job)
        pages = {f"brief.{name}.html": brief_page(notebook, name, job.languages) for name in job.languages}
        record = json.dumps(record_in(notebook), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, text in {**pages, "record.json": record}.items():
            write_whole(folder / name, text)
        (folder / "brief.failed.ipynb").unlink(missing_ok=True)
    except Exception as error:  # whatever a notebook may raise: it belongs to this brief alone
        return Outcome(job.scope, job.folder, job.key, time.monotonic() - start, _reason(error))
    return Outcome(job.scope, job.folder, job.key, time.monotonic() - start)


def read_record(folder: Path) -> dict[str, Any]:
    """The record beside a brief."""
    return json.loads((folder / "record.json").read_text(encoding="utf-8"))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=".", suffix=".part", delete=False
    ) as part:
        try:
            part.write(text)
            part.flush()
            Path(part.name).chmod(0o644)
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _execute(job: Job) -> nbformat.NotebookNode:
    import papermill  # a second of imports, which a run that only skips does not need

    done = Path(job.prepared).with_suffix(".ipynb")
    try:
        return papermill.execute_notebook(
            job.notebook,
            str(done),
            parameters={"prepared": job.prepared},
            progress_bar=False,
            request_save_on_cell_execute=False,
            shutdown_kernel="immediate",
            start_timeout=120,
            iopub_timeout=30,
            execution_timeout=CELL_TIMEOUT,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except Exception:
        if done.exists():  # papermill's notebook with the error on top is the evidence
            failed = Path(job.folder) / "brief.failed.ipynb"
            write_whole(failed, done.read_text(encoding="utf-8"))
        raise


def _run(jobs: Sequence[Job], before: Mapping[str, str], executor: Executor) -> Iterator[Outcome]:
    stands = [job for job in jobs if before.get(job.scope) == job.key and _is_complete(job)]
    for job in stands:
        yield Outcome(job.scope, job.folder, job.key, 0.0, skipped=True)
    futures = [executor.submit(make_brief, job) for job in jobs if job not in stands]
    for future in as_completed(futures):
        yield future.result()


def _kept(
    unit_ids: Sequence[str], earlier: Mapping[str, str], target: Path, city: Inputs
) -> Iterator[Outcome]:
    """Briefs of an earlier run that rest on the same data and were not asked for now."""
    for unit in unit_ids:
        folder = target / "units" / safe_name(unit)
        stands = unit in earlier and (folder / "record.json").exists()
        if stands and read_record(folder)["data"] == city.about["data"]:
            yield Outcome(unit, str(folder), earlier[unit], 0.0, skipped=True)


def _is_complete(job: Job) -> bool:
    names = ["record.json", *(f"brief.{language}.html" for language in job.languages)]
    return all((Path(job.folder) / name).exists() for name in names)


def _job(inputs: Inputs, workshop: Path, target: Path, languages: Sequence[str]) -> Job:
    city = inputs.scope == CITY
    notebook = NOTEBOOKS / ("city_brief.ipynb" if city else "unit_brief.ipynb")
    document = inputs.to_json()
    name = CITY if city else f"unit-{safe_name(inputs.scope)}"
    prepared = workshop / f"{name}.json"
    prepared.write_text(document, encoding="utf-8")
    return Job(
        scope=inputs.scope,
        notebook=str(notebook),
        prepared=str(prepared),
        folder=str(target / CITY if city else target / "units" / safe_name(inputs.scope)),
        languages=tuple(languages),
        key=sha256("\n".join([document, notebook.read_text(), _code(), *languages]).encode()).hexdigest(),
    )


def _code() -> str:
    """Hash of the package itself: changed code makes every brief anew."""
    sources = sorted(
        path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".yml", ".po", ".j2", ".css")
    )
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


@contextmanager
def _workshop(out: Path, quarter: Any) -> Iterator[Path]:
    """A folder beside the reports, on storage that every worker sees, gone when the run ends."""
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{quarter}-", dir=out)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _earlier(target: Path) -> dict[str, Any]:
    """run.json of the last run; empty where there is none that can be read."""
    try:
        return json.loads((target / "run.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {"made": [], "skipped": [], "failed": []}


def _earlier_keys(target: Path) -> dict[str, str]:
    earlier = _earlier(target)
    return {entry["scope"]: entry["key"] for entry in (*earlier["made"], *earlier["skipped"])}


def failed_scopes(target: Path) -> set[str]:
    """Scopes whose briefs failed in the last run of a quarter."""
    return {entry["scope"] for entry in _earlier(target)["failed"]}


def _write_catalogue(target: Path, outcomes: Sequence[Outcome], languages: Sequence[str]) -> None:
    city = read_record(target / CITY)
    units = [read_record(Path(o.folder)) for o in outcomes if o.scope != CITY and not o.error]
    catalogue = catalogue_record(city, units, [o.scope for o in outcomes if o.error], languages)
    for name, text in data_tables(city, catalogue).items():
        write_whole(target / "tables" / f"{name}.csv", text)
    for language in languages:
        write_whole(
            target / catalogue_name(language, languages), catalogue_page(catalogue, language, languages)
        )


def _run_record(run: Run, city: Inputs) -> dict[str, Any]:
    def entries(wanted: Callable[[Outcome], bool]) -> list[dict[str, Any]]:
        return [
            {
                "scope": o.scope,
                "key": o.key,
                "seconds": round(o.seconds, 2),
                **({"reason": o.error} if o.error else {}),
            }
            for o in run.outcomes
            if wanted(o)
        ]

    return {
        "quarter": run.quarter,
        "made": entries(lambda o: not o.error and not o.skipped),
        "skipped": entries(lambda o: o.skipped),
        "failed": entries(lambda o: bool(o.error)),
        "resume": run.resume if run.failed else None,
        "seconds": round(run.seconds, 1),
        "data": city.about["data"],
        "rules": city.about["rules"],
        "versions": {"asn-analysis": __version__, **{name: version(name) for name in VERSIONS}},
    }


def _reason(error: BaseException) -> str:
    """The last line of what went wrong: enough to act on, without the data in a traceback."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1].strip()[:300] if lines else 'no message'}"
