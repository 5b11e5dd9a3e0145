"""A quarter of briefs: the city's, then its units', then the catalogue, each made only if it must be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from asn_analysis.briefs.published import changed_by_few_answers
from asn_analysis.briefs.unit import cut_units, with_finding
from asn_analysis.pages.gate import refuse_personal_inputs, write_whole
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.records.folders import put_in_place
from asn_analysis.records.hashed import file_sha256
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.run.desk import Desk, TellsOfFew, read_record
from asn_analysis.run.hashes import file_hashes, notebook_hashes
from asn_analysis.run.jobs import Stopped
from asn_analysis.run.plan import NEW, Options, Task, brief_folder, task
from asn_analysis.run.run_record import (
    SIGN_OFF,
    History,
    Outcome,
    Run,
    certificate_path,
    read_history,
    write_run,
)
from asn_analysis.run.storage import journal_path, sole_run, whole_or_nothing

FIRST_GUESS = {CITY: 5.0, "unit": 1.0}  # seconds, for a brief that was never made


@by_rules_of(lambda city, *more: city.quarter)
def make_briefs(
    city: Inputs,
    unit_ids: Sequence[str],
    out: Path,
    options: Options,
    executor: Executor,
    kept_ids: Sequence[str],
    tell: Callable[[Outcome], None],
) -> Run:
    """Make the city's brief, then one brief per unit, then the catalogue.

    Parameters
    ----------
    city : the city's inputs of the quarter
    unit_ids : units to make briefs for
    out : folder of all quarters
    options : languages, and how the run works
    executor : any of ``concurrent.futures``; threads are of this process, all others may be elsewhere
    kept_ids : other units, whose briefs stay in the catalogue if nothing that they rest on changed
    tell : called with each outcome as it comes

    Raises
    ------
    Busy, NeedsReason, TellsOfFew, Stopped, ValueError, PersonalData
        If another run holds the quarter; if changed numbers want a reason; if the difference from the
        standing briefs would tell of a few people's answers; if the disk is full; if a
        notebook does not take the batch's parameters; if a file would hold personal data, in which
        case the quarter stands as it stood.
    """
    start, quarter = time.monotonic(), str(city.quarter)
    target = out / quarter
    refuse_personal_inputs(city.about, options.reason)
    if not options.despite_few and (few := changed_by_few_answers(city, out)):
        raise TellsOfFew(few)
    with sole_run(out, quarter) as workshop, whole_or_nothing(out, quarter, workshop):
        target.mkdir(exist_ok=True)
        history = read_history(out, quarter)
        journal = journal_path(out, quarter)
        with Desk(target, workshop, options, history, journal, executor, tell) as desk:
            units: dict[str, Inputs] = {}

            def cut_and_begin() -> None:
                units.update(cut_units(city, (*unit_ids, *kept_ids)))
                desk.begin(_as_before({unit: units[unit] for unit in unit_ids}, target).values())

            desk.make([city], meanwhile=cut_and_begin)
            _make_units(desk, units, unit_ids, kept_ids)
        outcomes = desk.in_order()
        outputs = _publish_catalogue(target, workshop, outcomes, options.languages, history)
        _refuse_missing(target, outputs)
        seconds = time.monotonic() - start
        index = target / "index.html"
        resume = f"{options.resume} --only-failed"
        run = Run(quarter, index if index.exists() else None, outcomes, seconds, resume, options.notes)
        about = {
            "resume": resume if run.failed else None,
            "seconds": round(seconds, 1),
            "data": city.about["data"],
            "rules": city.about["rules"],
            "notes": list(options.notes),
            "not_surveyed": [unit["unit_id"] for unit in city.about["surveyed"]["absent"]],
            "withheld": len(city.about["withheld"]),  # how many unit quarters, not which
            "notebooks": notebook_hashes(),
            "parts": dict(options.parts),
            "rerun": dict(options.rerun),
        }
        write_run(target, outcomes, outputs, about)
        if (target / SIGN_OFF).exists() or certificate_path(target).exists():
            from asn_analysis.run.sign_off import show_reviews  # slow to import, and seldom needed

            show_reviews(target)
        journal.unlink(missing_ok=True)
    return run


def plan_briefs(
    city: Inputs, unit_ids: Sequence[str], out: Path, options: Options
) -> Iterator[tuple[Task, float]]:
    """Each brief with why it would be made (None: it stands) and how many seconds it takes.

    Writes nothing. While the city's brief has to be made, units are held against its last finding.
    """
    target = out / str(city.quarter)
    history = read_history(out, target.name)

    def look_at(inputs: Inputs) -> tuple[Task, float]:
        entry = history.entries.get(inputs.scope)
        guess = FIRST_GUESS[CITY if inputs.scope == CITY else "unit"]
        return task(inputs, target, history, options), entry.seconds if entry else guess

    first = look_at(city)
    yield first
    likely = _as_before(cut_units(city, unit_ids), target)
    for unit in unit_ids:
        if unit in likely:
            yield look_at(likely[unit])
        else:
            yield replace(first[0], inputs=replace(city, scope=unit), why=NEW), FIRST_GUESS["unit"]


def failed_scopes(out: Path, quarter: str) -> frozenset[str]:
    """Scopes whose briefs failed in the last run of a quarter."""
    return read_history(out, quarter).failed


def _as_before(units: dict[str, Inputs], target: Path) -> dict[str, Inputs]:
    """The units with the city's last finding; none where its record is missing, or damaged and made again."""
    with suppress(ValueError, KeyError, TypeError):
        if finding := _finding(target):
            return {unit: with_finding(inputs, finding) for unit, inputs in units.items()}
    return {}


