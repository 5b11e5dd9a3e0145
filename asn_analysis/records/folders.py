"""A folder that changes as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def built_beside(into: Path) -> Iterator[Path]:
    """A copy of the folder to work on; it takes the folder's place only if nothing failed.

    Files of the copy are second names of the old ones: take a file away before writing it anew.

    Raises
    ------
    ValueError
        If another process is at this folder: what the first to end had added would be lost.
    """
    into = into.resolve()
    into.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(into.with_name(f".{into.name}.lock"), mode=0o644)
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(f"{into} is being written by another command; wait until it has ended.") from None
    with held:
        try:
            with _built(into) as work:
                yield work
        finally:  # still held, so that nobody takes it in between
            with suppress(OSError):
                Path(lock.lock_file).unlink()


@contextmanager
def _built(into: Path) -> Iterator[Path]:
    work, old = (into.with_name(f".{into.name}.{end}") for end in ("new", "before"))
    if not into.exists() and old.exists():
        old.rename(into)  # an earlier run was cut off between the two renames
    for left in (work, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        if into.exists():
            shutil.copytree(into, work, copy_function=_linked)
        else:
            work.mkdir()
        yield work
        _swap(work, into, old)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, into: Path, old: Path) -> None:
    """The new folder in the place of the old one, which comes back if that does not succeed."""
    try:
        if into.exists():
            into.rename(old)
        work.rename(into)
    except BaseException:
        if old.exists() and not into.exists():
            old.rename(into)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _linked(source: str, target: str) -> None:
    """The same file under a second name; what is changed is always written anew."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
