"""Columns that no header explains, judged by their cells: days, units and counts are used or asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from asn_analysis.offices.columns import MOST, Columns, holds_days, holds_units
from asn_analysis.offices.dates import date_reader, is_date
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.periods import quarter_of
from asn_analysis.offices.profile import COUNT, header_name, number_in, vocabulary
from asn_analysis.offices.tables import Choices
from asn_analysis.offices.units import unit_of
from asn_analysis.records.words import matches, plain

ONES = 0.5  # of the cells of a count of people that are 1, at least
FEWEST = 4  # cells before a column of whole numbers is taken for a count


def explained(layout: Layout, columns: Columns, choices: Choices) -> Columns:
    """The columns, with a column of days that only the cells give away; refuses what has to be asked."""
    for place in _unclaimed(layout, columns, choices):
        if "unit_id" not in columns.places and _fits(
            layout, place, "not_unit", holds_units(layout, place, choices.units)
        ):
            _hold_against_unit(layout, place, choices)
        if "date" not in columns.places and _fits(layout, place, "not_date", holds_days(layout, place)):
            columns = _with_days(layout, place, columns, choices)
        if COUNT not in columns.places and layout.profile.shape != "long" and _counts(layout, place, columns):
            told = f"could count the people behind each row, {_total(layout, place)} in all"
            _ask(layout, place, told, COUNT)
    return columns


def _unclaimed(layout: Layout, columns: Columns, choices: Choices) -> Iterator[int]:
    """Filled columns that hold neither an answer nor anything of ours, and that no map sets aside."""
    known = {*columns.places.values(), *columns.items.values()}
    for place in range(len(layout.sample)):
        label = layout.label(place)
        if place not in known and layout.sample[place] and plain(label) not in choices.own.columns:
            yield place


def _fits(layout: Layout, place: int, but: str, holds: bool) -> bool:
    return holds and not matches([vocabulary()[but]], header_name(layout.label(place)))


def _ask(layout: Layout, place: int, what: str, ours: str) -> None:
    named = layout.label(place)
    label = named or f"column {place + 1}"
    text, rows = next(iter(layout.sample[place].items()))
    why = "unclaimed" if named else "without header"
    raise layout.refused(why, (rows[0], label, text), label=label, what=what, ours=ours)


def _hold_against_unit(layout: Layout, place: int, choices: Choices) -> None:
    for text, rows in layout.sample[place].items():
        code, nearly = unit_of(text, choices.units)
        if choices.unit is None or code not in (choices.unit, None):
            told = f"names units{' nearly' * nearly}, such as {code or 'several of that name'}"
            against = f" in row {rows[0]:,}, and --unit says {choices.unit}" if choices.unit else ""
            _ask(layout, place, told + against, "unit_id")


def _with_days(layout: Layout, place: int, columns: Columns, choices: Choices) -> Columns:
    """The column as the day of the answer where all its days lie in the declared quarter; asked otherwise."""
    if choices.quarter is None or not set(columns.places).isdisjoint({"month", "part"}):
        _ask(layout, place, "holds days or periods", "date")
    texts = layout.sample[place]
    days, year = dict.fromkeys(filter(is_date, texts), 1), choices.quarter.year
    read = date_reader(days, choices.dates, layout.grid.place, choices.zone, year)
    for text, rows in texts.items():
        day = read(text)
        if isinstance(day, date) and quarter_of(day) != choices.quarter:
            told = f"holds days or periods, row {rows[0]:,} one that is not in {choices.quarter}"
            _ask(layout, place, told, "date")
    return replace(columns, places=columns.places | {"date": place})


def _counts(layout: Layout, place: int, columns: Columns) -> bool:
    """Whole numbers under a header that counts; or mostly ones with larger numbers between, under any."""
    name, words = header_name(layout.label(place)), vocabulary()
    cells = [(number_in(text), rows) for text, rows in layout.sample[place].items()]
    if not cells or any(number is None or number < 0 or number % 1 for number, _ in cells):
        return False
    n = sum(len(rows) for _, rows in cells)
    largest = max(number for number, _ in cells)
    if matches(words["counts"], name):
        return largest > 1
    ones = sum(len(rows) for number, rows in cells if number == 1)
    like = n >= FEWEST and ONES * n <= ones < n
    if matches(words["counts_if_whole"], name):
        return like or not _sums(layout, place, columns)
    return like and not matches(words["ignored"], name)


def _sums(layout: Layout, place: int, columns: Columns) -> bool:
    """Whether a column holds the sums of the answers; beside answers in words, whether it could."""
    own = _numbers(layout, place)
    answers = [_numbers(layout, item) for item in columns.items.values()]
    added = {
        row: sum(found[row] for found in answers) for row in own if all(row in found for found in answers)
    }
    if not added:
        return min(own.values()) >= len(answers)
    return sum(own[row] == total for row, total in added.items()) >= MOST * len(added)


def _numbers(layout: Layout, place: int) -> dict[int, float]:
    """The numbers of a column by row."""
    texts = layout.texts(place)
    read = {text: number for text in texts if (number := number_in(text)) is not None}
    return {row: read[text] for text, rows in texts.items() if text in read for row in rows}


def _total(layout: Layout, place: int) -> str:
    return f"{sum((number_in(text) or 0) * len(rows) for text, rows in layout.sample[place].items()):,.0f}"
