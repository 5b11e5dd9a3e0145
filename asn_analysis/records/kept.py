"""What was worked out of a file, kept beside it, so that only a new or changed file is read again.

Kept in a hidden folder beside the file: sums over few people then lie where the answers lie, under the
same rights, and go when these go. A result is named by the hash of the file's content, of the question put
to it and of this room's code, and by the hash of its own bytes: one that does not match is made again. It
takes its place whole, so runs may share it. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

FOLDER = ".kept"
HASHES = "hashes.json"
# A file changed within this time of being hashed might change again under the same time stamp.
SETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of usual file systems


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


def kept(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    question: str,
    answer: Callable[[], duckdb.DuckDBPyRelation],
) -> pd.DataFrame:
    """The answer's rows, from what was kept if ``question`` was put to this content before.

    ``question`` says all that the answer depends on beside the file's content; ``name`` tells answers
    of one file apart, of which the last is kept.
    """
    found = recalled(con, path, name, question)
    return keep(con, path, name, question, answer()) if found is None else found


def recalled(con: duckdb.DuckDBPyConnection, path: Path, name: str, question: str) -> pd.DataFrame | None:
    """What was kept, or nothing if there is none or it is damaged."""
    stem = _stem(path, name, question)
    for entry in (path.parent / FOLDER).glob(f"{stem}.*.parquet"):
        try:
            if entry.name == f"{stem}.{file_sha256(entry)[:32]}.parquet":
                return con.read_parquet(str(entry)).df()
        except (OSError, duckdb.Error):
            continue
    return None


def keep(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, question: str, answer: duckdb.DuckDBPyRelation
) -> pd.DataFrame:
    folder, stem = path.parent / FOLDER, _stem(path, name, question)
    temporary = folder / f"{stem}.{os.getpid()}"
    frame = answer.df()
    try:
        folder.mkdir(exist_ok=True)
        con.from_df(frame).write_parquet(str(temporary))
        final = folder / f"{stem}.{file_sha256(temporary)[:32]}.parquet"
        temporary.replace(final)
        for entry in folder.glob(f"{path.stem}.{name}.*.parquet"):
            if entry != final:
                entry.unlink(missing_ok=True)
    except (OSError, duckdb.Error):
        return frame
    return frame


def _stem(path: Path, name: str, question: str) -> str:
    asked = f"{content_sha256(path)}\n{_this_room()}\n{question}"
    return f"{path.stem}.{name}.{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


@cache
def _this_room() -> str:
    """Hash of the modules and words that read and check: what an earlier version found is not taken over."""
    modules = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".yml"))
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()
