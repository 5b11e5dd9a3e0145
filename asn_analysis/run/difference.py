"""What two records, or two runs, say differently: verdicts first, then numbers, the largest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn_analysis.pages.gate import write_whole
from asn_analysis.records.left import read_json, undamaged
from asn_analysis.rules.rules import in_force, load_skm
from asn_analysis.run.plan import brief_folder

# What is said about the data, not found in them.
NOT_FINDINGS = (
    *("schema_version", "data", "rules", "dates", "package_version", "producer", "licence", "parameters"),
    *("quarter", "unit", "revision", "plan", "missing_tables", "sentence", "reasons", "seen"),
    # what earlier briefs said: making one later changes nothing that was found
    *("since_last", "published", "published_estimate", "revised"),
)
WORDS = ("label", "grade", "outcome", "finding", "code")  # texts that are findings
NAMES = ("unit_id", "code", "name", "quarter", "time", "event_time")  # what tells a list's rows apart
OF_THE_CITY = ("effect", "verdict", "city_ikm")  # repeated in every unit's record
VERDICT = ("verdict.label", "verdict.certainty")
FIRST_SCREEN = ("ikm", "effect", "change", "elements")
PARTS = {
    "ikm": "satisfaction index",
    "elements": "element",
    "trend": "index of",
    "change": "change of the index",
    "effect": "effect of training",
    "event_study": "effect, quarters since training",
    "element_effects": "effect on element",
    "paths": "trained units in",
    "checks": "check",
    "series": "at the end of",
}
FIELDS = {
    "value": "",
    "n": "respondents",
    "conf_low": "lower end of the range",
    "conf_high": "upper end of the range",
    "conf_low_robust": "lower end of the cautious range",
    "conf_high_robust": "upper end of the cautious range",
    "std_error": "standard error",
    "df": "degrees of freedom",
}
DECIMALS = 3  # one more than any brief shows


@dataclass(frozen=True)
class Change:
    """One finding that differs; ``place`` is its path in record.json."""

    scope: str
    place: str
    before: Any
    after: Any

    @property
    def of_numbers(self) -> bool:
        return _is_number(self.before) and _is_number(self.after)

    @property
    def size(self) -> float:
        """Relative to the number, or to 1 where the number is smaller; a word's is infinite."""
        if not self.of_numbers:
            return float("inf")
        return abs(self.after - self.before) / max(abs(self.before), abs(self.after), 1.0)

    def summary(self) -> str:
        return f"{self.scope}: {self.place}: {_shown(self.before)} -> {_shown(self.after)}"

    @property
    def prominence(self) -> int:
        """Where a reader would meet it: the verdict first, then the parts of the first screen."""
        part = self.place.split(".")[0]
        if self.place in VERDICT:
            return -1
        return FIRST_SCREEN.index(part) if part in FIRST_SCREEN else len(FIRST_SCREEN)

    def in_words(self) -> str:
        """The same for someone who does not know the record's places."""
        return f"{self.scope}: {_named(self.place)}: from {_shown(self.before)} to {_shown(self.after)}"


