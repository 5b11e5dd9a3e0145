"""One office file read: its layout, its columns, its answers, and what had to be set aside and why."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from asn_analysis.offices.below import Below
from asn_analysis.offices.columns import Columns, find_columns, target_places
from asn_analysis.offices.files import open_grids
from asn_analysis.offices.keys import (
    refuse_not_received,
    refuse_other_keys,
    refuse_other_legend,
    texts_around,
)
from asn_analysis.offices.layout import Layout, answer_sheets, recognise
from asn_analysis.offices.losses import personal_faults, refuse_losses
from asn_analysis.offices.periods import quarter_of
from asn_analysis.offices.profile import chosen_profile
from asn_analysis.offices.refusals import refused
from asn_analysis.offices.rows import Answers, answers_in, questions
from asn_analysis.offices.surroundings import (
    notes_beside,
    notes_on,
    other_sheets,
    refuse_other_rows,
    refuse_other_unit,
    refuse_unnamed,
    settled,
    surroundings,
)
from asn_analysis.offices.tables import COLUMNS, Choices, Rejected, reader_of
from asn_analysis.offices.unclaimed import explained
from asn_analysis.offices.units import unit_of
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.hashed import in_letters
from asn_analysis.records.schema import ITEMS


@dataclass(frozen=True)
class Imported:
    """A file as it was read. ``frame`` holds rows of the responses table; ``means`` exact, by element."""

    label: str
    sheet: str
    source: str
    layout: str
    title: str
    order: str
    scale: str
    notes: tuple[str, ...]
    rows_read: int
    frame: pd.DataFrame
    rejected: tuple[Rejected, ...]
    passed: Mapping[str, int]
    unused: tuple[str, ...]
    extra: tuple[str, ...]
    printed: Mapping[str, Mapping[str, str]]
    printed_index: str

    @cached_property
    def records(self) -> tuple[tuple, ...]:
        """The rows that are kept."""
        values = self.frame.astype(object)
        return tuple(values.where(values.notna(), None).itertuples(index=False, name=None))

    @property
    def set_aside(self) -> int:
        """Rows read that are not kept."""
        return self.rows_read - len(self.frame)

    @property
    def sums(self) -> dict[str, tuple[int, int]]:
        """Sum and number of the answers kept, by element."""
        given = {code: self.frame[code].dropna() for code in ITEMS}
        return {code: (int(answers.sum()), len(answers)) for code, answers in given.items()}

    @property
    def means(self) -> dict[str, Fraction]:
        """Mean answer of each element that was answered."""
        return {code: Fraction(total, n) for code, (total, n) in self.sums.items() if n}


def sheets_with_answers(path: Path, choices: Choices) -> list[str]:
    """The visible sheets of a workbook that hold answers; one without a name if it is no workbook."""
    found = answer_sheets(open_grids(path), chosen_profile(choices.profile, choices.own), path.name)
    if not found:
        raise refused(path.name, "no answers on sheets")
    return found


def read_office_file(path: Path, choices: Choices) -> Imported:
    """The file's answers; a ``DatasetError`` where it cannot be read right."""
    grids = open_grids(path)
    layout = recognise(grids, chosen_profile(choices.profile, choices.own), choices.sheet, path.name)
    columns = _columns(layout, choices)
    said = surroundings(layout, grids, choices)
    choices = settled(layout, columns, said, choices)
    below = Below(choices.own.ignore)
    answers = answers_in(layout, columns, below)
    personal = tuple(personal_faults(layout, columns, answers))
    if personal and not choices.drop_personal:
        raise DatasetError(personal)
    counts = _surveyed(layout, columns, choices, answers, below)
    around = texts_around(layout, columns, below.remarks, other_sheets(layout, grids))
    refuse_other_keys(layout, around)
    refuse_other_legend(layout, columns, around)
    refuse_not_received(layout, columns)
    reader = reader_of(layout, columns, counts, choices)
    source = _source(path, layout.grid.sheet)
    records, rejected = reader.read(answers, in_letters(source, 8))
    if len(answers) == 0:
        raise layout.refused("no answers")
    refuse_losses(reader, len(answers), len(records), rejected)
    codes = set(records["unit_id"])
    quarters = {quarter_of(day) for day in set(records["date"])}
    refuse_other_rows(layout, said, choices, codes, quarters)
    dropped = (f"{len(personal)} columns or cells of personal data left out",) * bool(personal)
    return Imported(
        label=path.name,
        sheet=layout.grid.sheet,
        source=source,
        layout=layout.profile.name,
        title=layout.profile.title,
        order=columns.order,
        scale=reader.scale,
        notes=(
            *dropped,
            *reader.notes,
            *notes_on(layout, columns, records, choices),
            *notes_beside(said, choices, codes, quarters),
        ),
        rows_read=len(answers),
        frame=records,
        rejected=tuple(rejected),
        passed=dict(below.passed),
        unused=columns.unused,
        extra=columns.extra,
        printed=_printed(below, columns) if layout.profile.shape == "wide" else {},
        printed_index=below.index,
    )


def _source(path: Path, sheet: str) -> str:
    """Names a sheet of a file by its content, so that importing it twice is seen."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(sheet.encode())
    return digest.hexdigest()


def _columns(layout: Layout, choices: Choices) -> Columns:
    texts: list[str] = []
    if layout.profile.shape == "long":
        places = target_places(layout, choices.own, choices.units)
        texts = questions(layout, places.get("question", 0))
    columns = find_columns(layout, choices.own, texts, choices.elements, choices.units)
    if "unit_id" in columns.places and choices.unit is not None:
        _hold_unit(layout, columns.places["unit_id"], choices)
    return explained(layout, columns, choices)


def _hold_unit(layout: Layout, place: int, choices: Choices) -> None:
    """A column of units and --unit together, only where they agree in every row that was looked at."""
    for text, rows in layout.sample[place].items():
        if unit_of(text, choices.units) != (choices.unit, False):
            label = layout.labels[place]
            raise layout.refused("unit named twice", (rows[0], label, text), unit=choices.unit, label=label)


def _surveyed(
    layout: Layout, columns: Columns, choices: Choices, answers: Answers, below: Below
) -> dict[str, Counter[str]]:
    """How often each text stands in each column judged as a whole; refuses what the whole gives away."""
    cells = answers.cells.take(np.flatnonzero(answers.sound))
    refuse_unnamed(layout, columns, cells)
    refuse_other_unit(layout, below, choices.units, choices.unit)
    places = {name: columns.places[name] for name in ("date", "sex") if name in columns.places}
    return {name: Counter() for name in (*ITEMS, *COLUMNS)} | {
        name: cells.counts(place) for name, place in (places | dict(answers.items)).items()
    }


def _printed(below: Below, columns: Columns) -> dict[str, dict[str, str]]:
    """The printed totals by kind and element."""
    return {
        kind: {code: row[place] for code, place in columns.items.items() if place < len(row) and row[place]}
        for kind, row in below.printed.items()
        if kind in ("sum", "mean")
    }


def write_rejected(path: Path, rejected: list[Rejected]) -> None:
    """What could not be used, below that of earlier imports; a new file, since the old one may be linked."""
    earlier = path.read_text(encoding="utf-8") if path.exists() else ""
    path.unlink(missing_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(earlier)
        writer = csv.writer(file)
        if not earlier:
            writer.writerow([column.name for column in fields(Rejected)])
        writer.writerows(map(astuple, rejected))
