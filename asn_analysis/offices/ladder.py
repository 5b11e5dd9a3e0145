"""One ladder a file: which four steps its words are, judged by all of them together, never word by word.

"Tidak Puas" is the lowest step beside "Kurang Puas" and the second beside "Sangat Tidak Puas"; "Cukup" is
the second of four steps or the third of five. Where the words of a file leave both open, it is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

import yaml

from asn_analysis.offices.profile import ALL, Map, empty, vocabulary
from asn_analysis.offices.refusals import refused
from asn_analysis.records.words import plain

# The steps of vocabulary.yml that forms offer, from 1 to 4. The second is the regulation's.
LADDERS = (
    ("lowest", "not", "good", "best"),
    ("not", "little", "good", "best"),
    ("very little", "little", "good", "best"),
    ("lowest", "little", "good", "best"),
)
REGULATION = LADDERS[1]
WITH_ENOUGH = (("little", "enough", "good", "best"), ("not", "enough", "good", "best"))
MARKED = re.compile(r"([1-4a-d]) (.+)|(.+) ([1-4])")


Ladder = tuple[str, ...]  # the steps from 1 to 4


@cache
def words_on(ladder: Ladder, element: str) -> Mapping[str, int]:
    """What can be answered on an element, and its value."""
    values, known = valued(ladder), steps_of(element)
    told = {word: values[step] for word, step in known.items() if step in values}
    own = numbered(vocabulary()["answers"][element])
    if ladder == REGULATION:
        return told | own
    return told | {word: value for word, value in own.items() if word not in known}


@cache
def element_of(ladder: Ladder) -> Mapping[str, str]:
    """The element, or the last of several, that each word answers."""
    return {word: element for element in vocabulary()["answers"] for word in words_on(ladder, element)}


def valued(ladder: Iterable[str]) -> dict[str, int]:
    """The steps of a ladder with their values."""
    return {step: value for value, step in enumerate(ladder, start=1)}


def numbered(answers: list[list[str]]) -> dict[str, int]:
    """Answer words by value, from lists of the words for 1 to 4."""
    return {word: answer for answer, words in enumerate(answers, start=1) for word in words}


@cache
def steps_of(element: str) -> Mapping[str, str]:
    """The step that a word is on a question about this element."""
    told = vocabulary()
    adjectives = [*told["grades"], *told["adjectives"].get(element, ())]
    return {
        text.format(g=adjective): step
        for step, texts in told["steps"].items()
        for text in texts
        for adjective in adjectives
    }


def split(text: str, known: Iterable[str] = ()) -> tuple[str | None, str]:
    """A mark and the words behind or before it: "3 sesuai", "sesuai 3" or "c sesuai" are 3 and "sesuai"."""
    found = None if text in known else MARKED.fullmatch(text)
    return ((found[1] or found[4]), (found[2] or found[3])) if found else (None, text)


def mark_value(mark: str) -> int:
    """The answer that a mark is: 3 or c."""
    return int(mark) if mark.isdigit() else "abcd".index(mark) + 1


def find_ladder(counts: Mapping[str, Counter[str]], own: Map, label: str) -> Ladder:
    """The ladder of a file by all words of its answers, told by element; a ``DatasetError`` asks."""
    said = _words(counts, own)
    used = {step for element, words in said.items() for word in words if (step := _step(element, word))}
    regulation = any(_only_in_regulation(element, word) for element, words in said.items() for word in words)
    if regulation and used <= set(REGULATION):
        return REGULATION
    fitting = _agreeing([*LADDERS, *WITH_ENOUGH], used, said)
    if "enough" not in used:
        fitting = [ladder for ladder in fitting if "enough" not in ladder]
    values = {tuple(valued(ladder)[step] for step in sorted(used)) for ladder in fitting}
    if len(values) == 1 and ("enough" not in used or _is_marked("enough", said)):
        return REGULATION if REGULATION in fitting else fitting[0]
    raise _asked(said, used, fitting, label)


def _words(counts: Mapping[str, Counter[str]], own: Map) -> dict[str, dict[str, str | None]]:
    """By element, each distinct answer in words and the mark beside it; without those that a map tells."""
    found = {}
    for element, texts in counts.items():
        mapped = {**own.answers.get(ALL, {}), **own.answers.get(element, {})}
        plainly = {plain(text) for text in texts if not empty(text)} - own.missing - set(mapped)
        parts = [split(text, steps_of(element)) for text in plainly if re.search(r"[a-z]", text)]
        found[element] = {word: mark for mark, word in sorted(parts, key=str) if word not in mapped}
    return found


def _step(element: str, word: str) -> str | None:
    if element == "sarana" and word == "cukup":  # the regulation's second answer; five steps show elsewhere
        return None
    return steps_of(element).get(word)


def _only_in_regulation(element: str, word: str) -> bool:
    """Words that no form but the regulation's has: what a price is called, and what becomes of complaints."""
    return (
        element in ("biaya", "pengaduan")
        and word in numbered(vocabulary()["answers"][element])
        and not _step(element, word)
    )


def _agreeing(
    ladders: Iterable[tuple], used: set[str], said: Mapping[str, Mapping[str, str | None]]
) -> list[tuple]:
    """The ladders that hold every step used, and that the marks beside the words do not contradict."""
    marks = {
        (_step(element, word), mark_value(mark))
        for element, words in said.items()
        for word, mark in words.items()
        if mark and _step(element, word)
    }
    holding = [ladder for ladder in ladders if used <= set(ladder)]
    marked = [ladder for ladder in holding if all(valued(ladder).get(step) == value for step, value in marks)]
    return marked or holding


def _is_marked(step: str, said: Mapping[str, Mapping[str, str | None]]) -> bool:
    return any(
        mark and _step(element, word) == step
        for element, words in said.items()
        for word, mark in words.items()
    )


def _asked(said: Mapping, used: set[str], fitting: list[tuple], label: str):
    words = sorted({word for element, found in said.items() for word in found if _step(element, word)})
    told = ", ".join(f'"{word}"' for word in words)
    if not fitting:
        return refused(label, "five steps", words=told)
    blocks = [_block(said, valued(ladder)) for ladder in fitting]
    choice = "\nor\n".join(dict.fromkeys(blocks))
    return refused(label, "open ladder", words=told, choice=choice)


def _block(said: Mapping, values: Mapping[str, int]) -> str:
    told = {
        word: values[step]
        for element, words in said.items()
        for word in words
        if (step := _step(element, word))
    }
    ordered = dict(sorted(told.items(), key=lambda pair: (pair[1], pair[0])))
    return yaml.safe_dump({"answers": {ALL: ordered}}, allow_unicode=True, sort_keys=False).rstrip()
