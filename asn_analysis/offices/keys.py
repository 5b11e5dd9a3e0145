"""What numbers mean by the file's own key, wherever it stands: "1 = Sangat Baik", "U8 = Sarana"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from asn_analysis.offices.below import answer_words
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.files import Row
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import header_name, number_of, vocabulary
from asn_analysis.records.words import elements_in, plain
from asn_analysis.rules.rules import load_skm

PAIR = re.compile(r"(?<![\w.,])(\d{1,2})\s*[\])]?\s*[=:]\s*\(?\s*([a-z][a-z ]*)")
TURNED = re.compile(r"([a-z][a-z ]*?)\s*[=:]\s*(\d{1,2})(?![\w.,]\d)")
RUN = re.compile(r"(?<![\w.,])(\d)\s+([a-z][a-z ]*?)(?=\s*(?:\d|$))")  # 1 Tidak baik 2 Kurang baik 3 Baik
GOOD = re.compile(
    r"(?:sangat (?!tidak|kurang|mahal|buruk|jelek)\w+|gratis|dikelola|excellent|very (?:good|satisfied))"
)
BAD = re.compile(
    r"(?:(?:sangat )?tidak|sangat (?:kurang|mahal|buruk|jelek)|buruk|jelek"
    r"|very (?:bad|poor|dissatisfied)|poor)"
)
LONG_SCALE = re.compile(
    r"\bskala\D{0,15}(?:1\s*(?:-|–|s\.?\s?/?\s?d\.?|sampai|hingga|to)\s*)?(5|6|7|10)\b|\bbintang 5\b"
)
LEAST = 3  # answers that stand one after the other behind their numbers
FEW = 8  # rows of a key, of which the number and the words stand in two cells
LEGEND = re.compile(r"^\W*((?:u|p|q|unsur|pertanyaan|soal)[ .-]?(\d{1,2}))\W+(.+)", re.IGNORECASE)
Texts = Mapping[str, list[str]]  # by place, what stands there, cell after cell


def texts_around(
    layout: Layout, columns: Columns, remarks: Iterable[tuple[int, str]], sheets: Mapping[str, list[Row]]
) -> Texts:
    """All texts that are no answers, by where they stand."""
    ours = {*columns.places.values(), *columns.items.values()}
    free = [place for place in range(len(layout.sample)) if place not in ours]
    beside = [
        text for place in free for text, _ in sorted(layout.sample[place].items(), key=lambda pair: pair[1])
    ]
    return {
        "above the answers": [*layout.above, *_explained(layout.above)],
        "in the header": list(layout.labels),
        "beside the answers": [*beside, *_joined(layout, free)],
        "below the answers": [text for _, text in remarks],
        **{
            f"on the sheet {name}": [text for _, row in rows for text in (*row, *_explained(row)) if text]
            for name, rows in sheets.items()
        },
    }


def _explained(cells: Iterable[str]) -> Iterator[str]:
    """A number, or the number of a question, and the words in the next cell."""
    for one, two in pairwise(cells):
        if two and re.fullmatch(r"\d|\w{1,10} ?\d{1,2}", one):
            yield f"{one} = {two}"


def _joined(layout: Layout, free: list[int]) -> Iterator[str]:
    """Two neighbouring cells beside the answers, in columns with few of them: a number and its words."""
    for one, other in pairwise(free):
        if other == one + 1 and sum(map(len, layout.sample[other].values())) <= FEW:
            words = {row: text for text, rows in layout.sample[other].items() for row in rows}
            yield from (
                f"{text} = {words[row]}"
                for text, rows in layout.sample[one].items()
                for row in rows
                if row in words
            )


def refuse_other_keys(layout: Layout, around: Texts) -> None:
    """A ``DatasetError`` where the file says that its numbers are no answers from 1 (bad) to 4 (good)."""
    for where, texts in around.items():
        long = [text for text in texts if LONG_SCALE.search(text.casefold())]
        pairs = [(number, words, text) for text in texts for number, words in _pairs(text)]
        good = {number: text for number, words, text in pairs if GOOD.match(words.casefold())}
        bad = {number: text for number, words, text in pairs if BAD.match(words.casefold())}
        long += [text for number, text in sorted((good | bad).items(), reverse=True) if number > 4]
        if long:
            raise layout.refused("long scale", where=where, text=long[0][:80])
        if 0 in bad:
            raise layout.refused("key from zero", where=where, text=bad[0][:80])
        if 1 in good or 4 in bad or (good and bad and max(good) < min(bad)):
            told = good.get(1) or bad.get(4) or good[max(good)]
            raise layout.refused("turned key", where=where, text=told[:80])


def _pairs(text: str) -> Iterator[tuple[int, str]]:
    """The numbers that a text explains, and their words."""
    low = text.casefold()
    run = [(int(number), words) for number, words in RUN.findall(low) if _answers(words)]
    if len(run) >= LEAST:
        yield from run
        return
    found = [(int(number), words) for number, words in PAIR.findall(low)]
    found = found or [(int(number), words.strip()) for words, number in TURNED.findall(low)]
    yield from found
    if not found and (marked := re.fullmatch(r"(\d) (.+)|(.+) (\d)", plain(text))):
        words = marked[2] or marked[3]
        if _answers(words):
            yield int(marked[1] or marked[4]), words


def _answers(text: str) -> bool:
    return plain(text) in answer_words()


def refuse_not_received(layout: Layout, columns: Columns) -> None:
    """Answers about what citizens expect or find important."""
    places = columns.items.values() if layout.profile.shape == "wide" else ()
    for text in (*layout.above, *(layout.labels[place] for place in places)):
        if re.match(vocabulary()["not_received"], plain(text)):
            raise layout.refused("not received", text=text)


def legend(around: Texts) -> dict[int, tuple[str, str]]:
    """The element of each number of the form, as lines like "U8 = Sarana" say, and where they stand."""
    found: dict[int, tuple[str, str]] = {}
    for where, texts in around.items():
        if where == "in the header":
            continue
        for text in texts:
            told = LEGEND.match(text)
            elements = elements_in(header_name(told[3])) if told and not LEGEND.match(told[3]) else []
            if told and len(elements) == 1 and number_of(plain(told[1])) is not None:
                found.setdefault(int(told[2]), (elements[0], f'{where}: "{text[:60]}"'))
    return found


def refuse_other_legend(layout: Layout, columns: Columns, around: Texts) -> None:
    """A ``DatasetError`` where the file explains a numbered question as another element."""
    names = load_skm().names
    told = legend(around)
    for code, key in columns.items.items():
        label = layout.labels[key] if layout.profile.shape == "wide" else str(key)
        number = number_of(plain(label))
        if number in told and told[number][0] != names[code]:
            raise layout.refused("other legend", label=label, name=names[code], told=told[number][1])
