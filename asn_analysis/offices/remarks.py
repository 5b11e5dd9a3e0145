"""What stands around the answers: a key of their numbers, other units and periods, columns without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pandas as pd

from asn_analysis.offices.below import Below
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import PERIOD
from asn_analysis.offices.profile import plain
from asn_analysis.offices.tables import Choices
from asn_analysis.offices.units import units_in
from asn_analysis.records.coded import Coded
from asn_analysis.records.sheet_files import column_letters
from asn_analysis.rules.rules import load_skm

OUT_OF_PLACE = 0.5  # of the rows with a cell in a column beside the answers that has no name
BETWEEN = 0.05  # the same, for a column between the answers
FEWEST = 5  # respondents, before it is told that none of their answers is the highest
LEFT, RIGHT = 1, 3  # columns beside the answers that are looked at


def unnamed_cells(layout: Layout, columns: Columns, cells: Coded) -> Counter[int]:
    """Filled cells between or beside the answers, by place, in columns without a header."""
    if layout.profile.shape != "wide":
        return Counter()
    first, last = min(columns.items.values()), max(columns.items.values())
    places = range(max(0, first - LEFT), min(last + RIGHT + 1, cells.width))
    unnamed = [place for place in places if not layout.label(place)]
    return Counter({place: int((cells.column(place) != 0).sum()) for place in unnamed})


def refuse_unnamed(layout: Layout, columns: Columns, filled: Counter[int], n_rows: int) -> None:
    """Answers in a column without a header: ticks in four columns an element, or a header out of place."""
    for place, count in sorted(filled.items()):
        inside = min(columns.items.values()) < place < max(columns.items.values())
        if count > (BETWEEN if inside else OUT_OF_PLACE) * n_rows:
            column = column_letters(place + 1) if layout.grid.sheet else str(place + 1)
            problem = f"column {column}, beside the answers, is filled in {count:,} rows and has no header"
            remedy = (
                "Answers may stand under the wrong header, or be ticks in four columns: "
                "write one column an element, with the answer from 1 to 4, and name every column."
            )
            raise layout.refused(problem, remedy)


def refuse_other_unit(layout: Layout, below: Below, units: Mapping[str, str], unit: str | None) -> None:
    """A line among the answers that names another unit than the one that all rows are to be of."""
    for number, text in below.remarks:
        named = units_in(text, units, cores=False)
        if unit and named and unit not in named:
            problem = f"a line names {', '.join(sorted(named))}, and the rows are to be of {unit}"
            remedy = "Put each unit into a file or sheet of its own, or add a column with the unit's code."
            raise layout.refused(problem, remedy, (number, None, text))


def notes_on(layout: Layout, columns: Columns, records: pd.DataFrame, choices: Choices) -> Iterator[str]:
    """What the operator should know of how the file was read, and of what it did not say."""
    if note := layout.grid.note:
        yield note
    if "date" not in columns.places:
        told = ", ".join(layout.labels[columns.places[name]] for name in PERIOD if name in columns.places)
        days = f"set to the last day of {told}" if told else f"all set to {choices.quarter.end_time:%Y-%m-%d}"
        yield f"no dates in the file: {days}"
    answers = {value for code in columns.items for value in records[code].unique()}
    if load_skm().highest not in answers and len(records) >= FEWEST:
        yield "no answer is 4: check that the form asks on a scale from 1 to 4"
    names = load_skm().names
    missing = [name for code, name in names.items() if code not in columns.items]
    if missing:
        yield f"not asked, left empty: {', '.join(missing)}"
    silent = [names[code] for code in columns.items if records[code].isna().all()]
    if silent:
        yield f"asked, and answered by nobody: {', '.join(silent)}"
    yield from _spelled(layout, columns)


def _spelled(layout: Layout, columns: Columns) -> Iterator[str]:
    """Headers that were read in spite of a slip."""
    for place in (*columns.places.values(), *columns.items.values()):
        if layout.profile.shape == "wide" and layout.names[place] != plain(layout.labels[place]):
            yield f'the header "{layout.labels[place]}" was read as "{layout.names[place]}"'
