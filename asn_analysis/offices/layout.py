"""Which layout a file has: the sheet, the profile and the row of its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from typing import Any

from asn_analysis.offices.files import Grid
from asn_analysis.offices.profile import Profile, header_name, number_of, profiles, vocabulary
from asn_analysis.offices.refusals import At, refused
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.words import elements_in, matches, plain

FEWEST_NAMES = 8  # elements named in a row of their own
FEWEST_WORDS = 2  # headers of another table that tell it
SAMPLED = 1_000  # rows below the header by which a column's kind is told


@dataclass(frozen=True)
class Layout:
    """A grid whose profile is known: the header's labels, and the row below which the answers begin.

    ``heads`` are all texts of the header by column, plainly written; ``above`` the rows over it.
    """

    grid: Grid
    profile: Profile
    labels: tuple[str, ...]
    header_row: int
    heads: tuple[frozenset[str], ...] = ()
    above: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The labels plainly written and spelled."""
        return tuple(map(header_name, self.labels))

    @cached_property
    def sample(self) -> tuple[Mapping[str, list[int]], ...]:
        """By column, the texts of the first rows, each with the rows that it stands in."""
        columns: list[dict[str, list[int]]] = [{} for _ in self.labels]
        for number, row in islice(self.grid.rows(), self.header_row + SAMPLED):
            if number > self.header_row:
                columns += [{} for _ in row[len(columns) :]]
                for place, cell in enumerate(row):
                    if cell:
                        columns[place].setdefault(cell, []).append(number)
        return tuple(columns)

    def label(self, place: int) -> str:
        """The label over a column; of one beyond the header none."""
        return self.labels[place] if place < len(self.labels) else ""

    def texts(self, place: int) -> Mapping[str, list[int]]:
        """The sample of one column; of one beyond it nothing."""
        return self.sample[place] if place < len(self.sample) else {}

    def refused(self, why: str, at: At | None = None, **told: Any) -> DatasetError:
        """Why this file or sheet is not read; ``told`` fills in the words of refusals.yml."""
        return refused(self.grid.place, why, at, **told)

    @cached_property
    def known(self) -> frozenset[str]:
        """All texts of the header, plainly written."""
        return frozenset().union(*self.heads)


def recognise(grids: list[Grid], wanted: Profile | None, sheet: str | None, label: str) -> Layout:
    """The one sheet and profile that fit; a ``DatasetError`` if none does, or more than one."""
    among = [grid for grid in grids if sheet is None or grid.sheet == sheet]
    if not among:
        raise refused(label, "no such sheet", sheet=sheet, sheets=", ".join(grid.sheet for grid in grids))
    found = [layout for grid in among if (layout := _layout_of(grid, wanted, label)) is not None]
    seen = [layout for layout in found if not layout.grid.hidden]
    if len(seen) == 1:
        return seen[0]
    if len(seen) > 1:
        raise refused(label, "several sheets", sheets=", ".join(layout.grid.sheet for layout in seen))
    if found:
        raise refused(label, "hidden sheet", sheet=found[0].grid.sheet)
    raise _unknown(among, wanted, label)


def answer_sheets(grids: list[Grid], wanted: Profile | None, label: str) -> list[str]:
    """The visible sheets that hold answers."""
    return [grid.sheet for grid in grids if not grid.hidden and _layout_of(grid, wanted, label) is not None]


def _unknown(grids: list[Grid], wanted: Profile | None, label: str) -> DatasetError:
    rows = [row for grid in grids for _, row in grid.cells.top]
    if not rows:
        return refused(label, "no cells")
    if wanted:
        return refused(label, "not the layout", name=wanted.name, title=wanted.title)
    for table, words in vocabulary()["other_tables"].items():
        if any(sum(matches(words, header_name(cell)) for cell in row) >= FEWEST_WORDS for row in rows):
            why = "list of complaints" if table == "complaints" else "other list"
            return refused(label, why, table=table)
    return refused(label, "unknown layout", layouts=", ".join(profiles()))


