"""Files and folders that are complete at every moment: each changes as a whole or not at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

EXCHANGE, HERE = 2, -100  # Linux: RENAME_EXCHANGE, AT_FDCWD
ASIDE = "before"  # what a folder that is being replaced is called meanwhile, where it cannot be exchanged


@contextmanager
def built_beside(into: Path) -> Iterator[Path]:
    """A copy of the folder to work on; it takes the folder's place only if nothing failed.

    Files of the copy are second names of the old ones: take a file away before writing it anew.

    Raises
    ------
    ValueError
        If nothing can be written there, or another process is at this folder: what the first to end had
        added would be lost.
    """
    into = into.resolve()
    into.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(into.with_name(f".{into.name}.lock"), mode=0o644)
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        if not Path(lock.lock_file).exists():  # filelock also waits where no file can be made
            raise ValueError(f"Cannot write into {into.parent}; choose another folder.") from None
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
    work = into.with_name(f".{into.name}.new")
    put_back(into.with_name(f".{into.name}.{ASIDE}"))
    shutil.rmtree(work, ignore_errors=True)
    try:
        if into.exists():
            copy_by_name(into, work)
        else:
            work.mkdir()
        yield work
        put_in_place(work, into)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def put_in_place(new: Path, target: Path) -> None:
    """Put a folder in the place of another in one step, so that its files always belong together."""
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(new)
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        # Elsewhere than on Linux: two steps, the first of which `put_back` can undo.
        aside = target.with_name(f".{target.name}.{ASIDE}")
        target.rename(aside)
        try:
            new.rename(target)
        except BaseException:
            put_back(aside)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    flush(target.parent)
    shutil.rmtree(new, ignore_errors=True)


def put_back(aside: Path) -> None:
    """What a process that was killed between the two steps had taken aside, if that never was replaced."""
    target = aside.with_name(aside.name[1 : -len(f".{ASIDE}")])
    if aside.exists() and not target.exists():
        aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return swap(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


def copy_by_name(source: Path, target: Path) -> None:
    """A copy whose files are second names of the old ones: files are only ever replaced, not changed."""
    shutil.copytree(source, target, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def put_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is never seen half-written, nor found empty after the power failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).chmod(0o644)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    try:
        Path(part.name).replace(path)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise
    flush(path.parent)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk, where its system can."""
    with suppress(OSError):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
