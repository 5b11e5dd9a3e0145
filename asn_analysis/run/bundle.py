"""A quarter as one file: what it publishes, the program that made it, and what a rerun needs but the data.

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
import shlex
import zipfile
from collections.abc import Iterable, Mapping
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
    notebook_hashes,
    package_sha256,
    record_hashes,
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
    contents[f"{target.name}/{RUN}"] = _json(without_clock(run))
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


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _write(path: Path, contents: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 9)
