"""Profiles: which layout a file has, as YAML says it, and which of its columns holds what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import yaml

from asn_analysis.records.faults import DatasetError
from asn_analysis.records.import_grid import Grid
from asn_analysis.records.manifest import did_you_mean
from asn_analysis.records.schema import TABLES
from asn_analysis.records.source import unreadable
from asn_analysis.rules.rules import load_skm

SHAPES = ("wide", "packed", "long")
KEYS = {"title", "shape", "header_rows", "recognise", "packed", "question", "answer"}
MAP_KEYS = KEYS | {"columns", "answers", "units", "scale"}
SEARCHED = 40  # rows at the top among which the header stands
NO_COLUMN = "-"


@dataclass(frozen=True)
class Profile:
    """One layout. ``recognise`` are patterns of the header, the row above, the sheet; all must be met."""

    name: str
    title: str = ""
    shape: str = "wide"
    header_rows: int = 1
    recognise: Mapping[str, list[str]] = field(default_factory=dict)
    packed: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A grid whose profile is known: the header's labels, and the row below which the answers begin."""

    grid: Grid
    profile: Profile
    labels: tuple[str, ...]
    header_row: int


def plain(text: str) -> str:
    """Small letters and digits, single blanks: 'U8 (Sarana & Prasarana)' is 'u8 sarana prasarana'."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def matches(patterns: Iterable[str], text: str) -> bool:
    return any(re.fullmatch(pattern, text) for pattern in patterns)


@cache
def vocabulary() -> dict[str, Any]:
    """The words that profiles share; see profiles/vocabulary.yml."""
    return yaml.safe_load(_folder().joinpath("vocabulary.yml").read_text(encoding="utf-8"))


@cache
def profiles() -> dict[str, Profile]:
    """Every packaged profile by its name."""
    found = sorted((file for file in _folder().iterdir() if file.name.endswith(".yml")), key=lambda f: f.name)
    names = [file for file in found if file.name != "vocabulary.yml"]
    texts = {file.name.removesuffix(".yml"): file.read_text(encoding="utf-8") for file in names}
    return {name: _profile(name, yaml.safe_load(text)) for name, text in texts.items()}


def _folder():
    return files(__package__).joinpath("profiles")


def _profile(name: str, raw: dict[str, Any]) -> Profile:
    told = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Profile(name, **told)


@dataclass(frozen=True)
class Map:
    """What an operator adds in a --map file: headers, words, names of units, or a whole layout."""

    profile: Profile | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[int, tuple[float, float]] = field(default_factory=dict)


def read_map(path: Path) -> Map:
    """The operator's own words; every key is checked."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise unreadable(path.name, f"cannot be read ({error})", "Save it as YAML in UTF-8.") from None
    if not isinstance(raw, dict):
        raise unreadable(path.name, "holds no keys", f"Known keys: {', '.join(sorted(MAP_KEYS))}.")
    problem = next(_map_problems(raw), None)
    if problem:
        raise unreadable(
            path.name, problem, f"Known keys: {', '.join(sorted(MAP_KEYS))}; see data/README.md."
        )
    layout = {key: value for key, value in raw.items() if key in KEYS}
    return Map(
        profile=_profile(path.stem, layout) if "recognise" in layout else None,
        columns={plain(str(theirs)): ours for theirs, ours in raw.get("columns", {}).items()},
        answers={
            name: {plain(str(word)): value for word, value in words.items()}
            for name, words in raw.get("answers", {}).items()
        },
        units={plain(str(theirs)): str(code) for theirs, code in raw.get("units", {}).items()},
        scale={answer: (low, high) for answer, (low, high) in raw.get("scale", {}).items()},
    )


def _map_problems(raw: dict[str, Any]) -> Iterator[str]:
    skm = load_skm()
    names = [element.name for element in skm.elements]
    targets = [*(name for name in TABLES["responses"].columns if name not in skm.codes), *names, NO_COLUMN]
    allowed = range(skm.lowest, skm.highest + 1)
    for key in raw:
        if key not in MAP_KEYS:
            yield f"unknown key {key}"
    for key in ("columns", "answers", "units", "scale", "recognise"):
        if not isinstance(raw.get(key, {}), dict):
            yield f"{key} is not a list of 'name: value' lines"
            return
    if raw.get("shape", "wide") not in SHAPES:
        yield f"shape is none of {', '.join(SHAPES)}"
    yield from (
        f"{ours} is no column of ours" for ours in raw.get("columns", {}).values() if ours not in targets
    )
    for name, words in raw.get("answers", {}).items():
        if name not in names or not isinstance(words, dict) or not set(words.values()) <= set(allowed):
            yield f"answers.{name}: write the element, then 'word: number from {skm.lowest} to {skm.highest}'"
    yield from _scale_problems(raw.get("scale", {}), allowed)
    yield from _pattern_problems(raw)


