"""Tables of a brief: caption, headers with their units, cells that keep their place in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import GenericAlias
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from asn_analysis.words.language import NONE, Words
from asn_analysis.words.messages import MessageError, check_field, hints_of

P = TypeVar("P")


@dataclass(frozen=True)
class Table:
    """Text columns stand left, numbers right; the first cell of a row is its header."""

    caption: Markup
    headers: Sequence[Markup]
    rows: Sequence[Sequence[Markup]]
    n_text: int = 1

    def without_empty(self) -> Table:
        """Without columns that hold nothing but dashes."""
        kept = [place for place in range(len(self.headers)) if any(row[place] != NONE for row in self.rows)]
        rows = [[row[place] for place in kept] for row in self.rows]
        n_text = sum(place < self.n_text for place in kept)
        return Table(self.caption, [self.headers[place] for place in kept], rows, n_text)


class Listing(Generic[P]):
    """A table with a row for each of several alike parts of the record.

    Parameters
    ----------
    of : the dataclass of a row
    caption : its message
    columns : a header and what shows a row in it: ``"field:way"`` (see ``words.messages``; a dash where it is
        missing, or the message given as a third), ``"field"`` with a third that holds a message for each
        value, or a function of the words and the row
    n_text : columns of text
    at : the place of the rows in the record, for a table that is told by itself

    Raises
    ------
    MessageError
        If a row has no such field, or the field cannot be said in this way, or units are named without
        their kecamatan (``words.wording.UNIT``): some names exist twice.
    """

    def __init__(
        self, of: type[P], caption: str, *columns: tuple[Any, ...], n_text: int = 1, at: str = ""
    ) -> None:
        self.rows_of, self.at = GenericAlias(tuple, (of, ...)), at
        self.caption, self.columns, self.n_text = caption, columns, n_text
        told = [shown for _header, shown, *_worded in columns if isinstance(shown, str)]
        for shown in told:
            check_field(of, *shown.partition(":")[::2])
        if "unit_id" in hints_of(of) and "name:name" in told and "kecamatan:name" not in told:
            raise MessageError(f"{of.__name__}: a list of units tells their kecamatan.")

    def __call__(self, words: Words) -> Table:
        """The table of the rows in the record."""
        return self.table(words, words.part(self.rows_of, self.at))

    def table(self, words: Words, rows: Sequence[P], caption: Markup | None = None) -> Table:
        """The table of these rows, under its own caption or under one that is said already."""
        return self.of(words, self.rows(words, rows), caption)

    def of(self, words: Words, rows: list[list[Markup]], caption: Markup | None = None) -> Table:
        """The table of rows that are written already."""
        heads = headers(words, *(header for header, *_shown in self.columns))
        return Table(caption or words.say(self.caption), heads, rows, self.n_text)

    def titled(self, words: Words, header: str, rows: Sequence[tuple[str, P]]) -> Table:
        """The table of rows that stand behind a title of their own."""
        heads = headers(words, header, *(head for head, *_shown in self.columns))
        told = [[words.say(title), *self.rows(words, [row])[0]] for title, row in rows]
        return Table(words.say(self.caption), heads, told, self.n_text)

    def rows(self, words: Words, rows: Sequence[P]) -> list[list[Markup]]:
        """The rows alone, for a table that has others too."""
        return [[_cell(words, row, *column[1:]) for column in self.columns] for row in rows]


def _cell(words: Words, row: Any, shown: Any, worded: Any = None) -> Markup:
    if not isinstance(shown, str):
        return shown(words, row)
    name, _colon, way = shown.partition(":")
    if isinstance(worded, Mapping):
        return words.say(worded[getattr(row, name)])
    if worded is not None and attrgetter(name)(row) is None:
        return words.say(worded)
    return words.field(row, name, f"{way}?")


def headers(words: Words, *messages: str) -> list[Markup]:
    return [words.say(message) for message in messages]
