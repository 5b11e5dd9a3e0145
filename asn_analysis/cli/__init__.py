"""The command line: ``asn``, also ``python -m asn_analysis``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from asn_analysis import __version__
from asn_analysis.cli.import_command import import_
from asn_analysis.cli.report_command import report
from asn_analysis.cli.template_command import template
from asn_analysis.run.failures import (
    INTERRUPTED,
    SOME_FAILED,
    BadInput,
    bad_values,
    told_plainly,
    unusable,
)
from asn_analysis.words.language import LANGUAGES

KERNELS = "Copied from one prepared process, or started afresh: same pages, forked is faster."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asn")
def main() -> None:
    """Did training civil servants change what citizens say about public services?"""


main.add_command(report)
main.add_command(import_)
main.add_command(template)


@main.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--quality", is_flag=True, help="Also list what to ask the offices about the newest survey.")
@click.option(
    "--marked",
    is_flag=True,
    help="Also write a copy of the workbook, its faulty cells coloured and explained.",
)
def check(data: Path, quality: bool, marked: bool) -> None:
    """Validate a data set; every fault with file, row, column, value and remedy."""
    from asn_analysis.records.intake import check_dataset, format_faults
    from asn_analysis.records.plan import PlanError, read_plan

    faults = check_dataset(data)
    if faults:
        click.echo(format_faults(faults))
        raise unusable(faults, data, _marked_copies(data) if marked else "nothing was written")
    try:
        read_plan(data)
    except PlanError as error:
        raise BadInput(str(error)) from error
    click.echo(f"{data} is in order.")
    _say_printed(data)
    if quality:
        _say_quality(data)


@main.command()
@click.option("--data", default="data/example", show_default=True, type=click.Path(path_type=Path))
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option("--units", default="all", show_default=True, metavar="all|CODE[,CODE]", help="Units to make.")
@click.option("--languages", default=",".join(LANGUAGES), show_default=True, metavar="id,en")
@click.option("--out", default="reports", show_default=True, type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1), help="Notebooks at a time. Default: two a core.")
@click.option("--dask", default="", metavar="ADDRESS", help="Run the notebooks on this Dask cluster.")
@click.option(
    "--kernels", default="forked", show_default=True, type=click.Choice(["forked", "plain"]), help=KERNELS
)
@click.option("--cell-timeout", default=300, show_default=True, type=click.IntRange(1), metavar="SECONDS")
@click.option("--pdf", is_flag=True, help="Write each brief also as PDF (needs asn-analysis[pdf]).")
@click.option("--reason", default="", metavar="TEXT", help="Why numbers of a published quarter change.")
@click.option("--dry-run", is_flag=True, help="Say what would be made and why, and write nothing.")
@click.option("--force", is_flag=True, help="Make again what already stands from the same inputs.")
@click.option("--only-failed", is_flag=True, help="Only what failed in the last run of this quarter.")
def briefs(
    data: Path,
    quarter: str,
    units: str,
    languages: str,
    out: Path,
    workers: int | None,
    dask: str,
    kernels: str,
    cell_timeout: int,
    pdf: bool,
    reason: str,
    dry_run: bool,
    force: bool,
    only_failed: bool,
) -> None:
    """Make the briefs of one quarter: the city, its units, the catalogue."""
    from asn_analysis.pages.pdf import can_make_pdf
    from asn_analysis.run import console, standing

    if pdf and not can_make_pdf():
        raise BadInput("--pdf needs WeasyPrint; install it with: pip install 'asn-analysis[pdf]'")
    spoken = _languages(languages)
    asked = (quarter, units, spoken, pdf)
    seen = standing.folder_sha256(data)
    if not (dry_run or force or only_failed) and (stands := standing.standing_run(seen, out, asked)):
        click.echo(console.report(stands, spoken))
        return

    from asn_analysis.run.kernels import open_kernels

    if not (dry_run or dask):
        open_kernels(kernels == "forked")  # they import while the data are read

    from asn_analysis.run.batch import Options, failed_scopes, plan_briefs

    city, later = _city(data, quarter, out)
    notes = console.coverage(city.about["surveyed"], str(city.quarter), {} if quarter else later)
    known = [unit["unit_id"] for unit in city.about["units"]]
    chosen = _units(units, known)
    if only_failed:
        if not (out / str(city.quarter)).exists():
            raise BadInput(f"There is no earlier run of {city.quarter} in {out}; leave out --only-failed.")
        failed = failed_scopes(out, str(city.quarter))
        chosen = chosen if "city" in failed else [unit for unit in chosen if unit in failed]
    at_a_time = workers or console.default_workers()
    resume = console.resume_command(data, str(city.quarter), out, units, spoken)
    whole = "" if only_failed else standing.foundation(seen, out / str(city.quarter), asked)
    forked = kernels == "forked"
    options = Options(tuple(spoken), force, reason, forked, cell_timeout, not dask, resume, pdf, whole, notes)
    if dry_run:
        tasks = list(plan_briefs(city, chosen, out, options))
        click.echo(console.forecast(tasks, out, str(city.quarter), spoken, at_a_time, notes))
        return
    _refuse_unwritable(out)
    others = [unit for unit in known if unit not in chosen]
    with told_plainly(resume):
        run = console.make_with_progress(city, chosen, others, out, options, at_a_time, dask)
    click.echo(console.report(run, spoken))
    if not run.whole:
        sys.exit(SOME_FAILED)


@main.command()
@click.argument("quarter", type=click.Path(path_type=Path))
def verify(quarter: Path) -> None:
    """Hold every file of a quarter, as reports/2026Q3, against the hashes in its run.json."""
    from asn_analysis.run import provenance

    with bad_values():
        problems = provenance.verify(quarter)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{quarter} does not match its run.json: {len(problems)} finding(s).")
        sys.exit(SOME_FAILED)
    click.echo(f"{quarter} is as its run left it: {len(provenance.signed_files(quarter))} files.")


@main.command()
@click.argument("quarter", type=click.Path(path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), help="Default: beside the quarter, as 2026Q3.zip.")
def bundle(quarter: Path, to: Path | None) -> None:
    """Pack a quarter into one zip with manifest and hashes; the same content gives the same bytes."""
    from asn_analysis.run import provenance

    to = to or quarter.parent / f"{quarter.name}.zip"
    with bad_values():
        digest = provenance.bundle(quarter, to)
    click.echo(f"{to}\nSHA-256 {digest}")


@main.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Every change, not only the largest.")
def diff(before: Path, after: Path, everything: bool) -> None:
    """List verdicts and numbers that two runs give differently, the largest change first."""
    from asn_analysis.run import console, difference

    with bad_values():
        found = difference.run_changes(before, after)
    click.echo(f"{len(found)} findings differ between {before} and {after}.")
    if found:
        click.echo(console.listed(found, len(found) if everything else console.MOST_SHOWN))


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--units", type=click.IntRange(2), help="Default: the city's real units.")
@click.option("--quarters", default=16, show_default=True, type=click.IntRange(6))
@click.option("--respondents", type=click.IntRange(1), help="Mean per unit and quarter.")
@click.option("--effect", default=2.5, show_default=True, help="Full effect of training, in index points.")
@click.option(
    "--drift", default=0.0, show_default=True, help="Extra trend of trained units, points a quarter."
)
@click.option("--seed", type=int, help="Default: the seed of the example city.")
def simulate(
    out: Path,
    units: int | None,
    quarters: int,
    respondents: int | None,
    effect: float,
    drift: float,
    seed: int | None,
) -> None:
    """Make a simulated city with a known effect, of any size."""
    import duckdb

    from asn_analysis.measures.cells import ask_at_once
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.simulate import simulation as example

    seed = example.RECORDED_SEED if seed is None else seed
    try:
        example.simulate(
            out,
            units=units,
            quarters=quarters,
            respondents=respondents,
            effect=effect,
            drift=drift,
            seed=seed,
        )
    except (ValueError, OSError, duckdb.Error) as error:
        raise BadInput(f"Nothing was written: {error}") from error
    except KeyboardInterrupt:
        click.echo(f"\nInterrupted; {out} is as it was.", err=True)
        sys.exit(INTERRUPTED)
    ask_at_once(read_dataset(out))  # looked through once, as after an import
    click.echo(f"Simulated city in {out}; what was planted is in {out / 'truth.json'}.")


@main.group()
def plan() -> None:
    """The analysis plan of a data set: lock it before the results are seen."""


@plan.command("lock")
@click.argument("data", type=click.Path(path_type=Path))
def plan_lock(data: Path) -> None:
    """Lock the plan as it stands, by its hash."""
    from asn_analysis.records.plan import PlanError, lock_plan

    try:
        locked = lock_plan(data, date.today())
    except (PlanError, OSError) as error:
        raise BadInput(str(error)) from error
    click.echo(f"{locked.state}: {locked.sha256}, {', '.join(locked.locks)}")


@plan.command("status")
@click.argument("data", type=click.Path(path_type=Path))
def plan_status(data: Path) -> None:
    """Say whether the plan is locked, unchanged and followed."""
    from asn_analysis.records.plan import PlanError, read_plan
    from asn_analysis.rules.rules import load_analysis

    if not data.is_dir():
        raise BadInput(f"There is no folder {data}.")
    try:
        found = read_plan(data)
    except (PlanError, OSError) as error:
        raise BadInput(str(error)) from error
    click.echo(
        f"{found.state}" + (f": {found.sha256}, locked on {', '.join(found.locks)}" if found.locks else "")
    )
    for deviation in found.deviations(load_analysis()):
        click.echo("deviation: {name} planned {planned}, used {used}".format(**deviation))


def _say_printed(data: Path) -> None:
    """Which convention made the figures of earlier reports that dataset.yml tells."""
    from asn_analysis.records.manifest import read_manifest

    declared = read_manifest(data)[0].published
    if not declared:
        return
    from asn_analysis.arms import printed, printed_record
    from asn_analysis.measures.disclosure import withheld_cells
    from asn_analysis.measures.panel import build_panel
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.rules.rules import load_analysis
    from asn_analysis.words.language import Words

    panel = build_panel(read_dataset(data))
    withheld = withheld_cells(panel, load_analysis().fewest_respondents)
    found = printed_record.compared(declared, panel, withheld)
    lines = printed.lines(Words({"printed": found}, "en"))
    click.echo("\n".join(["Indices of earlier reports:", *lines]))


def _marked_copies(data: Path) -> str:
    """Write the marked copies of the workbooks, and say where they are or why there is none."""
    from asn_analysis.pages.form.marked import Unmarkable, write_marked

    try:
        copies = write_marked(data)
    except (Unmarkable, OSError) as error:
        return f"nothing was marked: {error}".removesuffix(".")
    return f"marked in {', '.join(map(str, copies))}"


def _say_quality(data: Path) -> None:
    """The questions of the survey screens; they are no faults."""
    from asn_analysis.arms import quality, quality_record
    from asn_analysis.measures.context import with_context
    from asn_analysis.measures.panel import build_panel, newest_complete_quarter
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.words.language import Words

    dataset = read_dataset(data)
    newest = newest_complete_quarter(dataset)
    found = quality_record.prepare(dataset, with_context(build_panel(dataset, newest), dataset), newest).city
    if found is None:
        click.echo(f"Survey of {newest}: no unit has enough forms to be screened.")
        return
    lines = quality.lines(Words({"quality": found, "scope": "city"}, "en"))
    click.echo("\n".join([f"Survey of {newest}:", *lines]))


def _city(data: Path, quarter: str, out: Path):
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs, read_published, read_releases
    from asn_analysis.measures.panel import quarters_after
    from asn_analysis.records.intake import DatasetError, read_dataset
    from asn_analysis.run.run_record import first_run

    try:
        dataset = read_dataset(data)
        chosen = choose_quarter(dataset, quarter)
        published, releases = read_published(out, chosen), read_releases(out, chosen)
        found = city_inputs(dataset, chosen, published, releases, first_run(out))
        return found, quarters_after(dataset, chosen)
    except DatasetError as error:
        click.echo(str(error))
        raise unusable(error.faults, data) from error
    except ValueError as error:
        raise BadInput(str(error)) from error


def _languages(text: str) -> list[str]:
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in LANGUAGES]
    if unknown or not chosen or len(set(chosen)) < len(chosen):
        raise BadInput(f'--languages "{text}": choose from {", ".join(LANGUAGES)}, each once.')
    return chosen


def _units(text: str, known: list[str]) -> list[str]:
    if text == "all":
        return known
    chosen = [code.strip() for code in text.split(",") if code.strip()]
    unknown = [code for code in chosen if code not in known]
    if unknown or not chosen:
        raise BadInput(
            f"--units: no unit has the code {', '.join(unknown) or '(none given)'}. "
            f"Codes stand in the units table, for example {', '.join(known[:3])}."
        )
    return list(dict.fromkeys(chosen))


def _refuse_unwritable(out: Path) -> None:
    probe = out / ".writable"
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(
            f"Cannot write into {out}: {error.strerror}. Choose another folder with --out."
        ) from error
