"""The review list: which free texts the office has read and lets be printed.

No list of names is ever complete, so a text that is not of everyday words alone waits here for a ``y``.
The tick is bound to the text as it would be printed, by a hash: a text that changes waits again. The file
lies beside the data, under their rights, for it holds what nobody has looked at yet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from asn_analysis.records.csv_files import delimiter_of
from asn_analysis.records.faults import Fault, amiss
from asn_analysis.records.folders import put_whole
from asn_analysis.records.persons import without_unknown
from asn_analysis.records.privacy import names_nobody

NAME = "review.csv"
TICK, TEXT, NUMBER, WHERE, HASH = "cetak (y/n)", "teks", "jumlah", "asal", "sidik"
COLUMNS = (TICK, TEXT, NUMBER, WHERE, HASH)
YES = frozenset(("y", "ya", "yes", "x", "v", "ok", "1", "✓", "✔"))
NO = frozenset(("n", "t", "tidak", "no", "0", "-"))
KEY = re.compile(r"t-[0-9a-f]{20}")
HIDDEN = "[…]"  # a word that nobody has looked at
FORMULA = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet would work out


@dataclass(frozen=True)
class Entry:
    """A text that waits, how often it was written, and where."""

    text: str
    n: int
    where: str

    @property
    def key(self) -> str:
        return key_of(self.text)


@dataclass(frozen=True)
class Review:
    """What has been decided; ``known`` are the names of units and places, which are no people's.

    ``rows`` are those of the file, by the hash of their text, so that decisions outlive a rewriting.
    """

    decided: Mapping[str, bool] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def lets_print(self, text: str) -> bool:
        """Whether a text may stand on a page: ticked, or of everyday words alone and not refused."""
        decided = self.decided.get(key_of(text))
        return names_nobody(text, self.known) if decided is None else decided

    def waits(self, text: str) -> bool:
        """Whether a text wants somebody's decision."""
        return key_of(text) not in self.decided and not names_nobody(text, self.known)

    def shown(self, text: str) -> str:
        """The text as a page shows it: whole, or without the words that nobody has looked at."""
        if self.lets_print(text):
            return text
        return HIDDEN if key_of(text) in self.decided else without_unknown(text, HIDDEN, self.known)


def key_of(text: str) -> str:
    """The same for a text however its letters' case and blanks are; no number to a spreadsheet."""
    return f"t-{sha256(' '.join(text.casefold().split()).encode()).hexdigest()[:20]}"


def read_review(folder: Path, known: frozenset[str] = frozenset()) -> tuple[Review, tuple[Fault, ...]]:
    """The decisions in a data set's review list, and the rows that cannot be understood."""
    decided, rows, faults = {}, {}, []
    try:
        found = list(_rows(folder / NAME))
    except (OSError, csv.Error):
        return Review(known=known), (amiss(NAME, "no review"),)
    for number, row in found:
        tick, key = row.get(TICK, "").strip().casefold(), row.get(HASH, "").strip()
        if not KEY.fullmatch(key):
            faults.append(amiss(NAME, "no mark", (number, HASH, key), column=HASH))
        elif tick and tick not in YES | NO:
            faults.append(amiss(NAME, "no tick", (number, TICK, tick)))
        else:
            rows[key] = tuple(row.get(name, "") for name in COLUMNS)
            decided |= {key: tick in YES} if tick else {}
    return Review(decided, rows, known), tuple(faults)


def write_review(folder: Path, review: Review, entries: Iterable[Entry]) -> Path:
    """The list with its decisions and these entries, as a spreadsheet of an Indonesian office opens it."""
    rows = dict(review.rows)
    for entry in entries:
        tick = rows.get(entry.key, ("",))[0]
        text = f"'{entry.text}" if entry.text.startswith(FORMULA) else entry.text
        rows[entry.key] = (tick, text, str(entry.n), entry.where, entry.key)
    table = io.StringIO()
    csv.writer(table, delimiter=";", lineterminator="\r\n").writerows([COLUMNS, *rows.values()])
    put_whole(folder / NAME, ("\ufeff" + table.getvalue()).encode())
    return folder / NAME


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by their headers and number, however a spreadsheet saved them."""
    if not path.is_file():
        return
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    table = io.StringIO(text.replace("\0", ""), newline="")
    for number, row in enumerate(csv.DictReader(table, delimiter=delimiter_of(table)), start=2):
        if any(value for value in row.values() if isinstance(value, str)):
            yield number, {name: value or "" for name, value in row.items() if isinstance(name, str)}
