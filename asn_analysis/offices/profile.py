"""Profiles: the layouts of offices' files and the words that they share, and what a --map file adds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from asn_analysis.offices.refusals import refused
from asn_analysis.records.faults import did_you_mean
from asn_analysis.records.schema import TABLES
from asn_analysis.records.words import plain, shipped, words
from asn_analysis.rules.rules import load_skm
from asn_analysis.rules.yaml_files import YamlError, read_yaml

STRAYS = 0.05  # of the cells; more than this unlike the rest is another habit, not a slip
NUMBER = re.compile(r"\(?(-?\d{1,9}(?:[.,]\d{1,20})?)[.)]?", re.ASCII)
SHORTEST, SLIP = 5, 0.84  # letters of a word, and share of them that two spellings have in common


class Recognised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tells a layout, all of it to be met.

    Patterns of its header and of the row above it; patterns that no column may fit; how many elements the
    header names.
    """

    header: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    elements: int = 0


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layout.

    Of an application: ``group`` is what its headers begin with and nobody wrote, ``second`` the words of a
    further row of its header, ``date`` its clocks, the one to be read first, ``greenwich`` those that are
    Greenwich's and do not say so, ``finished`` the column that only finished answers fill.
    """

    name: str
    recognise: Recognised
    title: str = ""
    shape: Literal["wide", "packed", "long"] = "wide"
    header_rows: Annotated[int, msgspec.Meta(ge=1)] = 1
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


def number_in(text: str) -> float | None:
    """The number that a cell is, also as "3." or "(3)"; None if it is none."""
    found = NUMBER.fullmatch(text)
    return float(found[1].replace(",", ".")) if found else None


@lru_cache(maxsize=20_000)
def empty(text: str) -> bool:
    """Nothing in the cell, or a word that says so."""
    return text in ("", "-", "–", "—", ".") or plain(text) in vocabulary()["no_answer"]


@cache
def profiles() -> dict[str, Profile]:
    """Every packaged profile by its name."""
    found = sorted((file for file in _folder().iterdir() if file.name.endswith(".yml")), key=lambda f: f.name)
    named = {file.name.removesuffix(".yml"): file for file in found if file.name != "vocabulary.yml"}
    return {name: profile_from(name, shipped(file)) for name, file in named.items()}


def _folder():
    return files(__package__).joinpath("profiles")


def profile_from(name: str, raw: dict[str, Any]) -> Profile:
    """A profile from its YAML.

    Raises
    ------
    msgspec.ValidationError
        If a value is not of its kind.
    re.error
        If a pattern cannot be read.
    """
    profile = msgspec.convert({"name": name, **raw}, Profile, strict=False)
    told = (getattr(held, key) for held in (profile, profile.recognise) for key in held.__struct_fields__)
    for pattern in (pattern for patterns in told if isinstance(patterns, tuple) for pattern in patterns):
        re.compile(pattern)
    re.compile(profile.group)
    return profile


def number_of(name: str) -> int | None:
    """The place on the form that a label tells, plainly written: 8 for "u8 sarana"."""
    found = re.match(vocabulary()["number"], name)
    return int(found[1]) if found else None


PERIOD = ("month", "part", "year")  # columns that say when, where no column holds days
LAYOUT = {*Profile.__struct_fields__} - {"name"}
WORDS = {"columns", "answers", "units", "scale", "missing", "ignore"}
NO_COLUMN, COUNT, ALL = "-", "count", "all"


class Map(msgspec.Struct, frozen=True):
    """What an operator adds in a --map file: headers, words, names of units, or a whole layout.

    ``missing`` are texts that stand for no answer; ``ignore`` are headings, sheet and file names, and labels
    of rows, that tell nothing of the answers.
    """

    profile: Profile | None = None
    columns: dict[str, str] = {}
    answers: dict[str, Any] = {}  # by element, each word and its number
    units: dict[str, str] = {}
    scale: dict[int, tuple[float, float]] = {}
    missing: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()


def read_map(path: Path) -> Map:
    """The operator's own words; every key is checked."""
    try:
        raw = read_yaml(path, as_text=True)
    except (OSError, YamlError) as error:
        raise refused(path.name, "unread map", error=error) from None
    keys = ", ".join(sorted(LAYOUT | WORDS))
    if not isinstance(raw, dict):
        raise refused(path.name, "empty map", keys=keys)
    layout = {key: value for key, value in raw.items() if key not in WORDS}
    try:
        profile = profile_from(path.stem, layout) if layout else None
        own = msgspec.convert({key: raw[key] for key in WORDS & {*raw}}, Map, strict=False)
    except (msgspec.ValidationError, re.error) as error:
        raise refused(path.name, "wrong map", problem=error, keys=keys) from None
    for problem in _map_problems(own):
        raise refused(path.name, "wrong map", problem=problem, keys=keys)
    return msgspec.structs.replace(
        own,
        profile=profile,
        columns={plain(theirs): ours for theirs, ours in own.columns.items()},
        answers={
            name: {plain(word): int(number) for word, number in given.items()}
            for name, given in own.answers.items()
        },
        units={plain(theirs): code for theirs, code in own.units.items()},
        missing=frozenset(map(plain, own.missing)),
        ignore=frozenset(map(plain, own.ignore)),
    )


def _map_problems(own: Map) -> Iterator[str]:
    skm = load_skm()
    names = [*skm.names.values()]
    ours = (name for name in TABLES["responses"].columns if name not in skm.codes)
    targets = [*ours, *names, *PERIOD, NO_COLUMN, COUNT]
    allowed = range(skm.lowest, skm.highest + 1)
    yield from (f"{ours} is no column of ours" for ours in own.columns.values() if ours not in targets)
    for name, given in own.answers.items():
        right = isinstance(given, dict) and all(number in map(str, allowed) for number in given.values())
        if name not in (*names, ALL) or not right:
            told = f"'word: number from {skm.lowest} to {skm.highest}'"
            yield f"answers.{name}: write the element (or {ALL}), then {told}"
    spans = list(own.scale.values())
    if spans and (
        list(own.scale) != list(allowed)
        or not all(low <= high for low, high in spans)
        or not all(first[1] < then[0] for first, then in pairwise(spans))
    ):
        yield "scale: write 1 to 4, each with [lowest, highest], rising and apart"


def chosen_profile(name: str | None, own: Map) -> Profile | None:
    """The profile that the operator named, or described in the map."""
    if name is None:
        return own.profile
    if name not in profiles():
        hint = did_you_mean(name, profiles()) or f"Known: {', '.join(profiles())}."
        raise refused("--profile", "no profile", name=name, hint=hint)
    return profiles()[name]
