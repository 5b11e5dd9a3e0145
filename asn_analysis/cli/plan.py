"""``asn plan``: what was to be estimated, locked before the results were seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from asn_analysis.cli.failures import BadInput, told_plainly


@click.group()
def plan() -> None:
    """The analysis plan of a data set: lock it before the results are seen."""


@plan.command()
@click.argument("data", type=click.Path(path_type=Path))
def lock(data: Path) -> None:
    """Lock the plan as it stands, by its hash."""
    from asn_analysis.records.plan import lock_plan

    with told_plainly():
        locked = lock_plan(data, date.today())
    click.echo(f"{locked.state}: {locked.sha256}, {', '.join(locked.locks)}")


@plan.command()
@click.argument("data", type=click.Path(path_type=Path))
def status(data: Path) -> None:
    """Say whether the plan is locked, unchanged and followed."""
    from asn_analysis.records.plan import read_plan
    from asn_analysis.rules.rules import load_analysis

    if not data.is_dir():
        raise BadInput(f"There is no folder {data}.")
    with told_plainly():
        found = read_plan(data)
    locks = f": {found.sha256}, locked on {', '.join(found.locks)}" if found.locks else ""
    click.echo(f"{found.state}{locks}")
    for deviation in found.deviations(load_analysis()):
        click.echo("deviation: {name} planned {planned}, used {used}".format(**deviation))
