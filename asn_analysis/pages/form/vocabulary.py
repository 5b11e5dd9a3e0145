"""What the template calls tables, columns and the words of its lists, and whatever offices read."""

from __future__ import annotations

import string
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from babel.numbers import format_decimal

from asn_analysis.records.message import Choices, Message
from asn_analysis.records.schema import ITEMS, TABLES, Column
from asn_analysis.rules.rules import load_skm
from asn_analysis.words.language import translations

LANGUAGE = "id"  # of the offices


@cache
def _vocabulary() -> dict[str, Any]:
    return yaml.safe_load(files(__package__).joinpath("vocabulary.yml").read_text(encoding="utf-8"))


def file_name() -> str:
    """The template's file name."""
    return _vocabulary()["file"]


def sheet_of(table: str) -> str:
    """The sheet that holds a table."""
    return _vocabulary()["sheets"][table]


def headers_of(table: str) -> dict[str, str]:
    """Our column names and the template's headers, in the schema's order."""
    named = _vocabulary()["headers"][table]
    if table == "responses":
        named = named | {element.code: element.short[LANGUAGE] for element in load_skm().elements}
    return {column: named[column] for column in TABLES[table].columns}


def choices_of(column: Column) -> tuple[str, ...]:
    """The words of a column's drop-down list, in Indonesian; none where any text may stand."""
    return _words(column.values)


def _words(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_shown, codes))


def _shown(value: str) -> str:
    if value in ITEMS:
        return next(element.short[LANGUAGE] for element in load_skm().elements if element.code == value)
    return _vocabulary()["words"].get(value, value)


def meaning(word: str) -> str:
    """What a word of a list means, in Indonesian; empty where the word says it itself."""
    return _vocabulary()["meanings"].get(word, "")


def say(message: str, **parts: Any) -> str:
    """A message in the language of the offices."""
    return translations(LANGUAGE).gettext(message).format(**parts)


class _Filled(string.Formatter):
    """Fills messages in; ``{n:,}`` is a count with the language's own thousands mark."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == ",":
            return format_decimal(value, format="#,##0", locale=LANGUAGE)
        return super().format_field(value, format_spec)


def told(text: str) -> str:
    """A message of the records (a fault, a column's description) in that language; other texts as given.

    Values are called as the lists of the workbook call them.
    """
    if isinstance(text, Choices):
        return ", ".join(_words(text.codes))
    if not isinstance(text, Message):
        return str(text)
    parts = {name: told(part) if isinstance(part, str) else part for name, part in text.parts.items()}
    return _Filled().format(translations(LANGUAGE).gettext(text.template), **parts)
