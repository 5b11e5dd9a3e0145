"""``asn check``, ``template`` and ``simulate``: a data set, held against the schema, empty, or made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from asn_analysis.cli.failures import told_plainly, unusable
from asn_analysis.cli.places import DATA, Folder
from asn_analysis.cli.report import say_what_waits


@click.command()
@click.argument("data", type=DATA)
@click.option("--quality", is_flag=True, help="Also list what to ask the offices about the newest survey.")
@click.option(
    "--marked",
    is_flag=True,
    help="Also write a copy of the workbook, its faulty cells coloured and explained.",
)
@click.option("--review", is_flag=True, help="Also write texts of the follow-up register for review.")
def check(data: Path, quality: bool, marked: bool, review: bool) -> None:
    """Validate a data set; every fault with file, row, column, value and remedy."""
    from asn_analysis.records.intake import check_dataset, format_faults
    from asn_analysis.records.plan import read_plan
    from asn_analysis.records.questions import questions

    faults = check_dataset(data)
    if faults:
        click.echo(format_faults(faults))
        raise unusable(faults, data, _marked_copies(data) if marked else "nothing was written")
    with told_plainly():
        read_plan(data)
    click.echo(f"{data} is in order.")
    if asked := questions(data):
        click.echo("\n".join(["To ask the offices, though nothing is refused:", format_faults(asked)]))
    _say_printed(data)
    if quality:
        _say_quality(data)
    if review:
        from asn_analysis.measures.suggestions import Suggestions
        from asn_analysis.records.intake import read_dataset

        say_what_waits(read_dataset(data), Suggestions())


def _say_printed(data: Path) -> None:
    """Which convention made the figures of earlier reports that dataset.yml tells."""
    from asn_analysis.records.manifest import read_manifest

    declared = read_manifest(data)[0].published
    if not declared:
        return
    from asn_analysis.measures.disclosure import withheld_cells
    from asn_analysis.measures.panel import build_panel
    from asn_analysis.record.printed import compared
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.rules.rules import load_analysis
    from asn_analysis.words import printed

    panel = build_panel(read_dataset(data))
    withheld = withheld_cells(panel, load_analysis().fewest_respondents)
    found = compared(declared, panel, withheld)
    click.echo("\n".join(["Indices of earlier reports:", *printed.lines(found)]))


def _marked_copies(data: Path) -> str:
    """Write the marked copies of the workbooks, and say where they are or why there is none."""
    from asn_analysis.pages.form.marked import Unmarkable, write_marked

    try:
        copies = write_marked(data)
    except (Unmarkable, OSError) as error:
        return f"nothing was marked: {error}".removesuffix(".")
    return f"marked in {', '.join(map(str, copies))}"


def _say_quality(data: Path) -> None:
    """The questions of the survey screens; they are no faults."""
    from asn_analysis.arms.quality import ARM
    from asn_analysis.arms.quality import lines as questions
    from asn_analysis.measures.context import with_context
    from asn_analysis.measures.panel import build_panel, newest_complete_quarter
    from asn_analysis.record.plain import plain_values
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.words.language import Words

    dataset = read_dataset(data)
    newest = newest_complete_quarter(dataset)
    found = ARM.prepare(dataset, with_context(build_panel(dataset, newest), dataset), newest).city
    if found is None:
        click.echo(f"Survey of {newest}: no unit has enough forms to be screened.")
        return
    words = Words({ARM.name: plain_values(found), "scope": "city"}, "en")
    lines = questions(words, ARM.part(words))
    click.echo("\n".join([f"Survey of {newest}:", *lines]))


@click.command()
@click.argument("folder", metavar="DIR", type=Folder())
@click.option("--city", default="", help="Whose data they will be.")
@click.option("--producer", default="", help="The office that collects them.")
@click.option("--licence", default="", help="Default: not for publication.")
def template(folder: Path, city: str, producer: str, licence: str) -> None:
    """Write an empty data set for offices to fill in: a workbook in Indonesian, and its dataset.yml."""
    from asn_analysis.pages.form.template import About, write_template

    with told_plainly():
        written = write_template(folder, About(city, producer, licence))
    for path in written:
        click.echo(f"Wrote {path}")
    if not (city and producer):
        click.echo(f"Write city and producer into {written[-1]}.")
    click.echo(f"When the workbook is filled: asn check {folder} --marked")


@click.command()
@click.argument("out", type=Folder())
@click.option("--units", type=click.IntRange(2), help="Default: the city's real units.")
@click.option("--quarters", default=16, show_default=True, type=click.IntRange(6))
@click.option("--respondents", type=click.IntRange(1), help="Mean per unit and quarter.")
@click.option("--effect", default=2.5, show_default=True, help="Full effect of training, in index points.")
@click.option(
    "--drift", default=0.0, show_default=True, help="Extra trend of trained units, points a quarter."
)
@click.option("--seed", type=click.IntRange(0), help="Default: the seed of the example city.")
def simulate(out: Path, **constants: Any) -> None:
    """Make a simulated city with a known effect, of any size."""
    from asn_analysis.measures.cells import ask_at_once
    from asn_analysis.records.intake import read_dataset
    from asn_analysis.simulate.simulation import simulate as write

    with told_plainly(stands=f"{out} is as it was."):
        write(out, **{name: value for name, value in constants.items() if value is not None})
    ask_at_once(read_dataset(out))  # looked through once, as after an import
    click.echo(f"Simulated city in {out}; what was planted is in {out / 'truth.json'}.")