def _make_units(desk: Desk, units: dict[str, Inputs], wanted: Sequence[str], others: Sequence[str]) -> None:
    """The units' briefs; where the city's failed, those that rest on its last finding are kept."""
    finding = _finding(desk.target)
    if desk.outcomes[0].error:
        wanted, others = (), [*wanted, *others]
    if finding:
        desk.make([with_finding(units[unit], finding) for unit in wanted])
        desk.keep([with_finding(units[unit], finding) for unit in others])


def _finding(target: Path) -> dict | None:
    return read_record(target / CITY) if (target / CITY / "record.json").exists() else None


def _publish_catalogue(
    target: Path, workshop: Path, outcomes: Sequence[Outcome], languages: Sequence[str], history: History
) -> dict[str, str]:
    """Catalogue and tables; returns the hash of every file that the quarter now publishes."""
    outputs = {
        f"{brief_folder(target, outcome.scope).relative_to(target).as_posix()}/{name}": digest
        for outcome in outcomes
        for name, digest in outcome.files.items()
    }
    if outcomes[0].error:
        return dict(sorted(outputs.items()))
    if not _catalogue_stands(target, outcomes, outputs, history):
        _write_catalogue(target, workshop, outcomes, languages)
    return dict(sorted((outputs | _catalogue_files(target)).items()))


def _refuse_missing(target: Path, outputs: Iterable[str]) -> None:
    """A page that was made and is gone at the end, as when somebody clears the folder meanwhile."""
    missing = [name for name in outputs if not (target / name).exists()]
    if missing:
        raise Stopped(f"{target / missing[0]} was made and is missing now ({len(missing)} in all)")


def _catalogue_stands(
    target: Path, outcomes: Sequence[Outcome], outputs: dict[str, str], history: History
) -> bool:
    if not history.published or any(not outcome.skipped for outcome in outcomes):
        return False
    return history.outputs == outputs | _catalogue_files(target)


def _catalogue_files(target: Path) -> dict[str, str]:
    tables = {f"tables/{name}": digest for name, digest in file_hashes(target / "tables").items()}
    beside = [*target.glob("index*.html"), *target.glob(SIGN_OFF)]
    return tables | {path.name: file_sha256(path) for path in beside}


def _write_catalogue(
    target: Path, workshop: Path, outcomes: Sequence[Outcome], languages: Sequence[str]
) -> None:
    from asn_analysis.pages.catalogue import (  # slow to import
        catalogue_page,
        catalogue_record,
        data_tables,
        earlier_quarters,
    )
    from asn_analysis.pages.open_data import descriptions
    from asn_analysis.pages.page import catalogue_name

    city = read_record(target / CITY)
    units = [read_record(brief_folder(target, o.scope)) for o in outcomes if o.scope != CITY and not o.error]
    failed = [o.scope for o in outcomes if o.error]
    catalogue = catalogue_record(city, units, failed, languages, earlier_quarters(target))
    tables = data_tables(city, units, catalogue)
    files = {f"{name}.csv": text for name, text in tables.items()} | descriptions(city, tables)
    for name, text in files.items():
        write_whole(workshop / "tables" / name, text)
    put_in_place(workshop / "tables", target / "tables")
    pages = {catalogue_name(name, languages): name for name in languages}
    for name, language in pages.items():
        write_whole(target / name, catalogue_page(catalogue, language, languages))
    for left in target.glob("index*.html"):
        if left.name not in pages:
            left.unlink()  # of a language that is no longer made
