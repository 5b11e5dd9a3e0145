"""The command line: ``asn``, also ``python -m asn_analysis``."""

from __future__ import annotations

import os
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import click
from tqdm import tqdm

from asn_analysis import __version__
from asn_analysis.briefs.language import LANGUAGES

OK, SOME_FAILED, BAD_INPUT = 0, 1, 2


class BadInput(click.ClickException):
    """Something the caller can mend; nothing has been written."""

    exit_code = BAD_INPUT


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asn")
def main() -> None:
    """Did training civil servants change what citizens say about public services?"""


@main.command()
@click.argument("data", type=click.Path(path_type=Path))
def check(data: Path) -> None:
    """Validate a data set; every fault with file, row, column, value and remedy."""
    from asn_analysis.records.intake import check_dataset, format_faults

    faults = check_dataset(data)
    if faults:
        click.echo(format_faults(faults))
        raise BadInput(f"{len(faults)} fault(s) in {data}; nothing was written.")
    click.echo(f"{data} is in order.")


@main.command()
@click.option("--data", default="data/example", show_default=True, type=click.Path(path_type=Path))
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option("--units", default="all", show_default=True, metavar="all|CODE[,CODE]", help="Units to make.")
@click.option("--languages", default=",".join(LANGUAGES), show_default=True, metavar="id,en")
@click.option("--out", default="reports", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--workers", type=click.IntRange(1), help="Notebooks at a time. Default: one more than there are cores."
)
@click.option("--dry-run", is_flag=True, help="Say what would be made, and write nothing.")
@click.option("--force", is_flag=True, help="Make again what already stands from the same inputs.")
@click.option("--only-failed", is_flag=True, help="Only what failed in the last run of this quarter.")
def briefs(
    data: Path,
    quarter: str,
    units: str,
    languages: str,
    out: Path,
    workers: int | None,
    dry_run: bool,
    force: bool,
    only_failed: bool,
) -> None:
    """Make the briefs of one quarter: the city, its units, the catalogue."""
    from asn_analysis.briefs import batch
    from asn_analysis.briefs.inputs import CITY

    city = _city(data, quarter, out)
    spoken = _languages(languages)
    known = [unit["unit_id"] for unit in city.about["units"]]
    chosen = _units(units, known)
    if only_failed:
        failed = batch.failed_scopes(out / str(city.quarter))
        chosen = chosen if CITY in failed else [unit for unit in chosen if unit in failed]
    if dry_run:
        click.echo(
            f"Would make {len(chosen) + 1} briefs in {', '.join(spoken)} for {city.quarter} into {out}."
        )
        return
    _refuse_unwritable(out)
    resume = shlex.join(
        ["asn", "briefs", "--data", str(data), "--quarter", str(city.quarter), "--out", str(out)]
    )
    with (
        ThreadPoolExecutor(workers or (os.cpu_count() or 1) + 1) as executor,
        tqdm(total=len(chosen) + 1, unit="brief", disable=not sys.stderr.isatty()) as bar,
    ):

        def tell(outcome: batch.Outcome) -> None:
            bar.set_postfix_str(outcome.scope)
            bar.update()
            if outcome.error:
                bar.write(f"{outcome.scope}: {outcome.error}", file=sys.stderr)

        run = batch.make_briefs(
            city,
            chosen,
            out,
            languages=spoken,
            executor=executor,
            force=force,
            kept_ids=[unit for unit in known if unit not in chosen],
            resume=f"{resume} --only-failed",
            tell=tell,
        )
    _report(run, spoken)


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
    """Make a simulated city with a known effect."""
    from asn_analysis.records import example

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
    except (ValueError, OSError) as error:
        raise BadInput(str(error)) from error
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

    try:
        found = read_plan(data)
    except (PlanError, OSError) as error:
        raise BadInput(str(error)) from error
    click.echo(
        f"{found.state}" + (f": {found.sha256}, locked on {', '.join(found.locks)}" if found.locks else "")
    )
    for deviation in found.deviations(load_analysis()):
        click.echo("deviation: {name} planned {planned}, used {used}".format(**deviation))


def _city(data: Path, quarter: str, out: Path):
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs, read_published
    from asn_analysis.records.intake import DatasetError, read_dataset

    try:
        dataset = read_dataset(data)
        chosen = choose_quarter(dataset, quarter)
        return city_inputs(dataset, chosen, read_published(out, chosen))
    except DatasetError as error:
        click.echo(str(error))
        raise BadInput(f"{len(error.faults)} fault(s) in {data}; nothing was written.") from error
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


def _report(run, languages: list[str]) -> None:
    made = [outcome for outcome in run.outcomes if not outcome.error and not outcome.skipped]
    skipped = [outcome for outcome in run.outcomes if outcome.skipped]
    pages = len(languages) * len(made)
    click.echo(
        f"{run.quarter}: {len(made)} briefs made ({pages} pages), {len(skipped)} unchanged, "
        f"{len(run.failed)} failed, in {run.seconds:.0f} s."
    )
    for outcome in run.failed:
        click.echo(f"  failed: {outcome.scope}: {outcome.error}")
    if run.failed:
        click.echo(f"Finish with: {run.resume}")
    if run.index:
        click.echo(f"Open {run.index}")
    if run.failed:
        sys.exit(SOME_FAILED)
