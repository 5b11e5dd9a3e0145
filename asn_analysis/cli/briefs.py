"""``asn briefs``: a quarter of briefs with one command."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.failures import SOME_FAILED, BadInput, run_told_plainly, told_plainly
from asn_analysis.cli.places import DATA, Folder, Languages
from asn_analysis.records.privacy import listed
from asn_analysis.run.staging import Place, is_address
from asn_analysis.words.language import LANGUAGES

if TYPE_CHECKING:  # slow to import, and not needed to tell that a quarter stands
    from asn_analysis.record.inputs import Inputs

OUT = "A folder, or object storage as s3://bucket/reports."


@click.command()
@click.option("--data", default="data/example", show_default=True, type=DATA)
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option(
    *("--units", "codes"),
    default=["all"],
    show_default=True,
    multiple=True,
    metavar="all|CODE[,CODE]",
    help="Units to make; repeatable.",
)
@click.option(
    "--languages", "spoken", default=",".join(LANGUAGES), show_default=True, metavar="id,en", type=Languages()
)
@click.option(
    "--out",
    default="reports",
    show_default=True,
    metavar="FOLDER|ADDRESS",
    help=OUT,
    type=Folder(addresses=True),
)
@click.option("--workers", type=click.IntRange(1), help="Notebooks at a time. Default: two a core.")
@click.option("--dask", default="", metavar="ADDRESS", help="Run the notebooks on this Dask cluster.")
@click.option("--pdf", is_flag=True, help="Write each brief also as PDF (needs asn-analysis[pdf]).")
@click.option("--reason", default="", metavar="TEXT", help="Why numbers of a published quarter change.")
@click.option("--despite-few", is_flag=True, help="Publish again although a few changed answers show.")
@click.option("--dry-run", is_flag=True, help="Say what would be made and why, and write nothing.")
@click.option("--force", is_flag=True, help="Make again what already stands from the same inputs.")
@click.option("--only-failed", is_flag=True, help="Only what failed in the last run of this quarter.")
def briefs(
    data: Path,
    quarter: str,
    codes: tuple[str, ...],
    spoken: tuple[str, ...],
    out: str,
    workers: int | None,
    dask: str,
    pdf: bool,
    reason: str,
    despite_few: bool,
    dry_run: bool,
    force: bool,
    only_failed: bool,
) -> None:
    """Make the briefs of one quarter: the city, its units, the catalogue."""
    from asn_analysis.cli import console
    from asn_analysis.run import fork_server, hashes, run_record, staging

    _refuse_unfit(pdf, dask, out)
    units = ",".join(codes)
    asked = (quarter, units, spoken, pdf)
    with told_plainly():
        place = click.get_current_context().with_resource(staging.staged(out))
    seen = hashes.folder_hashes(data)
    if not (dry_run or force or only_failed) and (
        stands := run_record.standing_run(seen, place.folder, asked, place.bring)
    ):
        click.echo(console.report(stands, spoken, place.address))
        return

    if not (dry_run or dask):
        fork_server.start()  # it imports while the data are read

    gc.disable()  # as in ``__main__``
    from asn_analysis.run import rerun
    from asn_analysis.run import workers as working
    from asn_analysis.run.batch import make_briefs, plan_briefs
    from asn_analysis.run.plan import Options

    gc.freeze()
    gc.enable()
    click.get_current_context().call_on_close(gc.unfreeze)
    city, later = _city(data, quarter, place)
    target = place.folder / str(city.quarter)
    known = [unit["unit_id"] for unit in city.about["units"]]
    chosen = _units(units, known)
    if only_failed:
        chosen = _that_failed(chosen, target, out)
    further = [*(["--dask", dask] if dask else []), *(["--despite-few"] if despite_few else [])]
    options = Options(
        languages=spoken,
        force=force,
        reason=reason,
        resume=console.resume_command(data, target.name, place.address, units, spoken, *further),
        pdf=pdf,
        despite_few=despite_few,
        parts={} if only_failed else hashes.parts_of_run(seen, target, asked),
        notes=console.coverage(city.about["surveyed"], target.name, {} if quarter else later),
        rerun=rerun.needs(data, seen, place.folder, target.name, spoken),
    )
    at_a_time = workers or working.default_workers()
    if dry_run:
        tasks = list(plan_briefs(city, chosen, place.folder, options))
        click.echo(console.forecast(tasks, place.address, target.name, options, at_a_time))
        return
    with (
        run_told_plainly(options.resume),
        working.workers(at_a_time, dask) as executor,
        console.Progress(1 + len(chosen), target / "run.log") as progress,
    ):
        others = [unit for unit in known if unit not in chosen]
        run = make_briefs(city, chosen, place.folder, options, executor, others, progress.tell)
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


def _city(data: Path, quarter: str, place: Place) -> tuple[Inputs, dict[str, int]]:
    """The city's inputs, and newer quarters that nobody asked for."""
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs
    from asn_analysis.briefs.published import read_published, read_releases
    from asn_analysis.measures.panel import quarters_after
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.run.fork_server import think_ahead
    from asn_analysis.run.run_record import first_run

    with told_plainly(data):
        dataset = read_dataset(data)
        chosen = choose_quarter(dataset, quarter)
        out = place.folder
        published, releases = read_published(out, chosen), read_releases(out, chosen)
        found = city_inputs(dataset, chosen, published, releases, first_run(out), think_ahead)
        place.bring(str(chosen))
        return found, quarters_after(dataset, chosen)


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
