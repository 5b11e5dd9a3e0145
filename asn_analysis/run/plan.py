"""What has to be made, and why: a brief is made again only if something that it rests on changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from asn_analysis.pages.names import safe_name
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.run import hashes
from asn_analysis.run.hashes import digest, file_hashes, parts_of_brief
from asn_analysis.run.run_record import History, Outcome

CHANGED = {
    "data": "its data changed",
    "finding": "the city's finding, as a unit's brief shows it, changed",
    "rules": "the rules changed",
    "notebook": "the notebook changed",
    "package": "the package changed",
    "libraries": "a library's version changed",
    "languages": "other languages",
    "revision": "its revision changed",
}
SAID_ANEW = ("notebook", "package", "libraries")  # parts whose change may change them
FOUND_ANEW = ("data", "finding", "rules")  # parts whose change is expected to change numbers
NEW, FORCED, ALTERED = "not made before", "forced", "its files are missing or were altered"
LEFT_OUT = "a part of it was left out because of an error"
NO_PDF = "there is no PDF of it yet"


@dataclass(frozen=True)
class Options:
    """How a run works; none of it changes a page, but ``languages`` and ``reason``.

    Attributes
    ----------
    languages : the languages to write
    force : make again what already stands
    reason : why numbers of a published quarter change; its briefs print it
    resume : the command that finishes a run with failures
    pdf : write each page also as PDF; a brief that stands keeps the PDF that it has
    despite_few : replace a published brief although the difference tells of a few people's answers
    parts : hash of each thing that the run's pages follow from, for the next run to compare; none if unknown
    notes : what the operator is told of the survey, which run.json keeps
    rerun : what making the quarter again needs, which run.json keeps
    """

    languages: tuple[str, ...]
    force: bool = False
    reason: str = ""
    resume: str = ""
    pdf: bool = False
    despite_few: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rerun: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One brief: what it is made from, hashes of that, and why it must be made (None: it stands).

    ``may_need_reason`` says that readers have it, and that its numbers may change.
    """

    inputs: Inputs
    parts: dict[str, str]
    folder: Path
    why: str | None
    may_need_reason: bool = False

    @property
    def scope(self) -> str:
        return self.inputs.scope

    @property
    def revision(self) -> dict[str, Any] | None:
        """What the page says about changed numbers."""
        return self.inputs.about["revision"]


def task(inputs: Inputs, target: Path, history: History, options: Options, *, asked: bool = True) -> Task:
    """Hold a brief's inputs against what the last run left of it; ``asked`` for, an arm is tried again."""
    entry = history.entries.get(inputs.scope)
    inputs = _with_revision(inputs, entry.revision if entry else None)
    folder = brief_folder(target, inputs.scope)
    parts = parts_of_brief(inputs.about, notebook_of(inputs.scope), options.languages)
    why = _why(parts, entry, folder)
    if asked and entry:
        why = FORCED if options.force else why or _wanted_too(entry, options)
    return Task(inputs, parts, folder, why, _may_need_reason(parts, history, entry, folder))


def _wanted_too(entry: Outcome, options: Options) -> str | None:
    """Why a brief that stands is made again all the same."""
    if entry.left_out:
        return LEFT_OUT
    return NO_PDF if options.pdf and not any(name.endswith(".pdf") for name in entry.files) else None


def _may_need_reason(parts: Mapping[str, str], history: History, entry: Outcome | None, folder: Path) -> bool:
    if entry is None or not history.published:
        return False
    changed = any(entry.parts.get(name) != parts[name] for name in (*FOUND_ANEW, *SAID_ANEW))
    return changed and intact(entry, folder)


def revised(made: Task, revision: dict[str, Any] | None) -> Task:
    """The same brief with another revision on its page."""
    parts = {**made.parts, "revision": digest(revision)}
    return replace(made, inputs=_with_revision(made.inputs, revision), parts=parts)


def next_revision(before: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """Why numbers changed, and what the first screen said before."""
    said = {
        "ikm": before["ikm"] and before["ikm"]["value"],
        "grade": before["ikm"] and before["ikm"]["grade"],
        "estimate": before["effect"]["estimate"],
        "label": before["verdict"]["label"],
    }
    number = 1 + (before["revision"] or {"number": 0})["number"]
    return {"number": number, "reason": reason, "before": said}


def _with_revision(inputs: Inputs, revision: dict[str, Any] | None) -> Inputs:
    return replace(inputs, about={**inputs.about, "revision": revision})


def brief_folder(target: Path, scope: str) -> Path:
    return target / CITY if scope == CITY else target / "units" / safe_name(scope)


def notebook_of(scope: str) -> Path:
    return hashes.NOTEBOOKS / ("city_brief.ipynb" if scope == CITY else "unit_brief.ipynb")


def intact(entry: Outcome, folder: Path) -> bool:
    """Whether the files of a brief are there as they were made."""
    found = file_hashes(folder)
    return bool(entry.files) and all(found.get(name) == digest for name, digest in entry.files.items())


def _why(parts: Mapping[str, str], entry: Outcome | None, folder: Path) -> str | None:
    if entry is None:
        return NEW
    changed = [CHANGED[name] for name in parts if entry.parts.get(name) != parts[name]]
    return ", ".join(changed) or (None if intact(entry, folder) else ALTERED)
