"""``asn reproduce``: a quarter made again from its bundle, by whoever wants to know."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.failures import SOME_FAILED, told_plainly
from asn_analysis.cli.places import DATA, FILE, Folder

if TYPE_CHECKING:
    from asn_analysis.run.reproduction import Reproduced

SHOWN = 20


@click.command()
@click.argument("bundle", metavar="BUNDLE.zip", type=FILE)
@click.option("--data", required=True, type=DATA, help="The city's data; held against the bundle's hashes.")
@click.option(
    "--environment", type=DATA, metavar="FOLDER", help="Instead of a new one: held against the lock."
)
@click.option(
    "--sha256", default="", metavar="HASH", help="Refuse any other bundle than the one with this hash."
)
@click.option("--role", default="", metavar="OFFICE", help="Which office makes it again; nobody's name.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="2026-10-05", help="Default: today.")
@click.option(
    "--to", type=Folder(), metavar="FOLDER", help="For the certificate. Default: beside the bundle."
)
@click.option(
    "--keep", type=Folder(), metavar="FOLDER", help="Leave what was made again here, as for `asn diff`."
)
def reproduce(
    bundle: Path,
    data: Path,
    environment: Path | None,
    sha256: str,
    role: str,
    date: datetime | None,
    to: Path | None,
    keep: Path | None,
) -> None:
    """Make a quarter again from its bundle and its data, compare every byte, and certify what came of it.

    A bundle holds a program, and this runs it: take it from whom you trust, and name its hash.
    """
    from asn_analysis.run import reproduction
    from asn_analysis.run.sign_off import certify

    to, day = to or bundle.parent, (date or datetime.now()).date().isoformat()
    with told_plainly(data, "No certificate was written."):
        found = reproduction.reproduce(
            bundle, data, day, environment=environment, sha256=sha256, role=role, keep=keep, tell=_tell
        )
        written = reproduction.write_certificate(found, to)
        target = to / found.certificate["quarter"]
        linked = (target / "run.json").exists() and certify(target)
    _report(found)
    for path in written:
        click.echo(f"Wrote {path}")
    if linked:
        click.echo(f"{target}: its catalogue leads to the certificate.")
    if not found.identical:
        sys.exit(SOME_FAILED)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _report(found: Reproduced) -> None:
    from asn_analysis.run.reproduction import OUTCOMES, Compared

    told = found.certificate
    count = told["counts"]
    kinds = ", ".join(f"{kind} {count[kind]}" for kind in OUTCOMES)
    click.echo(f"{told['quarter']}: {count['all']} files; {kinds}.")
    for one in [Compared(**row) for row in told["differences"]][:SHOWN]:
        click.echo(f"  {one.summary()}")
    if (more := len(told["differences"]) - SHOWN) > 0:
        click.echo(f"  and {more} more, which the certificate lists")
    for one in told["environment"]["differences"]:
        click.echo(
            f"  unlike the lock: {one['package']} {one['found'] or 'is missing'}, in the lock {one['lock']}"
        )
