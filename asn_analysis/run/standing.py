"""A quarter that stands: told from hashes of all that it follows from, before any data are read."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path

from asn_analysis.records.kept import FOLDER
from asn_analysis.rules.rules import rules_sha256
from asn_analysis.run import provenance
from asn_analysis.run.provenance import package_sha256, read_run, verify, versions
from asn_analysis.run.run_record import Outcome, Run


def folder_sha256(folder: Path) -> str:
    """One hash over every file below a folder, the plan's included; what cannot be read counts as absent.

    What is kept of the files follows from them, and does not count.
    """
    digest = sha256()
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != FOLDER)
    for path in sorted(files):
        with suppress(OSError), path.open("rb") as file:  # whoever reads the data says so
            digest.update(f"{path.relative_to(folder)}\n{file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def foundation(data: str, target: Path, asked: Sequence[object]) -> str:
    """Hash of all that a quarter's pages follow from.

    Parameters
    ----------
    data : hash of the data folder
    target : the quarter's folder, beside those of earlier quarters, which its pages speak of
    asked : what the operator asked for: quarter, units, languages, formats
    """
    paths = sorted(provenance.NOTEBOOKS.glob("*_brief.ipynb"))
    notebooks = [path.read_text(encoding="utf-8") for path in paths]
    beside = [path for path in sorted(target.parent.glob("*Q?")) if path.name < target.name]
    earlier = [(path.name, (path / "index.html").exists(), _record(path)) for path in beside]
    parts = [data, earlier, asked, notebooks, package_sha256(), rules_sha256(), versions()]
    return sha256(json.dumps(parts).encode()).hexdigest()


def _record(quarter: Path) -> str:
    path = quarter / "city" / "record.json"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def standing_run(data: str, out: Path, asked: Sequence[object]) -> Run | None:
    """The run that this one would repeat, if it ended well and every file is as it left it, else None."""
    start = time.monotonic()
    for target in sorted((path.parent for path in out.glob("*Q?/run.json")), reverse=True):
        with suppress(ValueError, KeyError, OSError):
            run = read_run(target)
            lines = [*run["made"], *run["skipped"]]
            whole = not run["failed"] and not any(line.get("left_out") for line in lines)
            stands = whole and run["foundation"] == foundation(data, target, asked)
            if stands and not verify(target):
                outcomes = [Outcome(line["scope"], line["seconds"], skipped=True) for line in lines]
                seconds, notes = time.monotonic() - start, tuple(run["notes"])
                return Run(target.name, target / "index.html", tuple(outcomes), seconds, notes=notes)
    return None