def listed(found: Sequence[Change], most: int, said: Callable[[Change], str] = Change.summary) -> str:
    """Changes a line each, and how many were left out."""
    more = [f"  and {len(found) - most} more"] if len(found) > most else []
    return "\n".join([*(f"  {said(change)}" for change in found[:most]), *more])


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Findings that two records of one brief give differently, the largest first."""
    old, new = _findings(before), _findings(after)
    places = {place: None for place in (*old, *new) if old.get(place) != new.get(place)}
    return _largest_first(Change(after["scope"], place, old.get(place), new.get(place)) for place in places)


def run_changes(before: Path, after: Path) -> tuple[Change, ...]:
    """The same for every brief of two quarters' folders; briefs that only one of them has come first.

    Raises
    ------
    ValueError
        If a folder holds no city's record.
    """
    old, new = _records(before), _records(after)
    found = []
    for scope in {**old, **new}:
        if scope in old and scope in new:
            found += changes(_own(old[scope]), _own(new[scope]))
        else:
            there = ("absent", "present") if scope in new else ("present", "absent")
            found.append(Change(scope, "brief", *there))
    return _largest_first(found)


def write_beside(path: Path, before: Path, after: Path, scopes: Sequence[str], language: str) -> None:
    """The pages of these briefs in two runs or two quarters, beside each other as one page.

    Raises
    ------
    ValueError
        If one of them has no page in this language.
    """
    from asn_analysis.pages.beside import beside_page  # slow to import

    briefs = {scope: (_page(before, scope, language), _page(after, scope, language)) for scope in scopes}
    record = read_json(brief_folder(after, scopes[0]) / "record.json")
    same = before.name == after.name
    names = (str(before), str(after)) if same else (before.name, after.name)
    with in_force(record["quarter"]):
        write_whole(path, beside_page(briefs, record, names, language))


def _page(folder: Path, scope: str, language: str) -> str:
    path = brief_folder(folder, scope) / f"brief.{language}.html"
    if not path.exists():
        raise ValueError(f'{folder} has no brief of "{scope}" in "{language}" ({path}).')
    return path.read_text(encoding="utf-8")


def _largest_first(found: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(found, key=lambda change: (_rank(change), -change.size, change.scope != "city")))


def _rank(change: Change) -> int:
    """Verdicts, then grades and briefs that came or went, then numbers, then what only one run could say."""
    if change.place in VERDICT:
        return 0
    if change.place in ("brief", "ikm.grade"):
        return 1
    return 2 if change.of_numbers else 3


def _records(folder: Path) -> dict[str, dict[str, Any]]:
    paths = [folder / "city" / "record.json", *sorted(folder.glob("units/*/record.json"))]
    if not paths[0].exists():
        raise ValueError(f"{folder} holds no city/record.json; name a quarter's folder, as reports/2026Q3.")
    records = {}
    for path in paths:
        with undamaged(path, "Put it back from a copy, or make its quarter again with `asn briefs`."):
            record = read_json(path)
            records[record["scope"]] = record
    return records


def _own(record: dict[str, Any]) -> dict[str, Any]:
    repeated = () if record["scope"] == "city" else OF_THE_CITY
    return {name: value for name, value in record.items() if name not in repeated}


def _findings(record: Any) -> dict[str, Any]:
    """Numbers, words that are findings, and what is missing, by place."""
    return {
        place: round(value, DECIMALS) if _is_number(value) else value
        for place, value in leaves(record, NOT_FINDINGS)
        if _is_number(value) or value is None or place.rsplit(".", 1)[-1] in WORDS
    }


def leaves(value: Any, without: Sequence[str] = (), place: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value of a record by its place, but those below the names ``without``."""
    if isinstance(value, Mapping):
        for name, entry in value.items():
            if name not in without:
                yield from leaves(entry, without, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        names = list(map(_row_name, value))
        for number, (name, entry) in enumerate(zip(names, value, strict=True)):
            row = name if name and names.count(name) == 1 else number  # of two alike none may hide the other
            yield from leaves(entry, without, f"{place}.{row}")
    else:
        yield place, value


def _row_name(row: Any) -> str:
    names = [row[name] for name in NAMES if name in row] if isinstance(row, Mapping) else []
    return str(names[0]).replace(".", "-") if names else ""  # a point parts the steps of a place


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _named(place: str) -> str:
    """A place as words: elements.u3.conf_low is element Completion time, lower end of the range."""
    elements = {element.code: element.short["en"] for element in load_skm().elements}
    first, *steps = place.split(".")
    words = [FIELDS.get(step, PARTS.get(step, elements.get(step, step.replace("_", " ")))) for step in steps]
    named = PARTS.get(first, first.replace("_", " "))
    if words and first in PARTS and first not in ("ikm", "change", "effect"):
        named = f"{named} {words.pop(0)}"  # which one of a list
    return ", ".join([named, *filter(None, words)])


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)
