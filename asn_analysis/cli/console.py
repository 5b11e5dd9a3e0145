"""What an operator sees of a run: progress, a log without personal data, what was made or would be."""

from __future__ import annotations

import logging
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from asn_analysis.run.run_record import Outcome, Run

if TYPE_CHECKING:  # slow to import, and not needed to tell that a quarter stands
    from asn_analysis.run.difference import Change
    from asn_analysis.run.plan import Task

TENTHS = 10
MOST_SHOWN = 20


class Progress:
    """Tells each outcome: a bar on a terminal, else a line at each tenth; failures always."""

    def __init__(self, total: int, log: Path) -> None:
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.bar = tqdm(total=total, unit="brief", disable=not self.terminal, dynamic_ncols=True)
        self.log = _open_log(log)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()
        for handler in list(self.log.handlers):
            self.log.removeHandler(handler)
            handler.close()

    def tell(self, outcome: Outcome) -> None:
        self.done += 1
        self.bar.set_description(outcome.scope, refresh=False)
        self.bar.update()
        if outcome.error:
            self.bar.write(f"{outcome.scope}: {outcome.error}", file=sys.stderr)
        elif not self.terminal and self.done * TENTHS // self.total > (self.done - 1) * TENTHS // self.total:
            left = (time.monotonic() - self.start) / self.done * (self.total - self.done)
            print(f"{self.done} of {self.total} ({outcome.scope}), {left:.0f} s left", file=sys.stderr)
        self.log.info(_log_line(outcome))


def _log_line(outcome: Outcome) -> str:
    """Never the message of a brief's error, which may quote the data; an arm's last line is redacted."""
    if outcome.error:
        return f"{outcome.scope}: failed: {outcome.error.split(':')[0]}"
    without = f", without {'; '.join(outcome.left_out)}" if outcome.left_out else ""
    return (
        f"{outcome.scope}: {'unchanged' if outcome.skipped else f'made in {outcome.seconds:.1f} s'}{without}"
    )


def _open_log(path: Path) -> logging.Logger:
    log = logging.Logger("asn_analysis.run")
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.handleError = lambda record: None  # a full disk is told by the run itself
    log.addHandler(handler)
    return log


def resume_command(
    data: Path, quarter: str, out: str, units: str, languages: Sequence[str], *further: str
) -> str:
    """What to type to finish a run: it goes on where the last one stood, with its ``further`` options."""
    options = ["--data", str(data), "--quarter", quarter, "--out", out, *further]
    if units != "all":
        options += ["--units", units]
    return shlex.join(["asn", "briefs", *options, "--languages", ",".join(languages)])


def coverage(survey: Mapping[str, Any], quarter: str, later: Mapping[str, int]) -> tuple[str, ...]:
    """Which units were not surveyed, and which newer quarters were passed over.

    Parameters
    ----------
    survey : ``about["surveyed"]`` of the city's inputs
    later : newer quarters with answers that nobody asked for, and their number of units
    """
    lines = []
    if survey["absent"]:
        state = "" if survey["by_quarter"][quarter]["complete"] else " The quarter is incomplete."
        lines.append(f"{quarter}: {survey['units']} of {survey['of']} units surveyed.{state}")
        names = [f"{unit['name']} ({unit['unit_id']})" for unit in survey["absent"]]
        more = f" and {len(names) - MOST_SHOWN} more (run.json lists all)" if len(names) > MOST_SHOWN else ""
        lines.append(f"  not surveyed: {', '.join(names[:MOST_SHOWN])}{more}")
    lines += [
        f"{newer} is passed over: {n} of {survey['of']} units have reported; ask for it by --quarter {newer}."
        for newer, n in later.items()
    ]
    return tuple(lines)


def report(run: Run, languages: Sequence[str], out: str) -> str:
    """What was made, what failed and why, and what to open in ``out``."""
    made = [outcome for outcome in run.outcomes if not outcome.error and not outcome.skipped]
    skipped = [outcome for outcome in run.outcomes if outcome.skipped]
    lines = [
        f"{run.quarter}: {len(made)} briefs made ({len(languages) * len(made)} pages), "
        f"{len(skipped)} unchanged, {len(run.failed)} failed, in {run.seconds:.0f} s."
    ]
    lines += run.notes
    lines += [f"  failed: {outcome.scope}: {outcome.error}" for outcome in run.failed]
    if run.failed:
        lines.append(f"Finish with: {run.resume}")
    lines += [f"  left out of {len(scopes)} briefs: {line}" for line, scopes in run.left_out.items()]
    if run.left_out:
        lines.append("The next run tries again what was left out; run.log names the briefs.")
    lines += [f"  on no page of {len(scopes)} briefs: {line}" for line, scopes in run.unshown.items()]
    if run.index:
        lines.append(f"Open {out}/{run.quarter}/{run.index.name}")
    return "\n".join(lines)


def forecast(
    tasks: Sequence[tuple[Task, float]],
    out: str,
    quarter: str,
    languages: Sequence[str],
    at_a_time: int,
    notes: Sequence[str] = (),
    reason: str = "",
) -> str:
    """What a run would make and why, what it would ask for and leave, and how long it would take."""
    wanted = [(task, seconds) for task, seconds in tasks if task.why]
    total = sum(seconds for _, seconds in wanted) / at_a_time
    lines = [
        f"Would make {len(wanted)} briefs in {', '.join(languages)} for {quarter} into {out}; "
        f"{len(tasks) - len(wanted)} unchanged; about {total:.0f} s with {at_a_time} notebooks at a time."
    ]
    lines += notes
    for why in dict.fromkeys(task.why for task, _ in wanted):
        scopes = [task.scope for task, _ in wanted if task.why == why]
        lines.append(f"  {why}: {_few(scopes)}")
    published = [task.scope for task, _ in wanted if task.may_need_reason]
    if published and not reason:
        lines.append(
            f"  Published already: {_few(published)}. If a number of them changes, the run stops and asks "
            'for --reason "...", which the brief will print.'
        )
    if wanted and wanted[0][0].scope == "city" and len(wanted) < len(tasks):
        lines.append("  If the city's finding changes in a printed digit, every unit's brief follows.")
    return "\n".join(lines)


def _few(scopes: Sequence[str]) -> str:
    more = f" and {len(scopes) - MOST_SHOWN} more" if len(scopes) > MOST_SHOWN else ""
    return ", ".join(scopes[:MOST_SHOWN]) + more


def listed(changes: Sequence[Change], most: int = MOST_SHOWN) -> str:
    """Changes a line each, and how many were left out."""
    lines = [f"  {change.summary()}" for change in changes[:most]]
    if len(changes) > most:
        lines.append(f"  and {len(changes) - most} more")
    return "\n".join(lines)


def in_words(changes: Sequence[Change], most: int) -> str:
    """The changes that readers would notice first, in words, and how many others there are."""
    first = sorted(changes, key=lambda change: change.prominence)[:most]
    lines = [f"  {change.in_words()}" for change in first]
    if len(changes) > most:
        lines.append(f"  and {len(changes) - most} more")
    return "\n".join(lines)
