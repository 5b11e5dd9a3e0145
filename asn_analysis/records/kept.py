"""What was worked out of a file, kept beside it, so that only a new or changed file is read again.

Kept in a hidden folder beside the file: sums over few people, and texts of the registers without whom they
name, then lie where the answers lie, under the same rights, and go when these go. A result is named by the
hash of the file's content, of the question put to it and of all that read and checked it, and by the hash of
its own bytes: one that does not match is made again. It takes its place whole, so runs may share it. Where
nothing can be written, nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow.parquet import ParquetFile, write_table

from asn_analysis.records.hashed import FOLDER, content_sha256, file_sha256

LIBRARIES = ("duckdb", "pandas", "pyarrow", "python-stdnum")


def kept(path: Path, name: str, question: str, answer: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The answer, from what was kept if ``question`` was put to this content before.

    ``question`` says all that the answer depends on beside the file's content; ``name`` tells answers
    of one file apart, of which the last is kept.
    """
    found = recalled(path, name, question)
    return keep(path, name, question, answer()) if found is None else found


def recalled(path: Path, name: str, question: str) -> pd.DataFrame | None:
    """What was kept, or nothing if there is none or it is damaged."""
    stem = _stem(path, name, question)
    for entry in (path.parent / FOLDER).glob(f"{stem}.*.parquet"):
        try:
            if entry.name == f"{stem}.{file_sha256(entry)[:32]}.parquet":
                # Of one thread: in a tenth of the time that DuckDB takes over so small a file.
                return ParquetFile(entry).read(use_threads=False).to_pandas(use_threads=False)
        except (OSError, pa.ArrowException):
            continue
    return None


def keep(path: Path, name: str, question: str, answer: pd.DataFrame) -> pd.DataFrame:
    """Put an answer down; returns it."""
    folder, stem = path.parent / FOLDER, _stem(path, name, question)
    temporary = folder / f"{stem}.{os.getpid()}"
    with suppress(OSError, pa.ArrowException):
        folder.mkdir(exist_ok=True)
        write_table(pa.Table.from_pandas(answer, preserve_index=False), temporary)
        final = folder / f"{stem}.{file_sha256(temporary)[:32]}.parquet"
        temporary.replace(final)
        for entry in folder.glob(f"{path.stem}.{name}.*.parquet"):
            if entry != final:
                entry.unlink(missing_ok=True)
    return answer


def _stem(path: Path, name: str, question: str) -> str:
    asked = f"{content_sha256(path)}\n{_this_room()}\n{question}"
    return f"{path.stem}.{name}.{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


@cache
def _this_room() -> str:
    """Hash of all that reads and checks, words too: what another version found is not taken over."""
    modules = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".yml"))
    used = "\n".join((sys.version, *map(version, LIBRARIES)))
    return hashlib.sha256(b"".join((used.encode(), *(path.read_bytes() for path in modules)))).hexdigest()
