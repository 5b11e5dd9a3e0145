"""What a file may not lose, and may not keep: few rows are set aside, and no personal data are taken over.

Personal data are named by column and row, never by value, and dropped when asked for. Rows may not be set
aside because of what they answered.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import yaml

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import ALL, vocabulary
from asn_analysis.offices.rows import Answers
from asn_analysis.offices.tables import ROW, Reader, Rejected
from asn_analysis.offices.units import unit_of
from asn_analysis.records.coded import Coded
from asn_analysis.records.faults import LISTED, DatasetError, Fault
from asn_analysis.records.privacy import find_identifying, personal_header
from asn_analysis.records.words import matches, plain
from asn_analysis.rules.rules import load_skm

FEWEST_DIGITS = 8  # of a number that identifies a person
REMEDY = "Delete it from the file, or import with --drop-personal, which leaves it out."


def personal_faults(layout: Layout, columns: Columns, answers: Answers) -> Iterator[Fault]:
    """Columns that hold personal data by their header, then the first cells that do by what they say."""
    label = layout.grid.label
    ours = {*columns.places.values(), *columns.items.values()}
    headed = {
        place: kind for place, header in enumerate(layout.labels)
        if place not in ours and (kind := personal_header(header)) and not _names_nobody(answers.cells, place)
    }  # fmt: skip
    for place, kind in headed.items():
        problem = f"a column of personal data ({kind})"
        yield Fault(label, layout.header_row, layout.labels[place], None, problem, REMEDY, personal=True)
    found = [cell for cell in _identifying(answers.cells) if cell[1] not in headed]
    for row, place, kind in found[:LISTED]:
        header = layout.label(place)
        yield Fault(label, row, header, None, f"looks like personal data ({kind})", REMEDY, personal=True)
    if len(found) > LISTED:
        problem = f"{len(found) - LISTED:,} more cells that look like personal data"
        yield Fault(label, None, None, None, problem, REMEDY, personal=True)


def _identifying(cells: Coded) -> Iterator[tuple[int, int, str]]:
    """Number of the row, place and kind of every cell that identifies a person by what it says."""
    kinds = {
        code: found[0].kind
        for code in cells.distinct(cells.codes)[0].tolist()
        if not ((text := cells.texts[code]).isdigit() and len(text) < FEWEST_DIGITS)
        and (found := find_identifying(text))
    }
    for at in np.flatnonzero(np.isin(cells.codes, list(kinds))).tolist() if kinds else ():
        row = int(np.searchsorted(cells.starts, at, side="right")) - 1
        yield int(cells.numbers[row]), at - int(cells.starts[row]), kinds[int(cells.codes[at])]


def _names_nobody(cells: Coded, place: int) -> bool:
    """Whether a column holds nothing but what an application writes for a person whom it does not know."""
    texts = [text for text in cells.counts(place) if text]
    return len(cells) > 0 and all(matches(vocabulary()["nobody"], plain(text)) for text in texts)


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
        at = (found.row, found.column or None, found.value or None)
        yield Fault(reader.layout.grid.place, *at, f"{found.reason}{more}", found.remedy)


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
