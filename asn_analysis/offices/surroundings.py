"""What stands around the answers: names of file and sheet, headings, other sheets. What they say of unit
and quarter is used where nothing else tells, and refuses whoever says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice

import pandas as pd

from asn_analysis.offices.below import Below
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.files import Grid, Row
from asn_analysis.offices.layout import Layout, answer_sheets
from asn_analysis.offices.periods import Span, span_in
from asn_analysis.offices.profile import PERIOD, vocabulary
from asn_analysis.offices.tables import Choices
from asn_analysis.offices.units import units_in
from asn_analysis.records.coded import Coded
from asn_analysis.records.files import column_letters
from asn_analysis.records.privacy import listed
from asn_analysis.records.words import matches, plain
from asn_analysis.rules.rules import load_skm

MOST_ROWS, MOST_SHEETS = 60, 20  # of other sheets that are looked at


@dataclass(frozen=True)
class Said:
    """A text beside the answers and where it stands; ``decides`` where it was written for this file alone.

    Headings are often copied from the last report, so they can contradict and hint, but not decide.
    """

    where: str
    text: str
    decides: bool = False


def surroundings(layout: Layout, grids: list[Grid], choices: Choices) -> tuple[Said, ...]:
    """All that is said beside the answers, without what the operator told to ignore."""
    label = layout.grid.label
    told = [
        Said("the sheet's name", layout.grid.sheet, decides=True),
        Said("the file's name", label.rpartition(".")[0] or label, decides=True),
        *(Said("the heading", text) for text in layout.above),
        *_on_other_sheets(other_sheets(layout, grids), choices),
    ]
    return tuple(said for said in told if said.text and plain(said.text) not in choices.own.ignore)


def other_sheets(layout: Layout, grids: list[Grid]) -> dict[str, list[Row]]:
    """The first rows of the sheets without answers, by their name."""
    others = [grid for grid in grids if grid.sheet != layout.grid.sheet and not grid.hidden][:MOST_SHEETS]
    answers = answer_sheets(others, None, layout.grid.label)
    return {grid.sheet: list(islice(grid.rows(), MOST_ROWS)) for grid in others if grid.sheet not in answers}


def _on_other_sheets(sheets: dict[str, list[Row]], choices: Choices) -> Iterator[Said]:
    """Rows that say "Tahun Survei: 2026" or "Unit: …" on a sheet of particulars."""
    words = vocabulary()
    patterns = [
        pattern for name in ("unit_id", "part", "month", "year") for pattern in words["columns"][name]
    ]
    for sheet, rows in sheets.items():
        for number, row in rows:
            filled = [cell for cell in row if cell]
            if len(filled) == 2 and matches([*patterns, "periode.*", "nama unit.*"], plain(filled[0])):
                yield Said(f"row {number} of the sheet {sheet}", " ".join(filled))


def settled(layout: Layout, columns: Columns, said: tuple[Said, ...], choices: Choices) -> Choices:
    """The choices with the unit and the quarter that the surroundings tell; refuses what they contradict."""
    if "unit_id" not in columns.places:
        choices = replace(choices, unit=_unit(layout, said, choices))
    if not {"date", "month", "part"} & set(columns.places):
        choices = replace(choices, quarter=_quarter(layout, said, choices))
    return choices


def _unit(layout: Layout, told: tuple[Said, ...], choices: Choices) -> str:
    named = [(said, units) for said in told if (units := units_in(said.text, choices.units, said.decides))]
    if choices.unit is not None:
        for said, units in named:
            if choices.unit not in units:
                _contradicted(layout, said, f"{listed(sorted(units), 'and')}, and --unit says {choices.unit}")
        return choices.unit
    deciding = [
        units
        for said, units in named
        if said.decides and units == units_in(said.text, choices.units, near=False)
    ]
    common = frozenset.intersection(*(units for _, units in named)) if named else frozenset()
    if deciding and len(common) == 1:
        return next(iter(common))
    hints = "; ".join(
        f'{said.where} "{said.text[:60]}" names {listed(sorted(units), "and")}' for said, units in named
    )
    raise layout.refused("no unit", hints=hints)


def _quarter(layout: Layout, told: tuple[Said, ...], choices: Choices) -> pd.Period:
    spans = [(said, span) for said in told if (span := span_in(said.text))]
    if choices.quarter is not None:
        for said, span in spans:
            if not span.holds(choices.quarter):
                _contradicted(layout, said, f"another period, and --quarter says {choices.quarter}")
        return choices.quarter
    deciding = [span for said, span in spans if said.decides]
    whole = reduce(_both, (span for _, span in spans), Span(frozenset(range(1, 5)), None))
    own = reduce(_both, deciding, Span(frozenset(range(1, 5)), None))
    if whole is not None and own is not None and own.quarter is not None:
        return own.quarter
    hints = "; ".join(f'{said.where} says "{said.text[:60]}"' for said, _ in spans)
    raise layout.refused("no quarter", hints=hints)


def _both(one: Span | None, other: Span | None) -> Span | None:
    return one.joined(other) if one and other else None


def _contradicted(layout: Layout, said: Said, what: str) -> None:
    raise layout.refused("contradicted", where=said.where, text=said.text[:80], what=what)


def refuse_other_rows(
    layout: Layout, told: tuple[Said, ...], choices: Choices, codes: set[str], quarters: set
) -> None:
    """A file or sheet that is named after a unit or a period of which it has no row."""
    for said in told:
        if said.decides and (other := _otherwise(said, choices, codes, quarters)):
            _contradicted(layout, said, other)


def notes_beside(told: tuple[Said, ...], choices: Choices, codes: set[str], quarters: set) -> Iterator[str]:
    """Where headings say otherwise than the rows, which tell their unit and day themselves."""
    for said in told:
        if other := _otherwise(said, choices, codes, quarters):
            yield f'{said.where} "{said.text[:60]}" names {other}'


def _otherwise(said: Said, choices: Choices, codes: set[str], quarters: set) -> str:
    units, span = units_in(said.text, choices.units, said.decides), span_in(said.text)
    if units and not units & codes:
        return f"{listed(sorted(units), 'and')}, and its answers are of {listed(sorted(codes)[:3], 'and')}"
    if span and not any(map(span.holds, quarters)):
        return f"another period, and its answers are of {', '.join(map(str, sorted(quarters)))}"
    return ""


OUT_OF_PLACE = 0.5  # of the rows with a cell in a column beside the answers that has no name
BETWEEN = 0.05  # the same, for a column between the answers
FEWEST = 5  # respondents, before it is told that none of their answers is the highest
LEFT, RIGHT = 1, 3  # columns beside the answers that are looked at


def refuse_unnamed(layout: Layout, columns: Columns, cells: Coded) -> None:
    """Answers between or beside the others in a column without a header.

    Such are ticks in four columns an element, or a header out of place.
    """
    if layout.profile.shape != "wide":
        return
    first, last = min(columns.items.values()), max(columns.items.values())
    for place in range(max(0, first - LEFT), min(last + RIGHT + 1, cells.width)):
        count = 0 if layout.label(place) else int((cells.column(place) != 0).sum())
        if count > (BETWEEN if first < place < last else OUT_OF_PLACE) * len(cells):
            column = column_letters(place + 1) if layout.grid.sheet else str(place + 1)
            raise layout.refused("unnamed column", column=column, n=count)


def refuse_other_unit(layout: Layout, below: Below, units: Mapping[str, str], unit: str | None) -> None:
    """A line among the answers that names another unit than the one that all rows are to be of."""
    for number, text in below.remarks:
        named = units_in(text, units, cores=False)
        if unit and named and unit not in named:
            told = ", ".join(sorted(named))
            raise layout.refused("other unit", (number, None, text), named=told, unit=unit)


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
