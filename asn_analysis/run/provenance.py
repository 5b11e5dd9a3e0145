"""Where a quarter's pages come from: versions, hashes, commit; checked again, and sent as one file."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn_analysis.records.kept import file_sha256
from asn_analysis.records.left import read_json, undamaged
from asn_analysis.records.whole import flush
from asn_analysis.run.hashes import PACKAGE, file_hashes
from asn_analysis.run.storage import journal_path

# Of the run, not of what it says: they hold clocks. What failed is evidence; reports and sheets are no run.
UNSIGNED = re.compile(
    r"run\.(json|log)|sign-off\.\w+\.(html|pdf)|(.*/)?(.*\.failed\.ipynb|report\.\w+\.docx)"
)
SIGN_OFF = "sign-off.json"  # who has reviewed the quarter
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


def git_commit() -> str | None:
    """The commit of the package's repository, marked where its files have been changed since."""
    try:
        return _git("describe", "--always", "--abbrev=40", "--dirty=+changed", "--exclude=*") or None
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(PACKAGE.parent), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()


def signed_files(target: Path) -> dict[str, str]:
    """Hashes of the files that a run of the quarter publishes."""
    return {name: found for name, found in file_hashes(target).items() if not UNSIGNED.fullmatch(name)}


def read_run(target: Path) -> dict[str, Any]:
    """run.json of a quarter.

    Raises
    ------
    ValueError
        If there is none that can be read.
    """
    path = target / "run.json"
    if not path.exists():
        raise ValueError(f"{target} holds no run.json; make it with `asn briefs`.")
    with undamaged(path, "Put it back from a copy, or make the quarter again with `asn briefs`."):
        run = read_json(path)
        return {**run, "outputs": dict(run["outputs"])}


def verify(target: Path) -> list[str]:
    """What in a quarter's folder does not match run.json, a sentence each; empty if all does."""
    stated, found = read_run(target)["outputs"], signed_files(target)
    problems = [
        f"{name}: {_mismatch(stated.get(name), found.get(name))}"
        for name in sorted({*stated, *found})
        if stated.get(name) != found.get(name)
    ]
    if journal_path(target.parent, target.name).exists():
        problems.insert(0, "a run is under way or was cut short; finish it with `asn briefs`")
    return problems


def _mismatch(stated: str | None, found: str | None) -> str:
    if stated is None:
        return "not of this run"
    return "missing" if found is None else "changed since the run"


def bundle(target: Path, to: Path) -> str:
    """One zip of a quarter with its manifest, the same bytes for the same content; returns its SHA-256.

    Raises
    ------
    ValueError
        If the folder does not match its run.
    """
    problems = verify(target)
    if problems:
        raise ValueError(f"{target} does not match its run.json: {'; '.join(problems[:3])}.")
    run, hashes = read_run(target), signed_files(target)
    about = {name: run[name] for name in ("quarter", "data", "rules", "notebooks", "versions", "commit")}
    contents = {name: (target / name).read_bytes() for name in hashes}
    contents["manifest.json"] = (json.dumps({**about, "files": hashes}, indent=1) + "\n").encode()
    sums = {**hashes, "manifest.json": sha256(contents["manifest.json"]).hexdigest()}
    contents["SHA256SUMS"] = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()
    part = to.with_name(f".{to.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{target.name}/{name}", EPOCH)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 9)
    flush(part)
    part.replace(to)
    return file_sha256(to)
