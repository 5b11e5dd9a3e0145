"""Workbooks of every usual kind as sheets of texts; those that would fill the memory are refused in words."""

from __future__ import annotations

import atexit
import marshal
import os
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from asn_analysis.records import sandbox
from asn_analysis.records.coded import Coded
from asn_analysis.records.source import unreadable

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a table of a page.

    ``amiss`` are cells (row, letters of the column, text) whose formula has no result, or that hold an error
    such as #N/A; ``unseen`` how many rows are hidden.
    """

    title: str
    cells: Coded
    hidden: bool = False
    amiss: tuple[tuple[int, str, str], ...] = ()
    unseen: int = 0


def read_workbook(path: Path, label: str) -> tuple[Sheet, ...]:
    """Its sheets, from a process whose memory and time are bounded; a ``DatasetError`` says why not."""
    answer = _read(path, path.stat().st_mtime_ns)
    if "sheets" in answer:
        return answer["sheets"]
    told = dict(answer["told"])
    place = f"{label}, sheet {sheet}" if (sheet := told.pop("sheet", "")) else label
    raise unreadable(place, answer["refused"], **told)


@lru_cache(maxsize=8)  # as many as a data set has tables
def _read(path: Path, modified: int) -> dict[str, Any]:
    """``modified`` lets a file that changed be read again."""
    answer = _reader(os.getpid()).ask(path)
    return {"sheets": tuple(map(_sheet, answer["sheets"]))} if "sheets" in answer else answer


def _sheet(told: dict[str, Any]) -> Sheet:
    numbers, lengths, codes = (np.frombuffer(told[name], "I") for name in ("numbers", "lengths", "codes"))
    cells = Coded.of(numbers, lengths, codes, told["texts"])
    cells = cells.take(np.flatnonzero(cells.filled))  # the process that reads sees fewer signs as blank
    return Sheet(told["title"], cells, told["hidden"], tuple(told["amiss"]), told["unseen"])


@lru_cache(maxsize=1)
def _reader(pid: int) -> _Reader:
    """One a process: a copy that was forked off would read its parent's answers."""
    return _Reader()


@dataclass
class _Reader:
    """The process that reads; a new one where a file has ended it."""

    process: subprocess.Popen[bytes] | None = field(default=None)

    def ask(self, path: Path) -> dict[str, Any]:
        if self.process is None:
            self.process = _started()
        try:
            self.process.stdin.write(os.fsencode(path.resolve()).hex().encode() + b"\n")
            self.process.stdin.flush()
            (length,) = struct.unpack("<Q", self.process.stdout.read(8))
            return marshal.loads(self.process.stdout.read(length))
        except (OSError, struct.error, EOFError, ValueError):
            self.end()
            return {"refused": "heavy", "told": {}}
        except BaseException:  # an answer half read
            self.end()
            raise

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def _started() -> subprocess.Popen[bytes]:
    # -P: no module of this folder stands in for one of Python's.
    command = [sys.executable, "-P", sandbox.__file__]
    threads = os.environ | {"OPENBLAS_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=threads, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    atexit.register(process.kill)
    return process
