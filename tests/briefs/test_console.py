"""What an operator sees while a run works: a bar on a terminal, few lines elsewhere, a log without data."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

from asn_analysis.cli.console import Progress
from asn_analysis.run.run_record import Outcome

FAILED = Outcome("PKM-03", 1.0, "ValueError: the answer of R-0001 is 7")
BAR = re.compile(
    r"\r(?P<scope>\S+): +\d+%\|[^|]*\| (?P<done>\d+)/(?P<total>\d+) \[\d\d:\d\d<(?P<left>\d\d:\d\d)"
)


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Standard error as a terminal of 100 columns; what it showed is in the list at the end."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    screen, inner = pty.openpty()
    termios.tcsetwinsize(inner, (24, 100))
    shown: list[str] = []
    with os.fdopen(inner, "w", encoding="utf-8") as stderr, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stderr)  # in the test itself: pytest sets its own before each
        yield shown
        read = b""
        while select([screen], [], [], 0.5)[0]:  # the system passes it on a little later
            read += os.read(screen, 65536)
        shown.append(read.decode())
    os.close(screen)


def test_a_terminal_shows_the_unit_how_many_are_done_and_the_time_left(monkeypatch, tmp_path):
    with terminal(monkeypatch) as shown, Progress(3, tmp_path / "run.log") as progress:
        for scope in ("city", "36.73.01", "PKM-04"):
            time.sleep(0.6)
            progress.tell(Outcome(scope, 0.6))
    seen = [match.groupdict() for match in BAR.finditer(shown[0])]
    assert [(bar["scope"], bar["done"], bar["total"]) for bar in seen[:3]] == [
        ("city", "1", "3"),
        ("36.73.01", "2", "3"),
        ("PKM-04", "3", "3"),
    ]
    assert seen[2]["left"] == "00:00"


def test_a_terminal_shows_a_failure_on_a_line_of_its_own(monkeypatch, tmp_path):
    with terminal(monkeypatch) as shown, Progress(2, tmp_path / "run.log") as progress:
        progress.tell(FAILED)
    assert f"\r{FAILED.scope}: {FAILED.error}\r\n" in shown[0]


def test_elsewhere_there_is_a_line_at_each_tenth_and_no_control_character(tmp_path, capsys):
    with Progress(40, tmp_path / "run.log") as progress:
        for number in range(40):
            progress.tell(Outcome(f"unit {number}", 1.0))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"{done} of 40 (unit {done - 1})" for done in range(4, 41, 4)
    ]
    assert all(re.fullmatch(r"[ -~]+, \d+ s left", line) for line in lines)


def test_a_failure_is_told_at_once_and_the_log_keeps_its_kind_alone(tmp_path: Path, capsys):
    with Progress(40, tmp_path / "run.log") as progress:
        progress.tell(FAILED)
        progress.tell(Outcome("PKM-04", 1.25))
    assert capsys.readouterr().err.strip() == f"{FAILED.scope}: {FAILED.error}"
    logged = [line.split(" ", 2)[2] for line in (tmp_path / "run.log").read_text().splitlines()]
    assert logged == ["PKM-03: failed: ValueError", "PKM-04: made in 1.2 s"]
