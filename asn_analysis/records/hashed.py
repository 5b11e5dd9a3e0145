"""Hashes of files, remembered beside them, so that a file that stands as it was is not read again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

FOLDER = ".kept"
LETTERS = str.maketrans("0123456789", "ghijklmnop")
HASHES = "hashes.json"
# A file changed within this time of being hashed might change again under the same time stamp.
SETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of usual file systems


def in_letters(digest: str, n: int) -> str:
    """The start of a hash without digits: where twelve happen to stand together they pass for a phone."""
    return digest[:n].translate(LETTERS)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_sha256(path: Path) -> str:
    """Hash of the whole file, not read again while its size, times and inode are as they were."""
    known = _hashes(path.parent / FOLDER / HASHES)
    state = _state(path)
    if path.name in known and known[path.name]["state"] == state:
        return known[path.name]["sha256"]
    digest = file_sha256(path)
    if _state(path) == state:
        _note(path, {"state": state, "sha256": digest}, known)
    return digest


def settled(folder: Path) -> dict[str, dict]:
    """What is known of the files of ``folder`` that stand as they were when they were hashed."""
    known = _hashes(folder / FOLDER / HASHES)
    return {
        name: entry
        for name, entry in known.items()
        if (folder / name).exists() and _state(folder / name) == entry["state"]
    }


def carry_over(known: dict[str, dict], folder: Path) -> None:
    """Keep what was known of files that took second names, or lost them, and changed in nothing else.

    ``known`` is what ``settled`` said just before. A second name moves the time of the inode alone, and
    would have every file of a nation's survey hashed again for one that was added.
    """
    now = {name: _state(folder / name) for name in known if (folder / name).exists()}
    same = {
        name: known[name] | {"state": state}
        for name, state in now.items()
        if _without_links(state) == _without_links(known[name]["state"])
    }
    if same:
        _write(folder, _hashes(folder / FOLDER / HASHES) | same)


def _without_links(state: list[int]) -> list[int]:
    size, modified, _changed, inode = state
    return [size, modified, inode]


def _state(path: Path) -> list[int]:
    # The time of the last change to the inode cannot be set back, as that of the content can.
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _hashes(index: Path) -> dict[str, dict]:
    try:
        kept = json.loads(index.read_text(encoding="utf-8"))
        return kept["files"] if kept["sha256"] == _sealed(kept["files"]) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _sealed(files: dict) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _note(path: Path, entry: dict, known: dict[str, dict]) -> None:
    files = {name: told for name, told in known.items() if (path.parent / name).exists()}
    _write(path.parent, files | {path.name: entry}, changed=entry["state"][2])


def _write(folder: Path, files: dict[str, dict], changed: int = 0) -> None:
    """The index of hashes, unless a file that it tells of was ``changed`` too short a time ago."""
    temporary = folder / FOLDER / f"{HASHES}.{os.getpid()}"
    try:
        temporary.parent.mkdir(exist_ok=True)
        temporary.write_text(json.dumps({"files": files, "sha256": _sealed(files)}), encoding="utf-8")
        if temporary.stat().st_mtime_ns - changed < SETTLED:
            temporary.unlink()
        else:
            temporary.replace(folder / FOLDER / HASHES)
    except OSError:
        return
