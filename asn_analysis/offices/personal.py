"""Personal data in a file of an office: named by column and row, never by value; dropped when asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import matches, plain, vocabulary
from asn_analysis.offices.rows import Raw
from asn_analysis.records.faults import LISTED, Fault
from asn_analysis.records.privacy import find_identifying, personal_header

REMEDY = "Delete it from the file, or import with --drop-personal, which leaves it out."


def personal_faults(layout: Layout, columns: Columns, raws: Collection[Raw]) -> Iterator[Fault]:
    """Columns that hold personal data by their header, then the first cells that do by what they say."""
    label = layout.grid.label
    ours = {*columns.places.values(), *columns.items.values()}
    headed = {
        place: kind for place, header in enumerate(layout.labels)
        if place not in ours and (kind := personal_header(header)) and not _names_nobody(place, raws)
    }  # fmt: skip
    for place, kind in headed.items():
        problem = f"a column of personal data ({kind})"
        yield Fault(label, layout.header_row, layout.labels[place], None, problem, REMEDY, personal=True)
    found = 0
    asked = cache(find_identifying)
    for raw in raws:
        for place, text in enumerate(raw.cells):
            if not (findings := asked(text)) or place in headed:
                continue
            found += 1
            if found <= LISTED:
                header = layout.labels[place] if place < len(layout.labels) else ""
                problem = f"looks like personal data ({findings[0].kind})"
                yield Fault(label, raw.row, header, None, problem, REMEDY, personal=True)
    if found > LISTED:
        problem = f"{found - LISTED:,} more cells that look like personal data"
        yield Fault(label, None, None, None, problem, REMEDY, personal=True)


def _names_nobody(place: int, raws: Collection[Raw]) -> bool:
    """Whether a column holds nothing but what an application writes for a person whom it does not know."""
    told = {cell for raw in raws for cell in raw.cells[place : place + 1] if cell}
    return bool(raws) and all(matches(vocabulary()["nobody"], plain(text)) for text in told)
