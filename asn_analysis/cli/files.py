"""``asn verify``, ``bundle``, ``diff`` and ``sign``: what to do with the files of a quarter that was made."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from asn_analysis.cli.failures import SOME_FAILED, told_plainly
from asn_analysis.words.language import LANGUAGES

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("quarter", type=PATH)
def verify(quarter: Path) -> None:
    """Hold every file of a quarter, as reports/2026Q3, against the hashes in its run.json."""
    from asn_analysis.run import provenance

    with told_plainly():
        problems = provenance.verify(quarter)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{quarter} does not match its run.json: {len(problems)} finding(s).")
        sys.exit(SOME_FAILED)
    click.echo(f"{quarter} is as its run left it: {len(provenance.signed_files(quarter))} files.")
    if (quarter / provenance.SIGN_OFF).exists():
        from asn_analysis.run import sign_off

        now = sign_off.brief_hashes(quarter)
        for review in sign_off.latest(quarter):
            changed = review.changed(now)
            since = f"changed since: {', '.join(changed)}" if changed else f"SHA-256 {review.sha256}"
            click.echo(f"Reviewed by {review.role}, {review.date}; {since}")


@click.command()
@click.argument("quarter", type=PATH)
@click.option("--role", required=True, metavar="OFFICE", help="Which office reviewed it; nobody's name.")
@click.option("--checked", multiple=True, required=True, metavar="TEXT", help="What was checked; repeatable.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="2026-10-05", help="Default: today.")
def sign(quarter: Path, role: str, checked: tuple[str, ...], date: datetime | None) -> None:
    """Keep a review of a quarter, show it on its pages, and write a sheet for the signature."""
    from asn_analysis.run import sign_off

    day = (date or datetime.now()).date().isoformat()
    with told_plainly(quarter):
        written = sign_off.sign_off(quarter, role, day, checked)
    for path in written:
        click.echo(f"Wrote {path}")


@click.command()
@click.argument("quarter", type=PATH)
@click.option("--to", type=PATH, help="Default: beside the quarter, as 2026Q3.zip.")
def bundle(quarter: Path, to: Path | None) -> None:
    """Pack a quarter and the program that made it into one zip, from which it can be made again."""
    from asn_analysis.run import bundle as packing

    to = to or quarter.parent / f"{quarter.name}.zip"
    with told_plainly():
        digest = packing.bundle(quarter, to)
    click.echo(f"{to}\nSHA-256 {digest}")


@click.command()
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@click.option("--all", "everything", is_flag=True, help="Every change, not only the largest.")
@click.option("--html", type=PATH, metavar="FILE", help="Also write the two pages of a brief side by side.")
@click.option("--brief", "scopes", multiple=True, default=("city",), metavar="city|CODE", help="For --html.")
@click.option("--language", default=LANGUAGES[0], type=click.Choice(LANGUAGES), help="For --html.")
def diff(
    before: Path, after: Path, everything: bool, html: Path | None, scopes: tuple[str, ...], language: str
) -> None:
    """List verdicts and numbers that two runs give differently, the largest change first."""
    from asn_analysis.cli import console
    from asn_analysis.run import difference

    with told_plainly():
        found = difference.run_changes(before, after)
    click.echo(f"{len(found)} findings differ between {before} and {after}.")
    if found:
        click.echo(console.listed(found, len(found) if everything else console.MOST_SHOWN))
    if html:
        with told_plainly():
            difference.write_beside(html, before, after, scopes, language)
        click.echo(f"Wrote {html}")
