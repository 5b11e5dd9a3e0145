"""Personal data in a file of an office: named by column and row, never by value; dropped when asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import matches, plain, vocabulary
from asn_analysis.offices.rows import Answers
from asn_analysis.records.coded import Coded
from asn_analysis.records.faults import LISTED, Fault
from asn_analysis.records.privacy import find_identifying, personal_header

FEWEST_DIGITS = 8  # of a number that identifies a person
REMEDY = "Delete it from the file, or import with --drop-personal, which leaves it out."


def personal_faults(layout: Layout, columns: Columns, answers: Answers) -> Iterator[Fault]:
    """Columns that hold personal data by their header, then the first cells that do by what they say."""
    label = layout.grid.label
    ours = {*columns.places.values(), *columns.items.values()}
    headed = {
        place: kind for place, header in enumerate(layout.labels)
        if place not in ours and (kind := personal_header(header)) and not _names_nobody(answers.cells, place)
    }  # fmt: skip
    for place, kind in headed.items():
        problem = f"a column of personal data ({kind})"
        yield Fault(label, layout.header_row, layout.labels[place], None, problem, REMEDY, personal=True)
    found = [cell for cell in _identifying(answers.cells) if cell[1] not in headed]
    for row, place, kind in found[:LISTED]:
        header = layout.label(place)
        yield Fault(label, row, header, None, f"looks like personal data ({kind})", REMEDY, personal=True)
    if len(found) > LISTED:
        problem = f"{len(found) - LISTED:,} more cells that look like personal data"
        yield Fault(label, None, None, None, problem, REMEDY, personal=True)


def _identifying(cells: Coded) -> Iterator[tuple[int, int, str]]:
    """Number of the row, place and kind of every cell that identifies a person by what it says."""
    kinds = {
        code: found[0].kind
        for code in cells.distinct(cells.codes)[0].tolist()
        if not ((text := cells.texts[code]).isdigit() and len(text) < FEWEST_DIGITS)
        and (found := find_identifying(text))
    }
    for at in np.flatnonzero(np.isin(cells.codes, list(kinds))).tolist() if kinds else ():
        row = int(np.searchsorted(cells.starts, at, side="right")) - 1
        yield int(cells.numbers[row]), at - int(cells.starts[row]), kinds[int(cells.codes[at])]


def _names_nobody(cells: Coded, place: int) -> bool:
    """Whether a column holds nothing but what an application writes for a person whom it does not know."""
    texts = [text for text in cells.counts(place) if text]
    return len(cells) > 0 and all(matches(vocabulary()["nobody"], plain(text)) for text in texts)
