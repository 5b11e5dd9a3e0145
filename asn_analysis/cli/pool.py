"""``asn pool``: a province's brief from the records of its cities alone."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.failures import told_plainly
from asn_analysis.cli.places import FILE, Folder, Languages
from asn_analysis.words.language import LANGUAGES

if TYPE_CHECKING:
    from asn_analysis.record.sent import Sent


@click.command()
@click.argument("records", nargs=-1, required=True, metavar="RECORD.json…", type=FILE)
@click.option("--name", default="Provinsi", show_default=True, help="The province, as the brief names it.")
@click.option("--expected", type=FILE, metavar="FILE", help="Cities that were to send, a name a line.")
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the quarter of most records.")
@click.option("--languages", default=",".join(LANGUAGES), show_default=True, type=Languages())
@click.option("--out", default="reports/province", show_default=True, type=Folder())
def pool(
    records: tuple[Path, ...],
    name: str,
    expected: Path | None,
    quarter: str,
    languages: tuple[str, ...],
    out: Path,
) -> None:
    """Pool the effect over cities, from the record.json beside each city's brief."""
    from asn_analysis.pages.province import write_province
    from asn_analysis.record.together import province_record

    with told_plainly():
        record = province_record([_read(path) for path in records], name, _names(expected), quarter)
        written = write_province(record, out, languages)
    who = record["senders"]
    click.echo(f"{record['quarter']}: {who['n_pooled']} of {who['n_expected']} cities pooled.")
    if who["absent"]:
        click.echo(f"  not sent: {', '.join(who['absent'])}")
    if who["unexpected"]:
        click.echo(f"  sent, but not on the list: {', '.join(who['unexpected'])}")
    for one in who["aside"]:
        click.echo(f"  set aside: {one['city']}, {one['quarter']}: {', '.join(one['reasons'])}")
    for path in written:
        click.echo(f"Wrote {path}")


def _read(path: Path) -> Sent:
    from asn_analysis.record.sent import REMEDY, Sent, SentCity, read_earlier

    record = read_earlier(path, SentCity, REMEDY)
    return Sent(str(path), sha256(path.read_bytes()).hexdigest(), record)


def _names(path: Path | None) -> list[str]:
    """The names in a list of cities; blank lines do not count."""
    if path is None:
        return []
    return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