def _scale_problems(scale: dict, allowed: Iterable[int]) -> Iterator[str]:
    spans = list(scale.values())
    if scale and (
        list(scale) != list(allowed)
        or not all(
            isinstance(s, list) and len(s) == 2 and all(isinstance(x, int | float) for x in s) for s in spans
        )
        or not all(low <= high for low, high in spans)
        or not all(first[1] < then[0] for first, then in pairwise(spans))
    ):
        yield "scale: write 1 to 4, each with [lowest, highest], rising and apart"


def _pattern_problems(raw: dict[str, Any]) -> Iterator[str]:
    lists = [raw.get(key, []) for key in ("packed", "question", "answer")] + list(
        raw.get("recognise", {}).values()
    )
    for patterns in lists:
        try:
            for pattern in patterns:
                re.compile(pattern)
        except (re.error, TypeError):
            yield f"{patterns} is not a list of patterns"


def recognise(grids: list[Grid], wanted: Profile | None, sheet: str | None, label: str) -> Layout:
    """The one sheet and profile that fit; a ``DatasetError`` if none does, or more than one."""
    among = [grid for grid in grids if sheet is None or grid.sheet == sheet]
    if not among:
        raise unreadable(
            label, f"has no sheet {sheet}", f"Sheets: {', '.join(grid.sheet for grid in grids)}."
        )
    found = [layout for grid in among if (layout := _layout_of(grid, wanted, label)) is not None]
    seen = [layout for layout in found if not layout.grid.hidden]
    if len(seen) == 1:
        return seen[0]
    if len(seen) > 1:
        sheets = ", ".join(layout.grid.sheet for layout in seen)
        raise unreadable(label, f"answers stand on several sheets: {sheets}", "Choose one with --sheet NAME.")
    if found:
        problem = f"answers stand only on a hidden sheet ({found[0].grid.sheet})"
        raise unreadable(label, problem, "Unhide the sheet if it is the right one, save, and import again.")
    raise _unknown(among, wanted, label)


def _unknown(grids: list[Grid], wanted: Profile | None, label: str) -> DatasetError:
    rows = [row for grid in grids for _, row in islice(grid.rows(), SEARCHED)]
    if not rows:
        return unreadable(label, "holds no cells", "Save the table again, with its header.")
    if wanted:
        return unreadable(
            label, f"does not have the layout {wanted.name} ({wanted.title})", "Leave out --profile."
        )
    remedy = f"Describe it with --map FILE (data/README.md); known layouts: {', '.join(profiles())}."
    return unreadable(label, "no known layout was recognised in its header", remedy)


def _layout_of(grid: Grid, wanted: Profile | None, label: str) -> Layout | None:
    """The most particular profile that the top of the grid meets."""
    top = list(islice(grid.rows(), SEARCHED))
    candidates = [wanted] if wanted else list(profiles().values())
    found = [layout for profile in candidates if (layout := _fit(grid, profile, top)) is not None]
    if not found:
        return None
    most = max(_particular(layout.profile) for layout in found)
    best = [layout for layout in found if _particular(layout.profile) == most]
    if len(best) > 1:
        names = ", ".join(layout.profile.name for layout in best)
        raise unreadable(
            label, f"its header fits several layouts: {names}", "Choose one with --profile NAME."
        )
    return best[0]


def _particular(profile: Profile) -> int:
    return sum(len(profile.recognise.get(key, ())) for key in ("header", "above", "sheet"))


def _fit(grid: Grid, profile: Profile, top: list[tuple[int, list[str]]]) -> Layout | None:
    if not _sheet_fits(grid, profile):
        return None
    for place, (_, row) in enumerate(top):
        rows = [cells for _, cells in top[place : place + profile.header_rows]]
        labels = _joined(rows)
        if len(rows) == profile.header_rows and _header_fits(profile, labels, [plain(cell) for cell in row]):
            return Layout(grid, profile, tuple(labels), top[place + profile.header_rows - 1][0])
    return None


def _sheet_fits(grid: Grid, profile: Profile) -> bool:
    told, sheet = profile.recognise, plain(grid.sheet)
    return ("sheet" not in told or matches(told["sheet"], sheet)) and not matches(
        told.get("not_sheet", ()), sheet
    )


def _joined(rows: list[list[str]]) -> list[str]:
    """One label a column: the lowest filled row of the header, as merged cells leave the others empty."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return [next((cell for cell in reversed(column) if cell), "") for column in zip(*padded, strict=True)]


def _header_fits(profile: Profile, labels: list[str], top_row: list[str]) -> bool:
    told, names = profile.recognise, [plain(label) for label in labels]
    return (
        all(any(re.fullmatch(pattern, name) for name in names) for pattern in told["header"])
        and all(any(re.fullmatch(pattern, cell) for cell in top_row) for pattern in told.get("above", ()))
        and not any(matches(told.get("without", ()), name) for name in names)
    )


def chosen_profile(name: str | None, own: Map) -> Profile | None:
    """The profile that the operator named, or described in the map."""
    if name is None:
        return own.profile
    if name not in profiles():
        hint = did_you_mean(name, profiles()) or f"Known: {', '.join(profiles())}."
        raise unreadable("--profile", f"there is no profile {name}", hint)
    return replace(profiles()[name])
