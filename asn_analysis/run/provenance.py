"""Where a quarter's pages come from: hashes and commit, checked again."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from asn_analysis.records.left import read_json, undamaged
from asn_analysis.run.hashes import PACKAGE, file_hashes
from asn_analysis.run.storage import journal_path

# Of the run, not of what it says: they hold clocks. What failed is evidence; reports and sheets are no run.
UNSIGNED = re.compile(
    r"run\.(json|log)|sign-off\.\w+\.(html|pdf)|(.*/)?(.*\.failed\.ipynb|report\.\w+\.docx)"
)
SIGN_OFF = "sign-off.json"  # who has reviewed the quarter


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
