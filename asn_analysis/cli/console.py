"""What an operator sees of a run: progress, a log without personal data, what was made or would be."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from asn_analysis.cli.counted import counted
from asn_analysis.run.run_record import Outcome, Run

if TYPE_CHECKING:  # slow to import, and not needed to tell that a quarter stands
    from asn_analysis.run.plan import Options, Task

TENTHS = 10
MOST_SHOWN = 20


class Progress:
    """Tells each outcome: a bar on a terminal, else a line at each tenth; failures always; all to a log."""

    def __init__(self, total: int, log: Path) -> None:
        self.total, self.done, self.start, self.log = total, 0, time.monotonic(), log
        self.terminal = sys.stderr.isatty()
        self.bar = tqdm(total=total, unit="brief", disable=not self.terminal, dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def tell(self, outcome: Outcome) -> None:
        self.done += 1
        self.bar.set_description(outcome.scope, refresh=False)
        self.bar.update()
        if outcome.error:
            self.bar.write(f"{outcome.scope}: {outcome.error}", file=sys.stderr)
        elif not self.terminal and self.done * TENTHS // self.total > (self.done - 1) * TENTHS // self.total:
            left = (time.monotonic() - self.start) / self.done * (self.total - self.done)
            print(f"{self.done} of {self.total} ({outcome.scope}), {left:.0f} s left", file=sys.stderr)
        with suppress(OSError), self.log.open("a", encoding="utf-8") as log:  # the run tells of a full disk
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {_log_line(outcome)}\n")


def _log_line(outcome: Outcome) -> str:
    """Never the message of a brief's error, which may quote the data; an arm's last line is redacted."""
    if outcome.error:
        return f"{outcome.scope}: failed: {outcome.error.split(':')[0]}"
    without = f", without {'; '.join(outcome.left_out)}" if outcome.left_out else ""
    made = "unchanged" if outcome.skipped else f"made in {outcome.seconds:.1f} s"
    return f"{outcome.scope}: {made}{without}"


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
        lines.append(f"  not surveyed: {_few(names)}")
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
        f"{run.quarter}: {counted(len(made), 'brief')} made ({counted(len(languages) * len(made), 'page')}), "
        f"{len(skipped)} unchanged, {len(run.failed)} failed, in {run.seconds:.0f} s."
    ]
    lines += run.notes
    lines += [f"  failed: {outcome.scope}: {outcome.error}" for outcome in run.failed]
    if run.failed:
        lines.append(f"Finish with: {run.resume}")
    lines += [
        f"  left out of {counted(len(scopes), 'brief')}: {line}" for line, scopes in run.left_out.items()
    ]
    if run.left_out:
        lines.append("The next run tries again what was left out; run.log names the briefs.")
    lines += [
        f"  on no page of {counted(len(scopes), 'brief')}: {line}" for line, scopes in run.unshown.items()
    ]
    if run.index:
        lines.append(f"Open {out}/{run.quarter}/{run.index.name}")
    return "\n".join(lines)


def forecast(
    tasks: Sequence[tuple[Task, float]], out: str, quarter: str, options: Options, at_a_time: int
) -> str:
    """What a run would make and why, what it would ask for and leave, and how long it would take."""
    wanted = [(task, seconds) for task, seconds in tasks if task.why]
    total = sum(seconds for _, seconds in wanted) / at_a_time
    lines = [
        f"Would make {counted(len(wanted), 'brief')} in {', '.join(options.languages)} for {quarter} into "
        f"{out}; {len(tasks) - len(wanted)} unchanged; about {total:.0f} s with "
        f"{counted(at_a_time, 'notebook')} at a time."
    ]
    lines += options.notes
    for why in dict.fromkeys(task.why for task, _ in wanted):
        lines.append(f"  {why}: {_few([task.scope for task, _ in wanted if task.why == why])}")
    published = [task.scope for task, _ in wanted if task.may_need_reason]
    if published and not options.reason:
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
