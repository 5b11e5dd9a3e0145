"""A quarter as one file, packed and opened: what it publishes, the program, what a rerun needs but the data.

Opened, nothing leaves its folder, nothing swells, and every file is as its list of hashes has it.

========================  ==========================================================================
in the bundle             holds
========================  ==========================================================================
``2026Q3/``               the pages, records and tables as published; ``run.json`` without its clock
``beside/2026Q2/``        records of other quarters, which the run took notice of
``software/``             the source, its notebooks, and ``requirements.lock``
``ro-crate-metadata.json``  what is what, for programs
``SHA256SUMS``            a hash of every file, as ``sha256sum --check`` reads it
========================  ==========================================================================
"""

from __future__ import annotations

import json
import re
import shlex
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn_analysis.pages import crate
from asn_analysis.record.inputs import CITY
from asn_analysis.records.folders import flush
from asn_analysis.records.hashed import file_sha256
from asn_analysis.run.hashes import (
    NOTEBOOKS,
    PACKAGE,
    beside_it,
    code_sha256,
    differing,
    digest,
    file_hashes,
    notebook_hashes,
    package_sha256,
    record_hashes,
    unlike,
)
from asn_analysis.run.run_record import SIGN_OFF, briefs_in, read_run, refuse_altered, signed_files

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
SUMS, RUN, LOCK = "SHA256SUMS", "run.json", "software/requirements.lock"
SOURCE = (".py", ".po", ".j2", ".css", ".js", ".json", ".docx", ".yml", ".csv")
PROJECT = ("pyproject.toml", "README.md", "requirements.lock")
OF_THE_CLOCK = ("seconds", "resume", "parts")  # the last of these hashes how the run was asked for


def bundle(target: Path, to: Path) -> str:
    """One zip of a quarter, the same bytes for the same content; returns its SHA-256.

    Raises
    ------
    ValueError
        If the folder does not match its run, or could not be made again from the bundle.
    """
    refuse_altered(target)
    run = read_run(target)
    if problems := changed_since(target, run):
        raise ValueError(
            f"{target} could not be made again from its bundle: {'; '.join(problems)}. "
            "Put back what was there then; or make the quarter again with `asn briefs`, and bundle that."
        )
    contents = _contents(target, run)
    part = to.with_name(f".{to.name}.part")
    try:
        _write(part, contents)
        flush(part)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return file_sha256(to)


def changed_since(target: Path, run: Mapping[str, Any]) -> list[str]:
    """What is not any more as it was when the quarter was made, but would be taken into its bundle."""
    code = {brief.parts["package"] for brief in briefs_in(run) if not brief.error}
    problems = []
    if code != {package_sha256()} or run["notebooks"] != notebook_hashes():
        problems.append("the program here is not the one that made it")
    for name, then in run["rerun"]["beside"].items():
        if beside_it(target.parent / name)["sha256"] != then["sha256"]:
            problems.append(f"{name}, whose records it took notice of, has changed since")
    return problems


def command(run: Mapping[str, Any], data: str, out: str) -> list[str]:
    """The arguments of ``asn`` that make a quarter again, unit by unit as it was made."""
    units = sorted(brief.scope for brief in briefs_in(run) if brief.scope != CITY)
    asked = ["briefs", "--data", data, "--quarter", run["quarter"], "--out", out]
    asked += ["--languages", ",".join(run["rerun"]["languages"])]
    asked += ["--units", ",".join(units)] if units else []
    return [*asked, *(["--pdf"] if any(name.endswith(".pdf") for name in run["outputs"]) else [])]


def _contents(target: Path, run: Mapping[str, Any]) -> dict[str, bytes]:
    files = {f"{target.name}/{name}": target / name for name in signed_files(target)}
    files |= {f"software/{name}": path for name, path in _software().items()}
    for name in run["rerun"]["beside"]:
        folder = target.parent / name
        files |= {f"beside/{name}/{record}": folder / record for record in record_hashes(folder)}
    contents = {name: path.read_bytes() for name, path in files.items()}
    lasting = json.dumps(without_clock(run), indent=1, ensure_ascii=False)
    contents[f"{target.name}/{RUN}"] = f"{lasting}\n".encode()
    city = json.loads(contents[f"{target.name}/{CITY}/record.json"])
    reviews = json.loads(contents.get(f"{target.name}/{SIGN_OFF}", b"[]"))
    asked = shlex.join(["asn", *command(run, "DATA", "OUT")])
    contents[crate.NAME] = crate.crate(run, city, contents, asked, reviews).encode()
    sums = "".join(f"{sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
    return {**contents, SUMS: sums.encode()}


def without_clock(run: Mapping[str, Any]) -> dict[str, Any]:
    """run.json as it is whenever and however often the quarter was made."""

    def timeless(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        ordered = sorted(lines, key=lambda line: (line["scope"] != CITY, line["scope"]))
        return [{name: value for name, value in line.items() if name != "seconds"} for line in ordered]

    kept = {name: value for name, value in run.items() if name not in OF_THE_CLOCK}
    made, failed = timeless([*run["made"], *run["skipped"]]), timeless(run["failed"])
    return {**kept, "made": made, "skipped": [], "failed": failed}


def _software() -> dict[str, Path]:
    """The files of the program by their names in its folder."""
    root = PACKAGE.parent
    code = [path for path in PACKAGE.rglob("*") if path.suffix in SOURCE]
    files = [*code, *NOTEBOOKS.glob("*_brief.ipynb"), *(root / name for name in PROJECT)]
    return {path.relative_to(root).as_posix(): path for path in sorted(files)}


def _write(path: Path, contents: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 9)


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
