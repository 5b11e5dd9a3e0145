"""How much may be set aside: few rows, and none because of what they answered; else the file is refused."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

import yaml

from asn_analysis.offices.map import ALL
from asn_analysis.offices.profile import plain
from asn_analysis.offices.tables import ROW, Reader, Rejected
from asn_analysis.offices.units import unit_of
from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.rules.rules import load_skm

CEILING = 0.05  # of the rows; above, those set aside may be unlike the others
RETURNING, SHARE = 3, 0.01  # rows that a slip does not come back in: a text that does is an answer
MOST_SHOWN, MOST_WORDS = 5, 30
ALIKE = 0.75  # of the letters of a word, before an answer is offered for it


def refuse_losses(reader: Reader, n_read: int, n_kept: int, rejected: list[Rejected]) -> None:
    """A ``DatasetError`` with the unread words as a map to fill in, where too much would be set aside."""
    lost = [found for found in rejected if found.outcome == ROW]
    returning = _returning(reader, lost, n_read)
    n_lost = n_read - n_kept
    if n_lost <= CEILING * n_read and not returning:
        return
    told = f"{n_lost:,} of {n_read:,} rows would be set aside"
    if n_lost > CEILING * n_read:
        problem = f"{told}, more than {CEILING:.0%}, and those that are kept could be other people"
    else:
        problem = f'{told}, among them all that say "{returning[0]}": the loss depends on the answer'
    remedy = f"Correct these cells, or delete rows that are nobody's answers.{_map(reader, lost)}"
    raise DatasetError(
        [Fault(reader.layout.grid.place, None, None, None, problem, remedy), *_first(reader, lost)]
    )


def _returning(reader: Reader, lost: list[Rejected], n_read: int) -> list[str]:
    """Texts of answers that stand in several of the rows set aside."""
    labels = set(reader.item_labels.values())
    rows = Counter(text for text, _ in {(found.value, found.row) for found in lost if found.column in labels})
    return [text for text, n in rows.most_common() if text and n >= max(RETURNING, SHARE * n_read)]


def _first(reader: Reader, lost: list[Rejected]) -> Iterator[Fault]:
    """The first cell of each kind, and how many are like it."""
    first = {(found.column, found.reason): found for found in reversed(lost)}
    alike = Counter((found.column, found.reason) for found in lost)
    for key, count in alike.most_common(MOST_SHOWN):
        found = first[key]
        more = f" (and in {count - 1:,} more rows)" if count > 1 else ""
        yield Fault(
            reader.layout.grid.place,
            found.row,
            found.column or None,
            found.value or None,
            f"{found.reason}{more}",
            found.remedy,
        )


def _map(reader: Reader, lost: list[Rejected]) -> str:
    """The unread words with the nearest known answers, as a map that only needs to be looked through."""
    answers, units = _unread_answers(reader, lost), _unread_units(reader, lost)
    told = {key: found for key, found in (("answers", answers), ("units", units)) if found}
    if not told:
        return ""
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=10**6).rstrip()
    return f" Or look through this and give it as --map FILE (? is what nobody knows):\n{text}\n"


def _unread_answers(reader: Reader, lost: Iterable[Rejected]) -> dict[str, dict]:
    names = load_skm().names
    found: dict[str, dict] = {}
    for code, label in reader.item_labels.items():
        for text in list(dict.fromkeys(plain(one.value) for one in lost if one.column == label))[:MOST_WORDS]:
            if text and not text.isdigit():
                found.setdefault(names[code], {})[text] = _nearest(text, reader.words[code])
    return {ALL: _common(found)} if _common(found) else found


def _common(found: dict[str, dict]) -> dict:
    """All words in one list, where none has two values."""
    pairs = {(word, value) for words in found.values() for word, value in words.items()}
    return dict(sorted(pairs, key=str)) if len(found) > 1 and len(dict(pairs)) == len(pairs) else {}


def _nearest(text: str, words: dict[str, int]) -> int | str:
    close = difflib.get_close_matches(text, list(words), n=1, cutoff=ALIKE)
    return words[close[0]] if close else "?"


def _unread_units(reader: Reader, lost: Iterable[Rejected]) -> dict[str, str]:
    place = reader.columns.places.get("unit_id")
    label = reader.layout.labels[place] if place is not None else None
    texts = dict.fromkeys(found.value for found in lost if label and found.column == label and found.value)
    return {text: unit_of(text, reader.choices.units)[0] or "?" for text in list(texts)[:MOST_WORDS]}
