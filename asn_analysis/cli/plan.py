"""``asn plan``: what was to be estimated, locked before the results were seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from asn_analysis.cli.counted import counted
from asn_analysis.cli.failures import told_plainly
from asn_analysis.cli.places import DATA


@click.group()
def plan() -> None:
    """The analysis plan of a data set: lock it before the results are seen."""


@plan.command()
@click.argument("data", type=DATA)
def lock(data: Path) -> None:
    """Lock the plan as it stands, by its hash."""
    from asn_analysis.records.plan import lock_plan

    with told_plainly():
        locked = lock_plan(data, date.today())
    click.echo(f"{locked.state}: {locked.sha256}, {', '.join(locked.locks)}")


@plan.command()
@click.argument("data", type=DATA)
def status(data: Path) -> None:
    """Say whether the plan is locked, unchanged and followed."""
    from asn_analysis.records.plan import read_plan
    from asn_analysis.rules.rules import load_analysis

    with told_plainly():
        found = read_plan(data)
    locks = f": {found.sha256}, locked on {', '.join(found.locks)}" if found.locks else ""
    click.echo(f"{found.state}{locks}")
    for deviation in found.deviations(load_analysis()):
        click.echo("deviation: {name} planned {planned}, used {used}".format(**deviation))


@plan.command()
@click.argument("data", type=DATA)
@click.option("--seed", default="", help="A figure that others publish, announced before it is known.")
@click.option("--seats", default=20, show_default=True, help="Units that can be trained in a quarter.")
@click.option("--budget", type=float, help="Rupiah over all waves. Default: dataset.yml's.")
@click.option("--cost", type=float, help="Rupiah a unit. Default: as the trainings held so far.")
@click.option("--effect", type=float, help="True effect to plan for, in points. Default: twice the SESOI.")
@click.option("--quarters", default=8, show_default=True, help="Looked at from the first wave on.")
@click.option("--waves", type=int, help="Draw for so many waves. Default: the best of those proposed.")
@click.option("--draws", default=200, show_default=True, help="Cities drawn for each roll-out.")
def draw(data: Path, seed: str, waves: int | None, **asked: Any) -> None:
    """Propose roll-outs; with a public seed, draw the order of training by lot and lock it."""
    from asn_analysis.briefs.rollout import draw_rollout, plan_rollout

    with told_plainly(data):
        found = plan_rollout(data, seed=seed, **asked)
        click.echo(found.table())
        if not seed:
            click.echo(
                "Nothing was drawn. Announce a seed that nobody can choose, then call again with --seed."
            )
            return
        chosen, digest = draw_rollout(data, found, seed, waves, date.today())
    drawn = f"{counted(chosen.n_units, 'unit')} in {counted(len(chosen.waves), 'wave')}"
    click.echo(f"Drawn and locked: {drawn}, SHA-256 {digest}")
    click.echo("Anybody can check it by hand (docs/how-to/plan.md): printf '%s' 'SEED:CODE' | sha256sum")
    click.echo("Briefs follow this order from now on, as long as it is kept; see: asn plan drawn")


@plan.command()
@click.argument("data", type=DATA)
def drawn(data: Path) -> None:
    """Draw the locked lot again, and say whether trainings have followed its order."""
    from asn_analysis.briefs.rollout import checked_rollout

    with told_plainly(data):
        found = checked_rollout(data)
    for line in found.lines():
        click.echo(line)
