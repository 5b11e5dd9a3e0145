"""One run at work: which briefs are sent out, what becomes of them, and where they are put."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from asn_analysis.pages.gate import PersonalData, write_whole
from asn_analysis.pages.names import safe_name
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.records.folders import put_in_place
from asn_analysis.records.privacy import last_words, listed
from asn_analysis.rules.rules import load_analysis
from asn_analysis.run import difference
from asn_analysis.run.difference import Change, changes
from asn_analysis.run.hashes import package_sha256
from asn_analysis.run.interrupts import uninterrupted
from asn_analysis.run.jobs import (
    FAILED_NOTEBOOK,
    Job,
    Stopped,
    make_brief,
    refuse_parameters,
)
from asn_analysis.run.plan import FOUND_ANEW, Options, Task, intact, next_revision, notebook_of, revised, task
from asn_analysis.run.run_record import History, Outcome, note

OURS = re.compile(r"brief\..*|record\.json")  # files of a brief's folder that a run makes
LOOK_EVERY = 1  # seconds, after which whoever works is looked after
BEGUN_AHEAD = 2  # briefs of units while the city's is made: enough after a corrected answer


class NeedsReason(ValueError):
    """Numbers of a published quarter would change, and nobody has said why."""

    def __init__(self, found: Sequence[Change]) -> None:
        first = sorted(found, key=lambda change: change.prominence)
        shown = difference.listed(first, 5, Change.in_words)
        super().__init__(
            f"{len(found)} numbers of a published brief would change:\n{shown}\n"
            'Nothing of it was written. Say why with --reason "...", which the brief will print, '
            "or make the quarter elsewhere with --out and compare with `asn diff`."
        )


class TellsOfFew(ValueError):
    """Briefs that stand would be replaced by ones that differ from them by a few people's answers."""

    def __init__(self, units: Sequence[str]) -> None:
        shown = listed(units[:5], "and") + (f" and {len(units) - 5} more" if len(units) > 5 else "")
        super().__init__(
            f"Fewer than {load_analysis().fewest_respondents} answers changed since the briefs of {shown} "
            "were made: whoever holds both can subtract, and knows what these people answered. Nothing was "
            "written. Wait until more answers have come, or withdraw the earlier briefs and publish all the "
            "same with --despite-few."
        )


