"""Profiles: the layouts of offices' files and the words that they share, as YAML says them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from asn_analysis.records.words import elements_in, matches, plain, shipped, words

__all__ = [
    "elements_in",
    "header_name",
    "matches",
    "number_of",
    "plain",
    "profile_from",
    "profiles",
    "vocabulary",
]
SHORTEST, SLIP = 5, 0.84  # letters of a word, and share of them that two spellings have in common


@dataclass(frozen=True)
class Profile:
    """One layout. ``recognise`` are patterns of the header, the row above, the sheet; all must be met.

    Of an application: ``group`` is what its headers begin with and nobody wrote, ``second`` the words of a
    further row of its header, ``date`` its clocks, the one to be read first, ``greenwich`` those that are
    Greenwich's and do not say so, ``finished`` the column that only finished answers fill.
    """

    name: str
    title: str = ""
    shape: str = "wide"
    header_rows: int = 1
    recognise: Mapping[str, list[str]] = field(default_factory=dict)
    packed: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    group: str = ""
    second: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    greenwich: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()


@lru_cache(maxsize=5_000)
def header_name(label: str) -> str:
    """A header plainly written, with words that are one slip away from a known one put right."""
    return " ".join(_spelled(word) for word in plain(label).split())


def _spelled(word: str) -> str:
    if len(word) < SHORTEST or word in _known_words() or not word.isalpha():
        return word
    close = difflib.get_close_matches(word, _known_words(), n=1, cutoff=SLIP)
    return close[0] if close else word


@cache
def _known_words() -> frozenset[str]:
    """Every word that a pattern for headers holds."""
    words = vocabulary()
    parts = [words[key] for key in ("columns", "elements", "ignored", "counts", "aggregate", "spelling")]
    return frozenset(re.findall(r"[a-z]{4,}", yaml.safe_dump(parts, width=10**6)))


@cache
def vocabulary() -> dict[str, Any]:
    """The words that profiles share, and those that all tables share; see profiles/vocabulary.yml."""
    own = shipped(_folder().joinpath("vocabulary.yml"))
    return own | {"elements": words()["elements"], "values": words()["values"]["responses"]}


@cache
def profiles() -> dict[str, Profile]:
    """Every packaged profile by its name."""
    found = sorted((file for file in _folder().iterdir() if file.name.endswith(".yml")), key=lambda f: f.name)
    named = {file.name.removesuffix(".yml"): file for file in found if file.name != "vocabulary.yml"}
    return {name: profile_from(name, shipped(file)) for name, file in named.items()}


def _folder():
    return files(__package__).joinpath("profiles")


def profile_from(name: str, raw: dict[str, Any]) -> Profile:
    """A profile from its YAML."""
    told = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Profile(name, **told)


def number_of(name: str) -> int | None:
    """The place on the form that a label tells, plainly written: 8 for "u8 sarana"."""
    found = re.match(vocabulary()["number"], name)
    return int(found[1]) if found else None
