"""From the words of an office to values: answers by element, dates, attributes. Every distinct text once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from asn_analysis.records.columns import FIRST_DATE, LAST_DATE
from asn_analysis.records.import_profile import Map, matches, plain, vocabulary
from asn_analysis.records.source import unreadable
from asn_analysis.rules.rules import load_skm

STRAYS = 0.05  # of the answers; more than this outside 1 to 4 is another scale, not a slip
FAR = 366  # days
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan januari january", "feb februari february pebruari", "mar maret march", "apr april", "mei may",
         "jun juni june", "jul juli july", "agu ags agt agustus aug august", "sep sept september",
         "okt oktober oct october", "nov november nop nopember", "des desember dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ORDERS = ("day-first", "month-first")
NUMERIC = r"-?\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Unreadable:
    """Why a text is no value."""

    reason: str


Read = Callable[[str], Any]


def empty(text: str) -> bool:
    return text in ("", "-", "–", "—", "N/A", "n/a", "NULL", "null")


@dataclass(frozen=True)
class Scale:
    """How numbers become answers: as they are, divided, or by the bands of a --map file."""

    name: str
    answers: Callable[[float], int | None]


def find_scale(counts: Counter[str], own: Map, label: str) -> Scale:
    """The scale of a whole file, judged by all its numbers; a ``DatasetError`` where they tell another."""
    skm = load_skm()
    numbers = Counter[float]()
    for text, count in counts.items():
        if re.fullmatch(NUMERIC, text):
            numbers[float(text.replace(",", "."))] += count
    if own.scale:
        return Scale("bands of the --map file", lambda x: _band(x, own.scale))
    allowed = range(skm.lowest, skm.highest + 1)
    if not numbers or _share(numbers, allowed) >= 1 - STRAYS:
        return Scale("1 to 4", lambda x: int(x) if x in allowed else None)
    hundred = [answer * skm.factor for answer in allowed]
    if _share(numbers, hundred) >= 1 - STRAYS:
        return Scale(
            "25, 50, 75, 100, read as 1 to 4", lambda x: int(x // skm.factor) if x in hundred else None
        )
    told = ", ".join(f"{value:g} ({count:,} times)" for value, count in numbers.most_common(8))
    remedy = (
        "Correct the column if it is not an answer; for a 0-100 scale declare its bands in --map FILE, as "
        "scale: {1: [0, 64.99], 2: [65, 76.60], 3: [76.61, 88.30], 4: [88.31, 100]}. "
        "A scale of five or ten steps cannot be turned into answers from 1 to 4."
    )
    raise unreadable(label, f"its answers are not on the scale from 1 to 4: {told}", remedy)


def _share(numbers: Counter[float], among: Any) -> float:
    return sum(count for value, count in numbers.items() if value in among) / numbers.total()


def _band(value: float, bands: Mapping[int, tuple[float, float]]) -> int | None:
    return next((answer for answer, (low, high) in bands.items() if low <= value <= high), None)


def answer_reader(name: str, scale: Scale, own: Map) -> Read:
    """Reads an answer on this element, given as a number, in words, or as both."""
    words = _words(name) | dict(own.answers.get(name, {}))
    others = {word: element for element in vocabulary()["answers"] for word in _words(element)}

    def read(text: str) -> int | None | Unreadable:
        if empty(text):
            return None
        if re.fullmatch(NUMERIC, text):
            found = scale.answers(float(text.replace(",", ".")))
            return Unreadable(f"not an answer on the scale {scale.name}") if found is None else found
        return _worded(plain(text), name, words, others)

    return read


def _words(name: str) -> dict[str, int]:
    return {
        word: answer for answer, words in enumerate(vocabulary()["answers"][name], start=1) for word in words
    }


def _worded(text: str, name: str, words: Mapping[str, int], others: Mapping[str, str]) -> int | Unreadable:
    marked = re.fullmatch(r"([1-4a-d]) (.+)|(.+) ([1-4])", text) if text not in words else None
    mark, rest = ((marked[1] or marked[4]), (marked[2] or marked[3])) if marked else (None, text)
    if rest in words:
        value = words[rest]
        if mark and value != (int(mark) if mark.isdigit() else "abcd".index(mark) + 1):
            return Unreadable(f"the mark {mark} and the words do not agree on {name}")
        return value
    if rest in others:
        return Unreadable(f"words of an answer on {others[rest]}, not on {name}")
    return Unreadable(f"no answer on {name}")


def date_reader(counts: Counter[str], order: str | None, label: str) -> Read:
    """Reads dates in one order of day and month: the declared one, or the only one that all dates allow."""
    numeric = [found for text in counts if (found := re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b", text))]
    first, second = (any(int(found[place]) > 12 for found in numeric) for place in (1, 2))
    if first and second and order is None:
        problem = "its dates mix day first (31/08/2026) and month first (08/31/2026)"
        raise unreadable(label, problem, "Write every date as 2026-08-31.")
    if numeric and not first and not second and order is None:
        problem = f"its dates could be day first or month first, such as {numeric[0][0]}"
        raise unreadable(label, problem, f"Say which with --dates {' or --dates '.join(ORDERS)}.")
    month_first = order == ORDERS[1] if order else second
    return lambda text: None if empty(text) else _date(text, month_first)


def _date(text: str, month_first: bool) -> date | Unreadable:
    parts = _parts(text, month_first)
    if parts is None:
        return Unreadable("not a date; write it as 2026-08-31 or 31/08/2026")
    try:
        found = date(*parts)
    except ValueError:
        return Unreadable("no such day")
    if not FIRST_DATE.date() <= found <= LAST_DATE.date():
        return Unreadable(f"not between {FIRST_DATE:%Y} and {LAST_DATE:%Y}")
    return found


def _parts(text: str, month_first: bool) -> tuple[int, int, int] | None:
    after = r"(?:[ T,].*)?"
    if found := re.fullmatch(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){after}", text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := re.fullmatch(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){after}", text):
        day, month = (2, 1) if month_first else (1, 2)
        return int(found[3]), int(found[month]), int(found[day])
    found = re.fullmatch(rf"(?:[^\W\d]+,? )?(\d{{1,2}})[ -]([^\W\d]+)\.?[ -](\d{{4}}){after}", text)
    if found and found[2].casefold() in MONTHS:
        return int(found[3]), MONTHS[found[2].casefold()], int(found[1])
    return None


def usual_span(counts: Counter[date]) -> tuple[date, date] | None:
    """First and last day without the few more than a year off: mistyped years, told without a clock."""
    days = sorted(counts)
    few = max(1, int(STRAYS * counts.total())) if counts.total() > 2 else 0
    first, last = 0, len(days) - 1
    for place, (earlier, later) in enumerate(pairwise(days)):
        if (later - earlier).days > FAR:
            if sum(counts[day] for day in days[: place + 1]) <= few:
                first = place + 1
            elif sum(counts[day] for day in days[place + 1 :]) <= few:
                last = min(last, place)
    return (days[first], days[last]) if days else None


def attribute_reader(name: str) -> Read:
    """Reads an attribute of a respondent; a text that is none of the known words is no value."""
    if name == "age":
        return _age
    values = vocabulary()["values"].get(name)

    def read(text: str) -> str | None | Unreadable:
        if empty(text):
            return None
        if values is None:
            return text
        word = plain(text)
        found = [ours for ours, theirs in values.items() if matches(theirs, word) or word == plain(ours)]
        return found[0] if len(found) == 1 else Unreadable(f"none of the known words for {name}")

    return read


def _age(text: str) -> int | None | Unreadable:
    if empty(text):
        return None
    found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?(?: ?(?:tahun|thn|th))?\.?", text.casefold())
    if found and 10 <= int(found[1]) <= 110:
        return int(found[1])
    banded = re.search(r"\d\D+\d|[<>≤≥+]", text)
    return Unreadable(
        "a band of ages, where the data set holds years" if banded else "not an age from 10 to 110"
    )
