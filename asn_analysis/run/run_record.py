"""What a run leaves about itself: a journal while it works, run.json when it is done."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from asn_analysis.pages.gate import write_whole
from asn_analysis.records.left import read_json, undamaged
from asn_analysis.run.hashes import versions
from asn_analysis.run.provenance import git_commit
from asn_analysis.run.storage import journal_path

OF_A_RUN = (
    "Put it back from a copy; or delete it, and the quarter is made anew as if it had never been published: "
    "no page then says what was revised."
)


@dataclass(frozen=True)
class Outcome:
    """What became of a job; ``error`` is None where its pages stand.

    ``files`` holds the hash of each page; ``left_out`` a line for each arm that it had to leave out;
    ``unshown`` one for each cell of its notebook that shows what no page can take up;
    ``stops`` says that no other brief can fare better; ``refused`` that a page would hold personal data.
    """

    scope: str
    seconds: float
    error: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    skipped: bool = False
    stops: bool = False
    refused: bool = False
    left_out: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One brief as the last run left it.

    Attributes
    ----------
    scope : "city" or a unit's code
    parts : hash of each thing that the brief was made from
    files : hash of each of its files
    seconds : how long it took; 0 in what was unpacked from a bundle, which holds no clock
    revision : what its page says about changed numbers, or None
    left_out : a line for each arm that it had to leave out
    unshown : a line for each cell of its notebook that shows what no page can take up
    """

    scope: str
    parts: dict[str, str]
    files: dict[str, str]
    seconds: float = 0.0
    revision: dict[str, Any] | None = None
    left_out: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """What earlier runs of a quarter left, the killed ones included.

    ``outputs`` are the hashes of what the last ended run published; ``published`` tells whether it
    ended with every brief made, and made whole.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    outputs: dict[str, str] = field(default_factory=dict)
    published: bool = False


def read_history(out: Path, quarter: str) -> History:
    """From run.json, and from the journal of a run that did not end.

    Raises
    ------
    Damaged
        If one of them is there and cannot be read.
    """
    path, journal = out / quarter / "run.json", journal_path(out, quarter)
    with undamaged(path, OF_A_RUN):
        run = _read_run(path)
        lines = [*run.get("made", []), *run.get("skipped", []), *run.get("failed", [])]
        whole = bool(run) and not run["failed"] and not any(line.get("left_out") for line in lines)
        history = _history(lines)
    with undamaged(journal, "Delete it: the run then goes on from what stands."):
        history = _history([*lines, *_read_lines(journal)])
    return replace(history, outputs=run.get("outputs", {}), published=whole)


def _history(lines: Iterable[Mapping[str, Any]]) -> History:
    entries: dict[str, Entry] = {}
    failed: set[str] = set()
    for line in lines:
        if "reason" in line:
            failed.add(line["scope"])
        else:
            failed.discard(line["scope"])
            entries[line["scope"]] = Entry(
                **{name: line[name] for name in Entry.__dataclass_fields__ if name in line}
            )
    return History(entries, frozenset(failed))


def first_run(out: Path) -> date | None:
    """The day on which briefs were first made into a reports folder, by the logs of its quarters."""
    days = []
    for path in out.glob("*Q?/run.log"):
        with suppress(OSError, ValueError), path.open(encoding="utf-8") as log:
            days.append(date.fromisoformat(log.readline()[:10]))
    return min(days, default=None)


def _read_run(path: Path) -> dict[str, Any]:
    read = read_json(path) if path.exists() else {}
    if not isinstance(read, dict):
        raise TypeError("not a run")
    return read if "outputs" in read else {}  # an older version's says too little


def _read_lines(path: Path) -> Iterable[dict[str, Any]]:
    """Every whole line; the last one may have been cut when the run was killed."""
    if path.exists():
        *whole, last = path.read_text(encoding="utf-8").split("\n")
        yield from map(json.loads, whole)
        with suppress(ValueError):
            yield json.loads(last)


@dataclass(frozen=True)
class Run:
    """What a run left: outcomes, the city's first, the page to open (None if there is none), what to know."""

    quarter: str
    index: Path | None
    outcomes: tuple[Outcome, ...]
    seconds: float
    resume: str = ""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.error)

    @property
    def left_out(self) -> dict[str, list[str]]:
        """A line for each arm that was left out, and the briefs without it."""
        return _briefs_by_line({one.scope: one.left_out for one in self.outcomes})

    @property
    def unshown(self) -> dict[str, list[str]]:
        """A line for each cell that no page shows, and its briefs."""
        return _briefs_by_line({one.scope: one.unshown for one in self.outcomes})

    @property
    def whole(self) -> bool:
        """Whether every brief was made, with every part."""
        return not self.failed and not self.left_out


def _briefs_by_line(told: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    lines = dict.fromkeys(line for each in told.values() for line in each)
    return {line: [scope for scope, each in told.items() if line in each] for line in lines}


class Journal:
    """Notes each brief at once, so that a killed run is resumed where it stood."""

    def __init__(self, out: Path, quarter: str) -> None:
        self.path = journal_path(out, quarter)

    def note(self, line: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line, ensure_ascii=False) + "\n")
            journal.flush()
            os.fsync(journal.fileno())

    def close(self) -> None:
        self.path.unlink(missing_ok=True)


def line_of(outcome: Outcome, parts: Mapping[str, str], revision: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the journal and run.json say about one brief."""
    head = {"scope": outcome.scope, "seconds": round(outcome.seconds, 2), "parts": dict(parts)}
    if outcome.error:
        return {**head, "reason": outcome.error}
    more = {name: list(found) for name in ("left_out", "unshown") if (found := getattr(outcome, name))}
    return {**head, "files": outcome.files, "revision": revision, **more}


def write_run(
    target: Path,
    outcomes: Sequence[Outcome],
    lines: Mapping[str, Mapping[str, Any]],
    outputs: Mapping[str, str],
    about: Mapping[str, Any],
) -> None:
    """run.json: what was made, skipped and failed, from what, by which versions, and every file's hash."""

    def of(wanted: list[Outcome]) -> list[Mapping[str, Any]]:
        return [lines[outcome.scope] for outcome in wanted]

    record = {
        "quarter": target.name,
        "made": of([outcome for outcome in outcomes if not outcome.error and not outcome.skipped]),
        "skipped": of([outcome for outcome in outcomes if outcome.skipped]),
        "failed": of([outcome for outcome in outcomes if outcome.error]),
        **about,
        "versions": versions(),
        "commit": git_commit(),
        "outputs": dict(outputs),
    }
    write_whole(target / "run.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")
