"""From the words of an office to values: answers by element, attributes. Every distinct text once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asn_analysis.offices.ladder import Ladder, element_of, mark_value, split, words_on
from asn_analysis.offices.profile import ALL, STRAYS, Map, empty, number_in, vocabulary
from asn_analysis.offices.refusals import Unreadable, refused, unread
from asn_analysis.records.words import matches, plain
from asn_analysis.rules.rules import load_skm

Read = Callable[[str], Any]


@dataclass(frozen=True)
class Scale:
    """How numbers become answers: as they are, divided, or by the bands of a --map file.

    ``missing`` are numbers that stand for no answer.
    """

    name: str
    answers: Callable[[float], int | None]
    missing: frozenset[float] = frozenset()


def find_scale(counts: Counter[str], own: Map, label: str) -> Scale:
    """The scale of a whole file, judged by all its numbers; a ``DatasetError`` where they tell another."""
    skm = load_skm()
    numbers = _numbers(counts, own)
    if own.scale:
        return Scale("bands of the --map file", lambda x: _band(x, own.scale))
    codes = frozenset(vocabulary()["missing_codes"])
    told = Counter({number: count for number, count in numbers.items() if number not in codes})
    allowed = range(skm.lowest, skm.highest + 1)
    if not told or _share(told, allowed) >= 1 - STRAYS:
        _refuse_from_zero(numbers, told, label)
        return Scale("1 to 4", lambda x: int(x) if x in allowed else None, codes)
    hundred = [answer * skm.factor for answer in allowed]
    if _share(told, hundred) >= 1 - STRAYS:
        return Scale(
            "25, 50, 75, 100, read as 1 to 4", lambda x: int(x // skm.factor) if x in hundred else None, codes
        )
    listed = ", ".join(f"{value:g} ({count:,} times)" for value, count in numbers.most_common(8))
    raise refused(label, "no scale", listed=listed)


def _numbers(counts: Counter[str], own: Map) -> Counter[float]:
    numbers = Counter[float]()
    for text, count in counts.items():
        if (number := number_in(text)) is not None and plain(text) not in own.missing:
            numbers[number] += count
    return numbers


def _refuse_from_zero(numbers: Counter[float], told: Counter[float], label: str) -> None:
    """A 0 is no answer where it is rare and the top of the scale is seen; else it could be its lowest."""
    zeros, highest = numbers[0], load_skm().highest
    if zeros and (highest not in told or zeros > STRAYS * numbers.total()):
        raise refused(label, "scale from zero", zeros=zeros, highest=highest, n=told[highest])


def _share(numbers: Counter[float], among: Any) -> float:
    return sum(count for value, count in numbers.items() if value in among) / numbers.total()


def _band(value: float, bands: Mapping[int, tuple[float, float]]) -> int | None:
    return next((answer for answer, (low, high) in bands.items() if low <= value <= high), None)


def known_words(name: str, ladder: Ladder, own: Map) -> dict[str, int]:
    """All words that are read as answers on this element."""
    return {**words_on(ladder, name), **own.answers.get(ALL, {}), **own.answers.get(name, {})}


def answer_reader(name: str, scale: Scale, ladder: Ladder, own: Map) -> Read:
    """Reads an answer on this element, given as a number, in words, or as both."""
    words, others = known_words(name, ladder, own), element_of(ladder)

    def read(text: str) -> int | None | Unreadable:
        if empty(text) or plain(text) in own.missing:
            return None
        if (number := number_in(text)) is not None:
            found = None if number in scale.missing else scale.answers(number)
            off = found is None and number not in scale.missing
            return unread("off the scale", scale=scale.name) if off else found
        return _worded(plain(text), name, words, others)

    return read


def _worded(text: str, name: str, words: Mapping[str, int], others: Mapping[str, str]) -> int | Unreadable:
    mark, rest = split(text, words)
    if rest in words:
        value = words[rest]
        if mark and value != mark_value(mark):
            return unread("mark and words", mark=mark, name=name)
        return value
    if rest in others:
        return unread("other element", other=others[rest], name=name)
    return unread("no known answer" if text else "no answer here", name=name, text=text)


def missing_note(counts: Counter[str], scale: Scale, own: Map) -> Iterator[str]:
    """How many answers were left empty because their text stands for none."""

    def stands(text: str) -> bool:
        word = plain(text)
        return word in own.missing or bool(word and empty(text)) or number_in(text) in scale.missing

    found = {text: count for text, count in counts.items() if stands(text)}
    if found:
        listed = ", ".join(f"{text[:20]} ({count:,})" for text, count in sorted(found.items())[:5])
        yield f"{sum(found.values()):,} answers stand for none and were left empty: {listed}"


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
        return found[0] if len(found) == 1 else unread("no known word", name=name)

    return read


def _age(text: str) -> int | None | Unreadable:
    if empty(text):
        return None
    found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?(?: ?(?:tahun|thn|th))?\.?", text.casefold())
    if found and 10 <= int(found[1]) <= 110:
        return int(found[1])
    banded = re.search(r"\d\D+\d|[<>≤≥+]", text)
    return unread("age band" if banded else "no age")
