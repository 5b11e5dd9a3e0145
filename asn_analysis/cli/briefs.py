"""``asn briefs``: a quarter of briefs with one command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.failures import SOME_FAILED, BadInput, run_told_plainly, told_plainly
from asn_analysis.cli.places import Local
from asn_analysis.records.privacy import listed
from asn_analysis.run.staging import is_address
from asn_analysis.words.language import LANGUAGES

if TYPE_CHECKING:  # slow to import, and not needed to tell that a quarter stands
    from asn_analysis.record.inputs import Inputs
    from asn_analysis.run.desk import Options
    from asn_analysis.run.run_record import Run

OUT = "A folder, or object storage as s3://bucket/reports."
KERNELS = "Copied from one prepared process, or started afresh: same pages, forked is faster."


@click.command()
@click.option("--data", default="data/example", show_default=True, type=Local())
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option("--units", default="all", show_default=True, metavar="all|CODE[,CODE]", help="Units to make.")
@click.option("--languages", default=",".join(LANGUAGES), show_default=True, metavar="id,en")
@click.option("--out", default="reports", show_default=True, metavar="FOLDER|ADDRESS", help=OUT)
@click.option("--workers", type=click.IntRange(1), help="Notebooks at a time. Default: two a core.")
@click.option("--dask", default="", metavar="ADDRESS", help="Run the notebooks on this Dask cluster.")
@click.option(
    "--kernels", default="forked", show_default=True, type=click.Choice(["forked", "plain"]), help=KERNELS
)
@click.option("--cell-timeout", default=300, show_default=True, type=click.IntRange(1), metavar="SECONDS")
@click.option("--pdf", is_flag=True, help="Write each brief also as PDF (needs asn-analysis[pdf]).")
@click.option("--reason", default="", metavar="TEXT", help="Why numbers of a published quarter change.")
@click.option("--despite-few", is_flag=True, help="Publish again although a few changed answers show.")
@click.option("--dry-run", is_flag=True, help="Say what would be made and why, and write nothing.")
@click.option("--force", is_flag=True, help="Make again what already stands from the same inputs.")
@click.option("--only-failed", is_flag=True, help="Only what failed in the last run of this quarter.")
def briefs(
    data: Path,
    quarter: str,
    units: str,
    languages: str,
    out: str,
    workers: int | None,
    dask: str,
    kernels: str,
    cell_timeout: int,
    pdf: bool,
    reason: str,
    despite_few: bool,
    dry_run: bool,
    force: bool,
    only_failed: bool,
) -> None:
    """Make the briefs of one quarter: the city, its units, the catalogue."""
    from asn_analysis.cli import console
    from asn_analysis.run import hashes, staging, standing
    from asn_analysis.run.workers import default_workers

    _refuse_unfit(pdf, dask, out)
    spoken = _languages(languages)
    asked = (quarter, units, spoken, pdf)
    with told_plainly():
        place = click.get_current_context().with_resource(staging.staged(out))
    seen = hashes.folder_hashes(data)
    if not (dry_run or force or only_failed) and (
        stands := standing.standing_run(seen, place.folder, asked, place.bring)
    ):
        click.echo(console.report(stands, spoken, place.address))
        return

    from asn_analysis.run.kernels import open_kernels

    if not (dry_run or dask):
        open_kernels(kernels == "forked")  # they import while the data are read

    from asn_analysis.run import rerun
    from asn_analysis.run.batch import Options, plan_briefs

    city, later = _city(data, quarter, place.folder)
    target = place.folder / str(city.quarter)
    with told_plainly():
        place.bring(target.name)
    notes = console.coverage(city.about["surveyed"], str(city.quarter), {} if quarter else later)
    known = [unit["unit_id"] for unit in city.about["units"]]
    chosen = _units(units, known)
    if only_failed:
        chosen = _that_failed(chosen, target, out)
    at_a_time = workers or default_workers()
    further = [*(["--dask", dask] if dask else []), *(["--despite-few"] if despite_few else [])]
    resume = console.resume_command(data, target.name, place.address, units, spoken, *further)
    parts = {} if only_failed else hashes.parts_of_run(seen, target, asked)
    forked = kernels == "forked"
    again = rerun.needs(data, seen, place.folder, target.name, spoken)
    options = Options(
        tuple(spoken),
        force,
        reason,
        forked,
        cell_timeout,
        not dask,
        resume,
        pdf,
        despite_few,
        parts,
        notes,
        again,
    )
    if dry_run:
        tasks = list(plan_briefs(city, chosen, place.folder, options))
        click.echo(console.forecast(tasks, place.address, target.name, spoken, at_a_time, notes, reason))
        return
    _refuse_unwritable(place.folder)
    others = [unit for unit in known if unit not in chosen]
    with run_told_plainly(resume):
        run = _make(city, chosen, others, place.folder, options, at_a_time, dask)
        place.publish(target.name)
    click.echo(console.report(run, spoken, place.address))
    if not run.whole:
        sys.exit(SOME_FAILED)


def _refuse_unfit(pdf: bool, dask: str, out: str) -> None:
    from asn_analysis.pages.pdf import can_make_pdf

    if pdf and not can_make_pdf():
        raise BadInput("--pdf needs WeasyPrint; install it with: pip install 'asn-analysis[pdf]'")
    if dask and is_address(out):
        raise BadInput("--dask needs a folder for --out, on storage that all workers see.")


def _that_failed(chosen: list[str], target: Path, out: str) -> list[str]:
    from asn_analysis.run.batch import failed_scopes

    if not target.exists():
        raise BadInput(f"There is no earlier run of {target.name} in {out}; leave out --only-failed.")
    failed = failed_scopes(target.parent, target.name)
    return chosen if "city" in failed else [unit for unit in chosen if unit in failed]


def _make(
    city: Inputs,
    chosen: Sequence[str],
    others: Sequence[str],
    out: Path,
    options: Options,
    at_a_time: int,
    dask: str,
) -> Run:
    """A run that tells how far it is."""
    from asn_analysis.cli.console import Progress
    from asn_analysis.run.batch import make_briefs
    from asn_analysis.run.workers import workers

    log = out / str(city.quarter) / "run.log"
    with (
        workers(at_a_time, dask) as executor,
        Progress(1 + len(chosen), log) as progress,
    ):
        return make_briefs(
            city, chosen, out, options=options, executor=executor, kept_ids=others, tell=progress.tell
        )


def _city(data: Path, quarter: str, out: Path):
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs
    from asn_analysis.briefs.published import read_published, read_releases
    from asn_analysis.measures.panel import quarters_after
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.run.run_record import first_run

    with told_plainly(data):
        dataset = read_dataset(data)
        chosen = choose_quarter(dataset, quarter)
        published, releases = read_published(out, chosen), read_releases(out, chosen)
        found = city_inputs(dataset, chosen, published, releases, first_run(out))
        return found, quarters_after(dataset, chosen)


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
            f"--units: no unit has the code {listed(unknown) or '(none given)'}. "
            f"Codes stand in the units table, for example {listed(known[:3])}."
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
