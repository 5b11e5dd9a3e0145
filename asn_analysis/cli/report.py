"""``asn report``: the official *Laporan SKM* of one unit, as a page and as a Word file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.failures import BadInput, told_plainly
from asn_analysis.words.language import LANGUAGES

if TYPE_CHECKING:
    from asn_analysis.measures.suggestions import Suggestions
    from asn_analysis.records.intake import Dataset


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
    say_what_waits(dataset, said)


def say_what_waits(dataset: Dataset, said: Suggestions) -> None:
    """Write the review list if anything waits, and say what was left out and how to get it in."""
    from asn_analysis.records.review import NAME, TICK, write_review

    if said.n_refused:
        click.echo(f"Left out as the office decided: suggestions of {said.n_refused} respondent(s).")
    entries = (*said.waiting, *dataset.waiting)
    if not entries:
        return
    try:
        path = write_review(dataset.folder, dataset.review, entries)
    except OSError as error:
        raise BadInput(f"{dataset.folder / NAME} cannot be written: {error.strerror}.") from error
    click.echo(
        f"Left out until somebody has read them: suggestions of {said.n_waiting} respondent(s), and words of "
        f"{len(dataset.waiting)} text(s) of the follow-up register. They stand in {path}, which is not for "
        f'publication: write y under "{TICK}" for what names nobody, n for the rest, and run this again.'
    )
