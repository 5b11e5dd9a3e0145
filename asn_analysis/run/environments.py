"""The environment of a rerun: made from a bundle's lock, or one that is there and held against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asn_analysis.run.bundle import Bundle

# Of the caller's environment: they would bring other code, or other kernels, than the bundle's.
NOT_THEIRS = ("PYTHON", "JUPYTER", "PIP_TARGET", "PIP_PREFIX")
LOOK = """
import json, platform, sys
from importlib.metadata import PackageNotFoundError, version
from packaging.requirements import Requirement

def found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None

pinned = [Requirement(line.rstrip(" \\\\")) for line in sys.stdin.read().splitlines() if line[:1].isalnum()]
here = [one for one in pinned if one.marker is None or one.marker.evaluate({"extra": ""})]
held = [{"package": one.name, "found": found(one.name), "lock": str(one.specifier)[2:]} for one in here]
differ = [one for one in held if one["found"] != one["lock"]]
told = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
json.dump({**told, "differences": differ}, sys.stdout)
"""
TOLD = 12  # lines of what a failed command said


@dataclass(frozen=True)
class Environment:
    """Where a bundle's program runs.

    Attributes
    ----------
    interpreter : its Python
    new : whether it was made from the lock, every package by its hash
    python, system : versions
    differences : ``package``, ``found`` (None where it is missing) and ``lock`` of each unlike the lock
    """

    interpreter: Path
    new: bool
    python: str
    system: str
    differences: list[dict[str, str | None]]


def new_environment(bundle: Bundle, folder: Path, tell: Callable[[str], None]) -> Environment:
    """A virtual environment that holds the lock's packages and the bundle's program; needs the network.

    Raises
    ------
    ValueError
        If it cannot be made.
    """
    tell(f"Making an environment from the bundle's lock with Python {sys.version.split()[0]}; takes minutes.")
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (str(interpreter), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    lock = bundle.software / "requirements.lock"
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([*pip, "--require-hashes", "--requirement", str(lock)])
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(bundle.software)])
    return _looked_at(interpreter, bundle, new=True)


def existing_environment(bundle: Bundle, path: Path) -> Environment:
    """An environment that is there, by its folder or its interpreter; its packages stay as they are.

    Raises
    ------
    ValueError
        If there is none.
    """
    places = (path, path / "bin" / "python", path / "Scripts" / "python.exe")
    found = [place for place in places if place.is_file()]
    if not found:
        raise ValueError(f"{path} holds no Python; name the folder of a virtual environment.")
    return _looked_at(found[0].absolute(), bundle, new=False)


def run_program(environment: Environment, bundle: Bundle, arguments: Sequence[str]) -> str | None:
    """Run the bundle's ``asn``; what it said where it made less than everything.

    Raises
    ------
    ValueError
        If it made nothing.
    """
    command = [str(environment.interpreter), "-m", "asn_analysis", *arguments]
    done = _called(command, PYTHONPATH=str(bundle.software))
    if done.returncode in (0, 1):
        return _last(done) if done.returncode else None
    raise ValueError(f"The rerun ended with status {done.returncode} and made nothing: {_last(done)}")


def _looked_at(interpreter: Path, bundle: Bundle, *, new: bool) -> Environment:
    lock = (bundle.software / "requirements.lock").read_text(encoding="utf-8")
    told = json.loads(_run([str(interpreter), "-I", "-c", LOOK], lock).stdout)
    return Environment(interpreter, new, told["python"], told["system"], told["differences"])


def _run(command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
    done = _called(command, text)
    if done.returncode:
        raise ValueError(
            f"The environment of the rerun cannot be used: {_last(done)}\nA new one needs the network; "
            "--environment takes one that is there."
        )
    return done


def _called(command: Sequence[str], text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THEIRS)}
    surroundings = {**kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", **more}
    return subprocess.run(command, input=text, env=surroundings, capture_output=True, text=True)


def _last(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-TOLD:])