@dataclass
class Desk:
    """One run at work: sends out jobs, puts what comes back in its place, and notes it."""

    target: Path
    workshop: Path
    options: Options
    history: History
    journal: Path
    executor: Executor
    tell: Callable[[Outcome], None]
    outcomes: list[Outcome] = field(default_factory=list)
    pending: dict[Future[Outcome], Task] = field(default_factory=dict)
    begun: dict[str, tuple[Task, Future[Outcome]]] = field(default_factory=dict)
    ready: bool = False

    @property
    def here(self) -> bool:
        """Whether notebooks run in this process's own threads, not on other machines."""
        return isinstance(self.executor, ThreadPoolExecutor)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *error: object) -> None:
        futures = [*self.pending, *(future for _, future in self.begun.values())]
        for future in futures:
            future.cancel()
        if self.here:
            from asn_analysis.run import kernels

            kernels.stop_kernels()
            running = [future for future in futures if not future.cancelled()]
            wait(running, timeout=30)  # they end with their kernels, and must not write any more

    def make(self, wanted: Sequence[Inputs], meanwhile: Callable[[], None] = lambda: None) -> None:
        """Make the briefs that do not stand; come back when all are in their place or have failed.

        What may be done ``meanwhile`` does not wait for the first of them.
        """
        for inputs in wanted:
            looked_at = task(inputs, self.target, self.history, self.options)
            if looked_at.why is None:
                self._stands(looked_at)
            else:
                self._submit(self._foresee_revision(looked_at))
        if self.pending and self.here:
            with uninterrupted():
                # Slow, so while the first kernels work.
                from asn_analysis.pages import catalogue, open_data, page, workbook  # noqa: F401
                from asn_analysis.pages.templates import environment

                environment().get_template("catalogue.html.j2")
        meanwhile()
        while self.pending:
            done, _ = wait(self.pending, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in done:
                self._receive(future)
            if not done:
                self._look_after_workers()

    def begin(self, likely: Iterable[Inputs]) -> None:
        """Send out the first briefs that are to be made if these turn out to be their inputs."""
        for inputs in likely:
            looked_at = task(inputs, self.target, self.history, self.options)
            if looked_at.why is not None and len(self.begun) < BEGUN_AHEAD:
                begun = self._foresee_revision(looked_at)
                self.begun[begun.scope] = begun, self._send(begun)

    def _look_after_workers(self) -> None:
        """Raise where nothing can come back any more; threads of our own always come back."""
        getattr(self.executor, "look", lambda: None)()

    def keep(self, others: Sequence[Inputs]) -> None:
        """Briefs that were not asked for now, where nothing that they rest on has changed."""
        for inputs in others:
            if inputs.scope not in self.history.entries:
                continue
            looked_at = task(inputs, self.target, self.history, self.options, asked=False)
            if looked_at.why is None:
                self._stands(looked_at, quietly=True)

    def in_order(self) -> tuple[Outcome, ...]:
        return tuple(sorted(self.outcomes, key=lambda outcome: (outcome.scope != CITY, outcome.scope)))

    def _stands(self, stands: Task, *, quietly: bool = False) -> None:
        outcome = replace(self.history.entries[stands.scope], skipped=True)
        self.outcomes.append(outcome)
        if not quietly:
            self.tell(outcome)

    def _submit(self, wanted: Task) -> None:
        begun, future = self.begun.pop(wanted.scope, (None, None))
        if begun is not None and begun.parts != wanted.parts:
            wait([future])  # both write into one folder
            shutil.rmtree(self._staged(wanted), ignore_errors=True)
            future = None
        self.pending[future or self._send(wanted)] = wanted

    def _staged(self, wanted: Task) -> Path:
        return self.workshop / (CITY if wanted.scope == CITY else f"unit-{safe_name(wanted.scope)}")

    def _send(self, wanted: Task) -> Future[Outcome]:
        self._get_ready()
        staged = self._staged(wanted)
        prepared = staged.with_name(f"{staged.name}.json")
        prepared.write_text(wanted.inputs.to_json(), encoding="utf-8")
        job = Job(
            scope=wanted.scope,
            notebook=str(self.workshop / notebook_of(wanted.scope).name),
            prepared=str(prepared),
            staged=str(staged),
            languages=self.options.languages,
            package=package_sha256(),
            pdf=self.options.pdf,
        )
        return self.executor.submit(make_brief, job)

    def _get_ready(self) -> None:
        """What only a run that makes something needs: kernels, and notebooks that nobody edits meanwhile."""
        if self.ready:
            return
        self.ready = True
        if self.here:
            from asn_analysis.run import kernels

            kernels.open_kernels()
        for scope in (CITY, "unit"):
            notebook = notebook_of(scope)
            refuse_parameters(notebook, {"prepared": str(self.workshop)})
            shutil.copy(notebook, self.workshop)

    def _receive(self, future: Future[Outcome]) -> None:
        wanted = self.pending.pop(future)
        try:
            outcome = future.result()
        except CancelledError:  # not by us: the scheduler has forgotten it
            self._look_after_workers()
            raise Stopped(
                "the cluster has called the briefs off, as when its scheduler is stopped or restarted"
            ) from None
        except (PersonalData, Stopped):
            raise
        except Exception as error:  # the worker died, and its replacements with it
            outcome = Outcome(wanted.scope, 0.0, last_words(error))
        staged = self._staged(wanted)
        if outcome.error:
            self._keep_evidence(staged, wanted)
        elif (other := self._other_revision(staged, wanted)) is not wanted:
            self._submit(other)
            return
        outcome = replace(outcome, parts=wanted.parts, revision=wanted.revision)
        self.outcomes.append(outcome)
        note(self.journal, outcome)
        if not outcome.error:  # only after the journal knows it, so that a revision is never lost
            _carry(wanted.folder, staged)
            put_in_place(staged, wanted.folder)
        self.tell(outcome)

    def _keep_evidence(self, staged: Path, failed: Task) -> None:
        notebook = staged / FAILED_NOTEBOOK
        if notebook.exists():
            write_whole(failed.folder / FAILED_NOTEBOOK, notebook.read_text(encoding="utf-8"))

    def _published(self, made: Task) -> dict[str, Any] | None:
        """The record that readers have; None if the quarter, or this brief of it, was never published."""
        entry = self.history.entries.get(made.scope)
        published = self.history.published and entry is not None and intact(entry, made.folder)
        return read_record(made.folder) if published else None

    def _foresee_revision(self, wanted: Task) -> Task:
        """Where other numbers are to be expected, the brief is made with its revision at once."""
        entry, before = self.history.entries.get(wanted.scope), self._published(wanted)
        if before is None or not self.options.reason:
            return wanted
        expected = any(entry.parts.get(name) != wanted.parts[name] for name in FOUND_ANEW)
        return revised(wanted, next_revision(before, self.options.reason)) if expected else wanted

    def _other_revision(self, staged: Path, made: Task) -> Task:
        """The same task, or one with the revision that the numbers found call for."""
        before = self._published(made)
        if before is None:
            return made
        found = changes(before, read_record(staged))
        if not found:
            return made if made.revision == before["revision"] else revised(made, before["revision"])
        if made.revision != before["revision"]:
            return made
        if not self.options.reason:
            raise NeedsReason(found)
        return revised(made, next_revision(before, self.options.reason))


def read_record(folder: Path) -> dict[str, Any]:
    """The record beside a brief."""
    return msgspec.json.decode((folder / "record.json").read_bytes())  # of every unit, for the catalogue


def _carry(folder: Path, staged: Path) -> None:
    """Keep what somebody has laid beside a brief, as the copy that was signed."""
    beside = [path for path in folder.glob("*") if not OURS.fullmatch(path.name)]
    for path in beside:
        if path.is_dir():
            shutil.copytree(path, staged / path.name)
        else:
            shutil.copy2(path, staged)
