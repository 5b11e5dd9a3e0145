"""``asn template``: an Excel workbook, and its dataset.yml, for the offices to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from asn_analysis.run.failures import BadInput


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--city", default="", help="Whose data they will be.")
@click.option("--producer", default="", help="The office that collects them.")
@click.option("--licence", default="", help="Default: not for publication.")
def template(folder: Path, city: str, producer: str, licence: str) -> None:
    """Write an empty data set for offices to fill in: a workbook in Indonesian, and its dataset.yml."""
    from asn_analysis.pages.form.template import About, write_template

    try:
        written = write_template(folder, About(city, producer, licence))
    except OSError as error:
        raise BadInput(str(error)) from error
    for path in written:
        click.echo(f"Wrote {path}")
    if not (city and producer):
        click.echo(f"Write city and producer into {written[-1]}.")
    click.echo(f"When the workbook is filled: asn check {folder} --marked")
