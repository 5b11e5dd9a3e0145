"""``asn report``: the official *Laporan SKM* of one unit, as a page and as a Word file."""

from __future__ import annotations

from pathlib import Path

import click

from asn_analysis.cli.failures import told_plainly
from asn_analysis.words.language import LANGUAGES


@click.command()
@click.argument("data", default="data/example", type=click.Path(path_type=Path))
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option("--unit", required=True, metavar="CODE", help="The unit's code in the units table.")
@click.option("--language", "languages", multiple=True, default=LANGUAGES, type=click.Choice(LANGUAGES))
@click.option("--out", default="reports", show_default=True, type=click.Path(path_type=Path))
def report(data: Path, quarter: str, unit: str, languages: tuple[str, ...], out: Path) -> None:
    """Fill the official survey report (Laporan SKM) of one unit, as HTML and DOCX."""
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs, read_releases
    from asn_analysis.briefs.report import report_record
    from asn_analysis.measures.suggestions import suggestions
    from asn_analysis.pages.report import write_report
    from asn_analysis.records.intake import read_dataset

    with told_plainly(data):
        dataset = read_dataset(data)
        chosen = choose_quarter(dataset, quarter)
        city = city_inputs(dataset, chosen, releases=read_releases(out, chosen))
        codes = [row["unit_id"] for row in city.about["units"]]
        if unit not in codes:
            raise ValueError(
                f'No unit has the code "{unit}"; codes are, for example, {", ".join(codes[:3])}.'
            )
        said = suggestions(dataset, unit, city.quarter)
        written = write_report(report_record(city, unit, said), out, languages)
    for path in written:
        click.echo(f"Wrote {path}")