def _layout_of(grid: Grid, wanted: Profile | None, label: str) -> Layout | None:
    """The most particular profile that the top of the grid meets."""
    top = list(grid.cells.top)
    candidates = [wanted] if wanted else list(profiles().values())
    found = [layout for profile in candidates if (layout := _fit(grid, profile, top)) is not None]
    if not found:
        return None
    most = max(_particular(layout.profile) for layout in found)
    best = [layout for layout in found if _particular(layout.profile) == most]
    if len({layout.header_row for layout in best}) == 1:
        return max(best, key=lambda layout: sum(map(len, layout.labels)))
    if len(best) > 1:
        names = ", ".join(layout.profile.name for layout in best)
        raise refused(label, "several layouts", names=names)
    return best[0]


def _particular(profile: Profile) -> int:
    told = profile.recognise
    return len(told.header) + len(told.above) + bool(told.elements)


def _fit(grid: Grid, profile: Profile, top: list[tuple[int, list[str]]]) -> Layout | None:
    for place, (number, row) in enumerate(top):
        rows = [_ungrouped(profile, cells) for _, cells in top[place : place + profile.header_rows]]
        if len(rows) < profile.header_rows or not _header_fits(profile, _joined(rows), row):
            continue
        over = top[place - 1][1] if place and top[place - 1][0] == number - 1 else []
        rows = [over, *rows] if sum(map(bool, over)) > 1 else rows  # a title stands alone
        above = tuple(cell for _, cells in top[:place] for cell in cells if cell)
        last, labels = place + profile.header_rows - 1, _joined(rows)
        if last + 1 < len(top) and _names_columns(top[last + 1][1], labels):
            last, rows = last + 1, [*rows, top[last + 1][1]]
            labels = [" ".join(dict.fromkeys(filter(None, pair))) for pair in zip_longest(labels, rows[-1])]
        elif last + 1 < len(top) and _is_second(profile, top[last + 1][1]):
            last, rows = last + 1, [*rows, top[last + 1][1]]
        layout = Layout(grid, profile, tuple(labels), top[last][0], _heads(rows), above)
        return layout if profile.shape != "packed" or _holds_scores(layout) else None
    return None


def _ungrouped(profile: Profile, row: list[str]) -> list[str]:
    """The header without what the application put before it, such as the names of groups."""
    return [re.sub(profile.group, "", cell) for cell in row] if profile.group else row


def _is_second(profile: Profile, row: list[str]) -> bool:
    """A further row of an application's header, which says how each question is answered."""
    filled = [plain(cell) for cell in row if cell]
    return bool(filled) and all(matches(profile.second, name) for name in filled)


def _names_columns(row: list[str], labels: list[str]) -> bool:
    """A further row of the header: the elements' names below their numbers, or the other way round."""
    filled = [(plain(cell), place) for place, cell in enumerate(row) if cell]
    fresh = [name for name, place in filled if place >= len(labels) or name != plain(labels[place])]
    told = [name for name in fresh if re.search(r"[a-z]", name) and (elements_in(name) or number_of(name))]
    return FEWEST_NAMES <= len(told) == len(fresh)


def _holds_scores(layout: Layout) -> bool:
    """Below a header that could be many things ("Nilai") stand several scores in one cell."""
    patterns = layout.profile.packed
    places = [place for place, label in enumerate(layout.labels) if matches(patterns, plain(label))]
    return any(re.match(r"\W*\d+\D+\d+\D+\d", text) for place in places for text in layout.texts(place))


def _joined(rows: list[list[str]]) -> list[str]:
    """One label a column: the lowest filled row of the header, as merged cells leave the others empty."""
    columns = zip_longest(*rows, fillvalue="")
    return [next((cell for cell in reversed(column) if cell), "") for column in columns]


def _heads(rows: list[list[str]]) -> tuple[frozenset[str], ...]:
    columns = zip_longest(*rows, fillvalue="")
    return tuple(frozenset(plain(cell) for cell in column if cell) for column in columns)


def _all_met(patterns: Iterable[str], names: list[str]) -> bool:
    return all(any(matches((pattern,), name) for name in names) for pattern in patterns)


def _header_fits(profile: Profile, labels: list[str], top_row: list[str]) -> bool:
    told, names = profile.recognise, [header_name(label) for label in labels]
    if not _all_met(told.header, names) or not _all_met(told.above, [*map(plain, top_row)]):
        return False
    named = {found[0] for name in names if len(found := elements_in(name)) == 1}
    return len(named) >= told.elements and not any(matches(told.without, name) for name in names)
