"""A bundle opened: nothing leaves its folder, nothing swells, every file is as its list of hashes has it."""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn_analysis.records.hashed import file_sha256
from asn_analysis.run.bundle import LOCK, RUN, SUMS
from asn_analysis.run.hashes import (
    PACKAGE,
    code_sha256,
    differing,
    digest,
    file_hashes,
    record_hashes,
    unlike,
)

MOST_BYTES = 4 * 1024**3  # unpacked; 2,000 briefs of a city take a quarter of it
MOST_FOLDED = 200  # times; pages shrink to a fifth, and the emptiest tables to a fiftieth
SMALL = 1024**2
PLACE = re.compile(r"(?!\.\.?(/|$))[^/\\:\0]+(/(?!\.\.?(/|$))[^/\\:\0]+)*")
SUM = re.compile(r"([0-9a-f]{64})  (.+)")
QUARTER = re.compile(r"\d{4}Q[1-4]")
AGAIN = "Get it once more from who made it, and compare its SHA-256 with theirs."


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds, unpacked into ``folder``, and the hash of the zip itself."""

    folder: Path
    sha256: str
    run: dict[str, Any]

    @property
    def quarter(self) -> str:
        return self.run["quarter"]

    @property
    def published(self) -> Path:
        return self.folder / self.quarter

    @property
    def software(self) -> Path:
        return self.folder / "software"

    @property
    def package_sha256(self) -> str:
        """Hash of the code that made it."""
        return self.run["made"][0]["parts"]["package"]


def unpack(path: Path, folder: Path) -> Bundle:
    """Unpack a bundle into an empty folder.

    Raises
    ------
    ValueError
        If it is no bundle, would write elsewhere or swell beyond bounds, or is not as it was packed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_hostile(path, entries)
            for entry in entries:
                archive.extract(entry, folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ValueError(f"{path} is not a zip file that can be read ({error}). {AGAIN}") from None
    if problems := _altered(folder):
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise ValueError(f"{path} is not as it was packed: {'; '.join(problems[:3])}{more}. {AGAIN}")
    return Bundle(folder, file_sha256(path), _run(path, folder))


def _refuse_hostile(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    for entry in entries:
        if not PLACE.fullmatch(entry.filename.removesuffix("/")) or stat.S_ISLNK(entry.external_attr >> 16):
            raise ValueError(
                f"{path} would write outside its folder ({entry.filename!r}); it was not opened."
            )
        if entry.file_size > max(SMALL, MOST_FOLDED * entry.compress_size):
            raise ValueError(f"{path}: {entry.filename} swells as no page does; it was not opened.")
    if len(set(names)) < len(names):
        raise ValueError(f"{path} holds two files of one name; it was not opened.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ValueError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; it was not opened.")


def _altered(folder: Path) -> list[str]:
    """What does not match the list of hashes, a sentence each."""
    if not (folder / SUMS).exists():
        return [f"{SUMS} is missing"]
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    stated = {found[2]: found[1] for line in lines if (found := SUM.fullmatch(line))}
    found = {name: value for name, value in file_hashes(folder, hidden=True).items() if name != SUMS}
    problems = [] if LOCK in found else [f"{LOCK}: missing"]
    return list(dict.fromkeys([*problems, *unlike(stated, found)]))


def _run(path: Path, folder: Path) -> dict[str, Any]:
    """run.json, held against the pages, the records beside and the program that lie with it."""
    quarters = [one.name for one in folder.iterdir() if QUARTER.fullmatch(one.name)]
    if len(quarters) != 1 or not (folder / quarters[0] / RUN).exists():
        raise ValueError(f"{path} holds no quarter with its run.json; make it with `asn bundle`.")
    try:
        run = json.loads((folder / quarters[0] / RUN).read_text(encoding="utf-8"))
        problems = _unlike_its_run(folder, quarters[0], run)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise ValueError(f"{path}: its run.json is not what `asn bundle` writes. {AGAIN}") from None
    if problems:
        raise ValueError(f"{path} does not match its run.json: {'; '.join(problems[:3])}. {AGAIN}")
    return run


def _unlike_its_run(folder: Path, quarter: str, run: dict[str, Any]) -> list[str]:
    found = {name: value for name, value in file_hashes(folder / quarter).items() if name != RUN}
    problems = differing(run["outputs"], found)
    for name, then in run["rerun"]["beside"].items():
        if digest(record_hashes(folder / "beside" / name)) != then["sha256"]:
            problems.append(f"beside/{name}")
    if (
        run["quarter"] != quarter
        or code_sha256(folder / "software" / PACKAGE.name) != run["made"][0]["parts"]["package"]
    ):
        problems.append("the program")
    return problems
