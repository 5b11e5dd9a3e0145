"""``asn import``: what offices sent, read into a data set, with a reconciliation that a clerk can follow."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from asn_analysis.cli.failures import SOME_FAILED, BadInput, told_plainly
from asn_analysis.cli.places import FILE, Folder
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.manifest import ZONES
from asn_analysis.records.privacy import listed

PATH = click.Path(path_type=Path)
ALL = "all"


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option(
    "--into", required=True, type=Folder(), metavar="DATA", help="The data set; made if it is not there."
)
@click.option("--profile", metavar="NAME", help="The layout; otherwise recognised in the header.")
@click.option(
    "--map", "map_file", type=FILE, metavar="FILE", help="YAML: headers, words, units, scale, or a layout."
)
@click.option(
    "--elements", metavar="regulation|questionnaire|NAMES", help="Order of the elements in the file."
)
@click.option(
    "--unit", "unit_codes", multiple=True, metavar="CODE", help="Unit of the file; one for all, or one each."
)
@click.option(
    "--quarter", metavar="2026Q3", help="Quarter of the answers; needed where the file has no dates."
)
@click.option(
    "--dates", type=click.Choice(["day-first", "month-first"]), help="Where 05/06/2026 could be either."
)
@click.option("--sheet", metavar="NAME|all", help="The sheet to read, or all, where several hold answers.")
@click.option(
    "--drop-personal", is_flag=True, help="Leave personal columns out, blot personal data in texts."
)
@click.option("--repeats-are-new", is_flag=True, help="Rows equal to rows in DATA are other people.")
@click.option("--only-new", is_flag=True, help="Pass over rows that were imported before: exports that grow.")
@click.option("--good-ones", is_flag=True, help="Import the files without fault, though others have some.")
@click.option("--units", "units_file", type=FILE, metavar="FILE", help="New DATA: its table of units.")
@click.option("--city", default="", help="New DATA: whose it is.")
@click.option("--producer", default="", help="New DATA: the office that made the survey.")
@click.option("--licence", default="not for publication", show_default=True, help="New DATA: its licence.")
@click.option(
    "--timezone",
    type=click.Choice(ZONES),
    default=ZONES[0],
    show_default=True,
    help="New DATA: the zone of its days.",
)
def import_(
    files,
    into,
    map_file,
    unit_codes,
    units_file,
    city,
    producer,
    licence,
    timezone,
    repeats_are_new,
    only_new,
    good_ones,
    **said,
) -> None:
    """Read answers of offices' surveys (Excel, CSV, exports of survey applications) into a data set.

    Lists of trainings, complaints and staff are not read: they go into the template (asn template).
    """
    from asn_analysis.measures.cells import ask_at_once
    from asn_analysis.offices.store import NEW, PASSED_OVER, REFUSED, add
    from asn_analysis.offices.units import About
    from asn_analysis.records.intake import read_dataset

    if len(unit_codes) > 1 and len(unit_codes) != len(files):
        raise BadInput(
            f"--unit stands {len(unit_codes)} times for {len(files)} files; give one, or one a file."
        )
    if repeats_are_new and only_new:
        raise BadInput("--repeats-are-new and --only-new: rows that stand already are either new or not.")
    about = About(city, producer, licence, units_file, timezone)
    repeats = NEW if repeats_are_new else PASSED_OVER if only_new else REFUSED
    with told_plainly(into, f"{into} stands as it was."):
        choices = _choices(into, about, map_file, unit_codes, said)
        read, amiss = _each_read(files, choices, unit_codes)
        if amiss and not (good_ones and read):
            _refuse(amiss)
        notes = add(read, into, about, repeats)
        ask_at_once(read_dataset(into))
    for one in read:
        click.echo("\n".join(_reconciliation(one)))
    click.echo("\n".join([*notes, *_total(read)]))
    click.echo(f"{into} now holds these answers; what was set aside is in {into / 'rejected.csv'}.")
    if amiss:
        click.echo("\n\n".join(map(str, amiss)))
        click.echo(f"{len(amiss):,} of {len(files):,} files were not imported.", err=True)
        sys.exit(SOME_FAILED)


def _each_read(files, choices, unit_codes) -> tuple[list, list[Exception]]:
    """What could be read of all files, and why the others could not; none stops at another's fault."""
    from tqdm import tqdm

    read: list = []
    amiss: list[Exception] = []
    for place, path in enumerate(tqdm(files, unit="file", disable=None if len(files) > 1 else True)):
        unit = unit_codes[place % len(unit_codes)] if unit_codes else None
        try:
            read += [_read(path, one) for one in _each_sheet(path, replace(choices, unit=unit))]
        except (DatasetError, BadInput) as error:
            amiss.append(error)
    return read, amiss


def _refuse(amiss: list[Exception]) -> None:
    """All faults of all files in one answer."""
    asked = [error for error in amiss if isinstance(error, BadInput)]
    faults = [fault for error in amiss if isinstance(error, DatasetError) for fault in error.faults]
    for error in asked[:-1] if not faults else asked:
        click.echo(error.format_message())
    raise DatasetError(faults) if faults else asked[-1]


