"""``asn verify``, ``bundle``, ``diff`` and ``sign``: what to do with the files of a quarter that was made."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from asn_analysis.cli.counted import counted
from asn_analysis.cli.failures import SOME_FAILED, told_plainly
from asn_analysis.cli.places import DATA, NEW_FILE, quarter_at
from asn_analysis.run.staging import is_address
from asn_analysis.words.language import LANGUAGES

QUARTER = "FOLDER|ADDRESS"
MOST_SHOWN = 20


@click.command()
@click.argument("quarter", metavar=QUARTER)
def verify(quarter: str) -> None:
    """Hold every file of a quarter, as reports/2026Q3, against the hashes in its run.json."""
    from asn_analysis.run import run_record

    folder = quarter_at(quarter)
    with told_plainly():
        problems = run_record.verify(folder)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{quarter} does not match its run.json: {counted(len(problems), 'finding')}.")
        sys.exit(SOME_FAILED)
    click.echo(f"{quarter} is as its run left it: {len(run_record.signed_files(folder))} files.")
    if (folder / run_record.SIGN_OFF).exists():
        from asn_analysis.run import sign_off

        now = sign_off.brief_hashes(folder)
        for review in sign_off.latest(folder):
            changed = review.changed(now)
            since = f"changed since: {', '.join(changed)}" if changed else f"SHA-256 {review.sha256}"
            click.echo(f"Reviewed by {review.role}, {review.date}; {since}")


@click.command()
@click.argument("quarter", type=DATA)
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
@click.argument("quarter", metavar=QUARTER)
@click.option("--to", type=NEW_FILE, help="Default: beside the quarter, as 2026Q3.zip.")
def bundle(quarter: str, to: Path | None) -> None:
    """Pack a quarter and the program that made it into one zip, from which it can be made again."""
    from asn_analysis.run import bundle as packing

    if to is None and is_address(quarter):
        raise click.UsageError("Name the file to write with --to.")
    folder = quarter_at(quarter)
    to = to or folder.parent / f"{folder.name}.zip"
    with told_plainly():
        digest = packing.bundle(folder, to)
    click.echo(f"{to}\nSHA-256 {digest}")


@click.command()
@click.argument("before", metavar=QUARTER)
@click.argument("after", metavar=QUARTER)
@click.option("--all", "everything", is_flag=True, help="Every change, not only the largest.")
@click.option(
    "--html", type=NEW_FILE, metavar="FILE", help="Also write the two pages of a brief side by side."
)
@click.option("--brief", "scopes", multiple=True, default=("city",), metavar="city|CODE", help="For --html.")
@click.option("--language", default=LANGUAGES[0], type=click.Choice(LANGUAGES), help="For --html.")
def diff(
    before: str, after: str, everything: bool, html: Path | None, scopes: tuple[str, ...], language: str
) -> None:
    """List verdicts and numbers that two runs give differently, the largest change first."""
    from asn_analysis.run import difference

    folders = quarter_at(before), quarter_at(after)
    with told_plainly():
        found = difference.run_changes(*folders)
    click.echo(f"{len(found)} findings differ between {before} and {after}.")
    if found:
        click.echo(difference.listed(found, len(found) if everything else MOST_SHOWN))
    if html:
        with told_plainly():
            difference.write_beside(html, *folders, scopes, language)
        click.echo(f"Wrote {html}")
