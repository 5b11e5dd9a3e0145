"""The words that clerks write for values and elements; see words.yml. One vocabulary for every way in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from asn_analysis.rules.rules import load_skm


@cache
def words() -> dict[str, Any]:
    """Values by table and column, and the words that name an element."""
    return shipped(files(__package__).joinpath("words.yml"))


def shipped(file: Traversable) -> Any:
    """What a file of words of this package says, by libyaml where it is there: five times as fast."""
    return yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def values_of(table: str, column: str) -> Mapping[str, list[str]]:
    """Our values of a column, and the patterns of what else they are called."""
    if column == "element":
        named = words()["elements"]
        return {e.code: [rf".*\b({word})\b.*" for word in named[e.name]] for e in load_skm().elements}
    return words()["values"].get(table, {}).get(column, {})


def called(table: str, column: str, headers: Iterable[str]) -> str | None:
    """Which header is ours by the vocabulary: that of the first pattern that any of them is."""
    patterns = words()["headers"].get(table, {}).get(column, ())
    found = (name for pattern in patterns for name in headers if re.fullmatch(pattern, plain(name)))
    return next(found, None)


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Small letters and digits, single blanks: 'U8 (Sarana & Prasarana)' is 'u8 sarana prasarana'."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def matches(patterns: Iterable[str], text: str) -> bool:
    """Whether the whole text is one of the patterns."""
    return bool(_either(tuple(patterns)).fullmatch(text))


@cache
def _either(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns or ("(?!)",)))


@lru_cache(maxsize=50_000)
def elements_in(name: str) -> list[str]:
    """The elements that a label, plainly written, names."""
    return [
        element
        for element, patterns in words()["elements"].items()
        if any(re.search(rf"\b{pattern}\b", name) for pattern in patterns)
    ]
