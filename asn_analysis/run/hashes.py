"""What a quarter's pages follow from, each thing hashed apart, so that a change can be named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from asn_analysis import __version__
from asn_analysis.records.hashed import FOLDER, content_sha256, file_sha256
from asn_analysis.rules.rules import in_force, rules_sha256

PACKAGE = Path(__file__).parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
LIBRARIES = (
    *("papermill", "pandas", "numpy", "scipy", "duckdb"),
    *("matplotlib", "statsmodels", "xlsxwriter"),
)
RECORDS = ("city/record.json", "units/*/record.json")
DIGITS = 16  # of a hash: enough to tell two versions of one thing apart


def parts_of_run(data: Mapping[str, str], target: Path, asked: Sequence[object]) -> dict[str, str]:
    """Hash of each thing that a quarter's pages follow from, told before any data are read.

    Parameters
    ----------
    data : hashes of the data folder, taken before it was read
    target : the quarter's folder, beside those of others, whose records and catalogues its pages rest on
    asked : what the operator asked for: quarter, units, languages, formats
    """
    parts = {
        "data": dict(data),
        "beside": quarters_beside(target),
        "asked": list(asked),
        "notebook": notebook_hashes(),
    }
    with in_force(target.name):
        return {name: digest(value) for name, value in parts.items()} | parts_of_code(rules_sha256())


def parts_of_brief(about: dict[str, Any], notebook: Path, languages: Sequence[str]) -> dict[str, str]:
    """Hash of each thing that a brief is made from, of which ``about`` holds the city's or the unit's."""
    apart = ("package_version", "rules", "revision", "city_finding")
    parts = {
        "data": {name: value for name, value in about.items() if name not in apart},
        "finding": about.get("city_finding"),
        "notebook": file_sha256(notebook),
        "languages": list(languages),
        "revision": about.get("revision"),
    }
    return {name: digest(value) for name, value in parts.items()} | parts_of_code(
        about.get("rules", {}).get("sha256", "")
    )


def parts_of_code(rules: str) -> dict[str, str]:
    """What all briefs of a quarter share, by the hash of the rules in force."""
    return {"rules": rules, "package": package_sha256(), "libraries": digest(versions())}


def digest(value: Any) -> str:
    """Hash of anything that JSON can hold."""
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:DIGITS]


def file_hashes(folder: Path, *, hidden: bool = False) -> dict[str, str]:
    """SHA-256 of every file below a folder by its relative name; hidden files are no part of a quarter."""
    names = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): file_sha256(path)
        for name, path in names.items()
        if hidden or not any(part.startswith(".") for part in name.parts)
    }


def differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Names that two lists of hashes give differently, or that only one of them has."""
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def unlike(listed: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """What of the files found is not as a run listed it, a sentence each."""

    def how(name: str) -> str:
        if name not in listed:
            return "not of this run"
        return "changed since the run" if name in found else "missing"

    return [f"{name}: {how(name)}" for name in differing(listed, found)]


def folder_hashes(data: Path) -> dict[str, str]:
    """The same of a data folder, hidden files too; what stands as when it was hashed is not read again.

    What is kept of the files follows from them, and does not count; what cannot be read counts as absent.
    """
    found = {}
    for path in sorted(data.rglob("*")):
        with suppress(OSError):  # whoever reads the data says so
            if path.is_file() and path.parent.name != FOLDER:
                found[path.relative_to(data).as_posix()] = content_sha256(path)
    return found


def notebook_hashes() -> dict[str, str]:
    return {path.name: file_sha256(path) for path in sorted(NOTEBOOKS.glob("*_brief.ipynb"))}


def code_sha256(package: Path) -> str:
    """Hash of a package's code and words; its rules have a hash of their own."""
    kinds = (".py", ".po", ".j2", ".css", ".js", ".json", ".docx")
    sources = sorted(path for path in package.rglob("*") if path.suffix in kinds)
    told = ("records", "words", "arms/*")
    words = [path for room in told for path in sorted(package.glob(f"{room}/*.yml"))]
    return sha256(b"".join(path.read_bytes() for path in (*sources, *words))).hexdigest()


@cache
def package_sha256() -> str:
    """Hash of the package that runs: changed code makes every brief anew."""
    return code_sha256(PACKAGE)


@cache
def versions() -> dict[str, str]:
    """Versions of the package and of the libraries whose work can be seen on a page."""
    return {"asn-analysis": __version__, **{name: version(name) for name in LIBRARIES}}


def quarters_beside(target: Path) -> dict[str, dict[str, Any]]:
    """Other quarters of which a run of this one takes notice, for their records or their catalogue."""
    others = (path for path in sorted(target.parent.glob("*Q?")) if path != target)
    return {
        path.name: beside_it(path)
        for path in others
        if (path / RECORDS[0]).exists() or (path.name < target.name and (path / "index.html").exists())
    }


def beside_it(folder: Path) -> dict[str, Any]:
    """What a run reads of another quarter, as one hash, and whether there is a catalogue to lead to."""
    return {"sha256": digest(record_hashes(folder)), "catalogue": (folder / "index.html").exists()}


def record_hashes(folder: Path) -> dict[str, str]:
    """Hash of each record of a quarter by its name there."""
    paths = sorted(path for kind in RECORDS for path in folder.glob(kind))
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in paths}
