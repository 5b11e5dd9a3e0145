"""What stands around the answers: names of file and sheet, headings, other sheets. What they say of unit
and quarter is used where nothing else tells, and refuses whoever says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice

import pandas as pd

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.grid import Grid, Row
from asn_analysis.offices.layout import Layout, answer_sheets
from asn_analysis.offices.periods import Span, span_in
from asn_analysis.offices.profile import matches, plain, vocabulary
from asn_analysis.offices.tables import Choices
from asn_analysis.offices.units import units_in

MOST_ROWS, MOST_SHEETS = 60, 20  # of other sheets that are looked at
IGNORE = 'If it is wrong, say so in --map FILE, as ignore: ["{text}"].'


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
                _contradicted(layout, said, f"{' and '.join(sorted(units))}, and --unit says {choices.unit}")
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
        f'{said.where} "{said.text[:60]}" names {", ".join(sorted(units))}' for said, units in named
    )
    remedy = "Say it with --unit CODE, or name its column in --map FILE, as columns: {HEADER: unit_id}."
    raise layout.refused("does not say which unit it is about", f"{remedy} {hints}".strip())


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
    remedy = "Say the quarter with --quarter 2026Q3, or name the column of dates in --map FILE under columns."
    raise layout.refused("has no column of dates", f"{remedy} {hints}".strip())


def _both(one: Span | None, other: Span | None) -> Span | None:
    return one.joined(other) if one and other else None


def _contradicted(layout: Layout, said: Said, what: str) -> None:
    problem = f'{said.where} "{said.text[:80]}" names {what}'
    raise layout.refused(problem, f"Correct the one or the other. {IGNORE.format(text=said.text[:80])}")


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
        return f"{', '.join(sorted(units))}, and its answers are of {', '.join(sorted(codes)[:3])}"
    if span and not any(map(span.holds, quarters)):
        return f"another period, and its answers are of {', '.join(map(str, sorted(quarters)))}"
    return ""
