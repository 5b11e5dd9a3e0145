"""From the words of an office to values: answers by element, attributes. Every distinct text once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asn_analysis.offices.cells import CORRECT, STRAYS, Unreadable, empty, number_in
from asn_analysis.offices.map import Map
from asn_analysis.offices.profile import matches, plain, vocabulary
from asn_analysis.records.source import unreadable
from asn_analysis.rules.rules import load_skm

Read = Callable[[str], Any]


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
        if (number := number_in(text)) is not None:
            numbers[number] += count
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
    words = _numbered(vocabulary()["answers_to_all"]) | _words(name) | dict(own.answers.get(name, {}))
    others = {word: element for element in vocabulary()["answers"] for word in _words(element)}

    def read(text: str) -> int | None | Unreadable:
        if empty(text):
            return None
        if (number := number_in(text)) is not None:
            found = scale.answers(number)
            return Unreadable(f"not an answer on the scale {scale.name}") if found is None else found
        return _worded(plain(text), name, words, others)

    return read


def _words(name: str) -> dict[str, int]:
    return _numbered(vocabulary()["answers"][name])


def _numbered(answers: list[list[str]]) -> dict[str, int]:
    return {word: answer for answer, words in enumerate(answers, start=1) for word in words}


def _worded(text: str, name: str, words: Mapping[str, int], others: Mapping[str, str]) -> int | Unreadable:
    marked = re.fullmatch(r"([1-4a-d]) (.+)|(.+) ([1-4])", text) if text not in words else None
    mark, rest = ((marked[1] or marked[4]), (marked[2] or marked[3])) if marked else (None, text)
    if rest in words:
        value = words[rest]
        if mark and value != (int(mark) if mark.isdigit() else "abcd".index(mark) + 1):
            problem = f"the mark {mark} and the words do not agree on {name}"
            return Unreadable(problem, "Look it up on the paper form, and correct the cell.")
        return value
    if rest in others:
        problem = f"words of an answer on {others[rest]}, not on {name}"
        return Unreadable(problem, "Check that the columns were not mixed up; correct the cell.")
    told = f'answers: {{{name}: {{"{text}": NUMBER}}}}'
    remedy = f"Say which answer it is in --map FILE, as {told}, or correct it."
    return Unreadable(f"no answer on {name}", remedy if text else CORRECT)


def attribute_reader(name: str, counts: Mapping[str, int]) -> Read:
    """Reads an attribute of a respondent; ``counts``, the texts of its column, give letters their sense."""
    if name == "age":
        return _age
    values = vocabulary()["values"].get(name)
    # Beside W (wanita), P stands for pria; beside L (laki-laki), for perempuan.
    letters = {"p": "pria", "w": "wanita"} if name == "sex" and "w" in map(plain, counts) else {}

    def read(text: str) -> str | None | Unreadable:
        if empty(text):
            return None
        if values is None:
            return text
        word = letters.get(plain(text), plain(text))
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
