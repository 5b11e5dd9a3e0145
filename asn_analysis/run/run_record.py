"""What a run leaves about itself: a journal while it works, run.json when it is done, both read again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import convert

from asn_analysis.pages.gate import write_whole
from asn_analysis.records.left import read_json, undamaged
from asn_analysis.run.hashes import PACKAGE, file_hashes, parts_of_run, unlike, versions
from asn_analysis.run.storage import journal_path

OF_A_RUN = (
    "Put it back from a copy; or delete it, and the quarter is made anew as if it had never been published: "
    "no page then says what was revised."
)
# Of the run, not of what it says: they hold clocks. What failed is evidence; reports and sheets are no run.
UNSIGNED = re.compile(
    r"run\.(json|log)|sign-off\.\w+\.(html|pdf)|(.*/)?(.*\.failed\.ipynb|report\.\w+\.docx)"
)
SIGN_OFF = "sign-off.json"  # who has reviewed the quarter


@dataclass(frozen=True)
class Outcome:
    """What became of a brief, as the journal and run.json keep it.

    Attributes
    ----------
    scope : "city" or a unit's code
    seconds : how long it took; 0 in what was unpacked from a bundle, which holds no clock
    error : why it could not be made; None where its pages stand
    parts : hash of each thing that it was made from
    files : hash of each of its files
    revision : what its page says about changed numbers
    left_out : a line for each arm that it had to leave out
    unshown : a line for each cell of its notebook that shows what no page can take up
    skipped : whether an earlier run had made it
    """

    scope: str
    seconds: float = 0.0
    error: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    revision: dict[str, Any] | None = None
    left_out: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()
    skipped: bool = False


def line_of(outcome: Outcome) -> dict[str, Any]:
    """What the journal and run.json say about one brief."""
    head = {"scope": outcome.scope, "seconds": round(outcome.seconds, 2), "parts": outcome.parts}
    if outcome.error:
        return {**head, "reason": outcome.error}
    more = {name: list(found) for name in ("left_out", "unshown") if (found := getattr(outcome, name))}
    return {**head, "files": outcome.files, "revision": outcome.revision, **more}


def outcomes_of(lines: Iterable[Mapping[str, Any]]) -> tuple[Outcome, ...]:
    """The same, read again."""
    return tuple(convert({**line, "error": line.get("reason")}, Outcome) for line in lines)


def briefs_in(run: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """Every brief of a run.json."""
    return outcomes_of([*run["made"], *run["skipped"], *run["failed"]])


def is_whole(briefs: Iterable[Outcome]) -> bool:
    """Whether every brief was made, with every part."""
    return not any(brief.error or brief.left_out for brief in briefs)


@dataclass(frozen=True)
class History:
    """What earlier runs of a quarter left, the killed ones included.

    Attributes
    ----------
    entries : each brief as it was last made
    failed : scopes of those that could not be made when they were last tried
    outputs : hashes of what the last ended run published
    published : whether that run ended with every brief made, and made whole
    """

    entries: dict[str, Outcome] = field(default_factory=dict)
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
    target, journal = out / quarter, journal_path(out, quarter)
    run = read_run(target) if (target / "run.json").exists() else None
    briefs = briefs_in(run) if run else ()
    with undamaged(journal, "Delete it: the run then goes on from what stands."):
        noted = outcomes_of(_read_lines(journal))
    last = {one.scope: one for one in (*briefs, *noted)}
    made = {one.scope: one for one in (*briefs, *noted) if not one.error}
    failed = frozenset(scope for scope, one in last.items() if one.error)
    return History(made, failed, run["outputs"] if run else {}, bool(run) and is_whole(briefs))


def read_run(target: Path) -> dict[str, Any]:
    """run.json of a quarter.

    Raises
    ------
    ValueError
        If there is none that can be read.
    """
    path = target / "run.json"
    if not path.exists():
        raise ValueError(f"{target} holds no run.json; make it with `asn briefs`.")
    with undamaged(path, OF_A_RUN):
        run = read_json(path)
        briefs_in(run)
        return {**run, "outputs": dict(run["outputs"])}


def _read_lines(path: Path) -> Iterable[dict[str, Any]]:
    """Every whole line; the last one may have been cut when the run was killed."""
    if path.exists():
        *whole, last = path.read_text(encoding="utf-8").split("\n")
        yield from map(json.loads, whole)
        with suppress(ValueError):
            yield json.loads(last)


def first_run(out: Path) -> date | None:
    """The day on which briefs were first made into a reports folder, by the logs of its quarters."""
    days = []
    for path in out.glob("*Q?/run.log"):
        with suppress(OSError, ValueError), path.open(encoding="utf-8") as log:
            days.append(date.fromisoformat(log.readline()[:10]))
    return min(days, default=None)


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
        return is_whole(self.outcomes)


def _briefs_by_line(told: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    lines = dict.fromkeys(line for each in told.values() for line in each)
    return {line: [scope for scope, each in told.items() if line in each] for line in lines}


def note(journal: Path, outcome: Outcome) -> None:
    """Note a brief at once, so that a killed run is resumed where it stood."""
    with journal.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line_of(outcome), ensure_ascii=False) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def write_run(
    target: Path, outcomes: Sequence[Outcome], outputs: Mapping[str, str], about: Mapping[str, Any]
) -> None:
    """run.json: what was made, skipped and failed, from what, by which versions, and every file's hash."""
    record = {
        "quarter": target.name,
        "made": [line_of(outcome) for outcome in outcomes if not outcome.error and not outcome.skipped],
        "skipped": [line_of(outcome) for outcome in outcomes if outcome.skipped],
        "failed": [line_of(outcome) for outcome in outcomes if outcome.error],
        **about,
        "versions": versions(),
        "commit": git_commit(),
        "outputs": dict(outputs),
    }
    write_whole(target / "run.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def certificate_path(target: Path) -> Path:
    """Where the certificate lies of a quarter that was made again."""
    return target.with_name(f"{target.name}.certificate.json")


def git_commit() -> str | None:
    """The commit of the package's repository, marked where its files have been changed since."""
    asked = ("describe", "--always", "--abbrev=40", "--dirty=+changed", "--exclude=*")
    command = ["git", "-C", str(PACKAGE.parent), *asked]
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout
        return told.strip() or None
    return None


def signed_files(target: Path) -> dict[str, str]:
    """Hashes of the files that a run of the quarter publishes."""
    return {name: found for name, found in file_hashes(target).items() if not UNSIGNED.fullmatch(name)}


def verify(target: Path) -> list[str]:
    """What in a quarter's folder does not match run.json, a sentence each; empty if all does."""
    problems = unlike(read_run(target)["outputs"], signed_files(target))
    if journal_path(target.parent, target.name).exists():
        problems.insert(0, "a run is under way or was cut short; finish it with `asn briefs`")
    return problems


def refuse_altered(target: Path) -> None:
    """Raises a ValueError where a quarter is not as its run left it."""
    if problems := verify(target):
        raise ValueError(f"{target} does not match its run.json: {'; '.join(problems[:3])}.")


def standing_run(
    data: Mapping[str, str],
    out: Path,
    asked: Sequence[object],
    bring: Callable[[str], None] = lambda quarter: None,
) -> Run | None:
    """The run that this one would repeat, if it ended well and every file is as it left it, else None.

    Told from hashes of all that a quarter follows from, before any data are read.

    ``bring`` has the files of a quarter fetched, where they lie elsewhere.
    """
    start = time.monotonic()
    for target in sorted((path.parent for path in out.glob("*Q?/run.json")), reverse=True):
        with suppress(ValueError, KeyError, OSError):
            run = read_run(target)
            briefs = tuple(replace(one, skipped=True) for one in briefs_in(run))
            if is_whole(briefs) and run["parts"] == parts_of_run(data, target, asked):
                bring(target.name)
                if not verify(target):
                    seconds, notes = time.monotonic() - start, tuple(run["notes"])
                    return Run(target.name, target / "index.html", briefs, seconds, notes=notes)
    return None
