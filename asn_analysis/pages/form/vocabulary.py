"""What the template calls tables, columns and the words of its lists (vocabulary.yml, rules/skm/)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from asn_analysis.records.schema import ITEMS, TABLES, Column
from asn_analysis.rules.rules import load_skm

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
    return tuple(map(_shown, column.values))


def _shown(value: str) -> str:
    if value in ITEMS:
        return next(element.short[LANGUAGE] for element in load_skm().elements if element.code == value)
    return _vocabulary()["words"].get(value, value)


def meaning(word: str) -> str:
    """What a word of a list means, in Indonesian; empty where the word says it itself."""
    return _vocabulary()["meanings"].get(word, "")