def _total(read: list) -> Iterator[str]:
    if len(read) > 1:
        n_read, kept = sum(one.rows_read for one in read), sum(len(one.frame) for one in read)
        aside = sum(one.set_aside for one in read)
        yield f"{len(read):,} files and sheets: {n_read:,} rows read = {kept:,} kept + {aside:,} set aside"


def _each_sheet(path: Path, choices) -> Iterator:
    from asn_analysis.offices.reading import sheets_with_answers

    if choices.sheet != ALL:
        yield choices
        return
    for sheet in sheets_with_answers(path, choices):
        yield replace(choices, sheet=sheet)


def _read(path: Path, choices):
    from asn_analysis.offices.columns import NeedsElements
    from asn_analysis.offices.reading import read_office_file

    try:
        return read_office_file(path, choices)
    except NeedsElements as error:
        raise BadInput("\n".join(_both_readings(path, choices, error))) from error


def _choices(into: Path, about, map_file: Path | None, unit_codes: tuple[str, ...], said: dict):
    from asn_analysis.offices.columns import declared_order
    from asn_analysis.offices.profile import Map, read_map
    from asn_analysis.offices.tables import Choices
    from asn_analysis.offices.units import known_units, unit_names, zone_of

    own = read_map(map_file) if map_file else Map()
    units = known_units(into, about)
    for unit in set(unit_codes) - set(units["unit_id"]):
        raise BadInput(
            f"--unit: no unit has the code {unit}. Codes are, for example, {listed(units['unit_id'][:3])}."
        )
    return Choices(
        units=unit_names(units, dict(own.units)),
        quarter=_quarter(said["quarter"]),
        elements=declared_order(said["elements"]) if said["elements"] else None,
        own=own,
        zone=zone_of(into, about),
        **{name: said[name] for name in ("dates", "profile", "sheet", "drop_personal")},
    )


def _quarter(text: str | None):
    import pandas as pd

    if text is None:
        return None
    if not re.fullmatch(r"20\d\dQ[1-4]", text):
        raise BadInput(f'--quarter "{text}": write it as 2026Q3.')
    return pd.Period(text, "Q")


def _both_readings(path: Path, choices, error) -> Iterator[str]:
    """What the file says in either order of the eighth and ninth question."""
    from asn_analysis.measures.ikm import ikm_from_elements
    from asn_analysis.offices.columns import ORDERS, declared_order

    labels = [text or f"score {place + 1}" for place, (_, text) in enumerate(error.candidates)]
    yield f"{error.label}: the order of its elements is not known; its questions are {', '.join(labels)}."
    if len(labels) == 9:
        for name in ORDERS:
            order = declared_order(name)
            means = _read(path, replace(choices, elements=order)).means
            index = f"index {ikm_from_elements(means).value:.2f}; " if len(means) == 9 else ""
            last = ", ".join(f"{labels[place]} is {_reading(order[place], means)}" for place in (7, 8))
            yield f"  --elements {name}: {index}{last}"
    yield "Compare the questions on the form, then declare --elements: either order, or the names in order."


def _reading(name: str, means: dict) -> str:
    from asn_analysis.rules.rules import load_skm

    code = next(element.code for element in load_skm().elements if element.name == name)
    return f"{name} ({float(means[code]) * load_skm().factor:.2f})" if code in means else name


def _reconciliation(one) -> Iterator[str]:
    """Rows read, kept and set aside; then the file's printed totals against its own answers."""
    where = f"{one.label}, sheet {one.sheet}" if one.sheet else one.label
    yield f"{where}: layout {one.layout} ({one.title}); elements {one.order}; scale {one.scale}"
    emptied = Counter(found.outcome for found in one.rejected)["cell left empty"]
    yield f"  {one.rows_read:,} rows read = {len(one.frame):,} kept + {one.set_aside:,} set aside"
    yield from (f"  {emptied:,} cells left empty",) * bool(emptied)
    for (column, reason), count in Counter((r.column, r.reason) for r in one.rejected).most_common(5):
        yield f"    {count:,} x {column or 'row'}: {reason}"
    passed = ", ".join(f"{count:,} {what}" for what, count in one.passed.items())
    yield from (f"  passed over: {passed}",) * bool(passed)
    yield from (f"  not used: {', '.join(one.unused)}",) * bool(one.unused)
    yield from (f"  further questions left out: {', '.join(one.extra)}",) * bool(one.extra)
    yield from (f"  note: {note}" for note in one.notes)
    yield from _against_printed(one)


def _against_printed(one) -> Iterator[str]:
    for code, text in one.printed.get("sum", {}).items():
        own = one.sums[code][0]
        if not _same(text, own, 0):
            yield f"  printed total of {code} is {text}, own {own}"
    for code, text in one.printed.get("mean", {}).items():
        if code in one.means and not _same(
            text, float(one.means[code]), len(text.replace(",", ".").partition(".")[2])
        ):
            yield f"  printed mean of {code} is {text}, own {float(one.means[code]):.4f}"
    if one.printed_index and len(one.means) == 9:
        from asn_analysis.measures.published import identify  # it loads SciPy

        yield f"  {identify(one.means, one.printed_index).summary()}"


def _same(text: str, own: float, decimals: int) -> bool:
    try:
        return abs(float(text.replace(",", ".")) - own) <= 0.5 * 10**-decimals + 1e-9
    except ValueError:
        return False
