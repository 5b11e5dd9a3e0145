"""``asn report``: the official *Laporan SKM* of one unit, as a Word file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asn_analysis.cli.counted import counted
from asn_analysis.cli.failures import BadInput, told_plainly
from asn_analysis.cli.places import DATA, FILE, Folder
from asn_analysis.records.folders import put_whole
from asn_analysis.records.privacy import listed
from asn_analysis.words.language import LANGUAGES

if TYPE_CHECKING:
    from asn_analysis.measures.suggestions import Suggestions
    from asn_analysis.records.intake import Dataset

TEMPLATE = "A Word file to fill. Default: report.<language>.docx in DATA, else the package's own."


@click.command()
@click.argument("data", default="data/example", type=DATA)
@click.option("--quarter", default="", metavar="2026Q2", help="Default: the newest complete quarter.")
@click.option("--unit", default="", metavar="CODE", help="The unit's code in the units table.")
@click.option("--language", "languages", multiple=True, default=LANGUAGES, type=click.Choice(LANGUAGES))
@click.option("--out", default="reports", show_default=True, type=Folder())
@click.option("--template", type=FILE, help=TEMPLATE)
@click.option("--copy-template", is_flag=True, help="Put the template into DATA, to be edited in Word.")
def report(
    data: Path,
    quarter: str,
    unit: str,
    languages: tuple[str, ...],
    out: Path,
    template: Path | None,
    copy_template: bool,
) -> None:
    """Fill the official survey report (Laporan SKM) of one unit into its Word template."""
    if copy_template:
        _copy_templates(data, languages)
        return
    if not unit:
        raise click.UsageError("Name the unit with --unit CODE.")
    if template and len(languages) > 1:
        raise click.UsageError("A template is of one language: name it with --language.")
    from asn_analysis.briefs.inputs import choose_quarter, city_inputs
    from asn_analysis.briefs.published import read_releases
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
            raise ValueError(f'No unit has the code "{unit}"; codes are, for example, {listed(codes[:3])}.')
        said = suggestions(dataset, unit, city.quarter)
        templates = _templates(data, languages, template)
        written = write_report(report_record(city, unit, said), out, languages, templates)
    for path in written:
        click.echo(f"Wrote {path}")
    say_what_waits(dataset, said)


def _template_path(data: Path, language: str) -> Path:
    return data / f"report.{language}.docx"


def _templates(data: Path, languages: Sequence[str], given: Path | None) -> dict[str, bytes]:
    """The office's own template in each language that it has one in: as named, or beside its data."""
    paths = {language: given or _template_path(data, language) for language in languages}
    return {language: path.read_bytes() for language, path in paths.items() if given or path.exists()}


def _copy_templates(data: Path, languages: Sequence[str]) -> None:
    """The package's templates beside the data, where ``asn report`` takes them from; none is overwritten."""
    from asn_analysis.pages.report import shipped_template

    with told_plainly():
        contents = {_template_path(data, language): shipped_template(language) for language in languages}
    if kept := [path for path in contents if path.exists()]:
        raise BadInput(f"{kept[0]} is there already, and may have been edited; rename it first.")
    for path, template in contents.items():
        try:
            put_whole(path, template)
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
        click.echo(f"Wrote {path}; edit it in Word, and leave what stands in braces.")


def say_what_waits(dataset: Dataset, said: Suggestions) -> None:
    """Write the review list if anything waits, and say what was left out and how to get it in."""
    from asn_analysis.records.review import NAME, TICK, write_review

    if said.n_refused:
        click.echo(f"Left out as the office decided: suggestions of {counted(said.n_refused, 'respondent')}.")
    entries = (*said.waiting, *dataset.waiting)
    if not entries:
        return
    try:
        path = write_review(dataset.folder, dataset.review, entries)
    except OSError as error:
        raise BadInput(f"{dataset.folder / NAME} cannot be written: {error.strerror}.") from error
    n_texts = len(dataset.waiting)
    told = {
        f"suggestions of {counted(said.n_waiting, 'respondent')}": said.n_waiting,
        f"words in {counted(n_texts, 'text')} of the follow-up register": n_texts,
    }
    waiting = " and ".join(what for what, n in told.items() if n)
    click.echo(
        f"Left out until somebody has read them: {waiting}. They stand in {path}, which is not for "
        f'publication: write y under "{TICK}" for what names nobody, n for the rest, and run this again.'
    )
