"""Files that are complete at every moment, and one run at a time in a quarter's folder."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from asn_analysis.pages.gate import PersonalData, write_whole
from asn_analysis.records.folders import ASIDE, copy_by_name, put_back, put_in_place


class Busy(ValueError):
    """Another run works on the same quarter."""


@contextmanager
def whole_or_nothing(out: Path, quarter: str, workshop: Path) -> Iterator[None]:
    """If personal data are found on the way, put the quarter back as it stood."""
    target, journal, before = out / quarter, journal_path(out, quarter), workshop / "before"
    notes = journal.read_bytes() if journal.exists() else None
    if target.exists():
        copy_by_name(target, before)
    try:
        yield
    except PersonalData:
        if before.exists():
            put_in_place(before, target)
        else:
            shutil.rmtree(target, ignore_errors=True)
        journal.unlink(missing_ok=True) if notes is None else journal.write_bytes(notes)
        raise


def journal_path(out: Path, quarter: str) -> Path:
    """Where a run that is under way, or was killed, has noted what stands."""
    return out / f".{quarter}.journal"


@contextmanager
def sole_run(out: Path, quarter: str) -> Iterator[Path]:
    """Hold a quarter, and a workshop on its storage, which every worker sees, for one run.

    The system releases the lock when the process that holds it dies, however it dies.

    Raises
    ------
    Busy, ValueError
        If another run holds it, which is named, or nothing can be written there.
    """
    lock = FileLock(out / f".{quarter}.lock", timeout=0, mode=0o644)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        if not Path(lock.lock_file).exists():  # filelock also waits where no file can be made
            raise ValueError(f"Cannot write into {out}. Choose another folder with --out.") from None
        raise Busy(f"{out / quarter} is being made by another run{_holder(out, quarter)}.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Busy(
            f"Cannot write into {out} ({lock.lock_file}: {why}). Choose another folder with --out; or delete "
            "this file, if no run is under way."
        ) from None
    try:
        clean(out, quarter)
        _announce(out, quarter)
        folder = Path(tempfile.mkdtemp(prefix=f".{quarter}-", dir=out)).absolute()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            (out / f".{quarter}.holder").unlink(missing_ok=True)
    finally:
        lock.release()


def clean(out: Path, quarter: str) -> None:
    """Remove what a killed run left half-done; put back what it had just taken aside."""
    for workshop in out.glob(f".{quarter}-*"):
        shutil.rmtree(workshop, ignore_errors=True)
    for part in (out / quarter).glob("**/.*.part"):
        part.unlink(missing_ok=True)
    for aside in (out / quarter).glob(f"**/.*.{ASIDE}"):
        put_back(aside)


def _announce(out: Path, quarter: str) -> None:
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    write_whole(out / f".{quarter}.holder", json.dumps({"pid": os.getpid(), "started": started}))


def _holder(out: Path, quarter: str) -> str:
    with suppress(OSError, ValueError):
        holder = json.loads((out / f".{quarter}.holder").read_text(encoding="utf-8"))
        return f", process {holder['pid']}, started {holder['started']}"
    return " that has just started"
