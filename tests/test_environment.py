"""One list of dependencies, told three times: pyproject, the lock, and conda's environment.yml."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
# conda's name for a package, where it differs from the one on PyPI.
CONDA = {"types-PyYAML": "types-pyyaml"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_users_get_the_same_dependencies():
    needed = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
    expected = {f"python{project()['requires-python']}", "pip"}
    for requirement in needed:
        name, bound = re.fullmatch(r"([\w\[\]-]+)(.*)", requirement).groups()
        expected.add(CONDA.get(name, name) + bound)
    stated = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = [entry for entry in stated if isinstance(entry, dict)]
    listed = {entry for entry in stated if isinstance(entry, str)} | set(from_pip[0]["pip"]) - {
        "--editable ."
    }
    assert listed == expected


def test_the_locks_pin_every_dependency_with_hashes_and_no_address():
    for name, extras in (("requirements.lock", ()), ("requirements-dev.lock", ("dev", "docs"))):
        lock = (ROOT / name).read_text(encoding="utf-8")
        needed = [*project()["dependencies"]]
        for extra in extras:
            needed += project()["optional-dependencies"][extra]
        assert {re.match(r"[\w-]+", requirement)[0] for requirement in needed} <= set(pins(lock))
        assert "--hash=sha256:" in lock
        assert "://" not in lock
        assert "--index" not in lock


def test_tests_run_on_the_versions_that_make_briefs():
    made, tested = (
        pins((ROOT / f"requirements{kind}.lock").read_text(encoding="utf-8")) for kind in ("", "-dev")
    )
    assert made.items() <= tested.items()


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^ ]+)", lock, flags=re.MULTILINE))


def test_the_cards_packages_are_dependencies():
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in project()["dependencies"]}
    assert {"jupyterlab", "pandas", "statsmodels", "seaborn", "papermill", "nbval"} <= names


def test_an_import_of_ours_that_is_gone_is_no_library_without_types(tmp_path):
    """Missing types are let pass for the libraries that have none, by their names."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings.replace('packages = ["asn_analysis"]\n', ""), "utf-8")
    imports = [
        "asn_analysis.measures.gone",
        "a_library_that_is_gone",
        "scipy.special",
        "asn_analysis.rules.kinds",
    ]
    (tmp_path / "module.py").write_text("".join(f"import {name}\n" for name in imports), "utf-8")
    command = [sys.executable, "-m", "mypy", "--follow-imports=skip", "--cache-dir", str(tmp_path)]
    command += ["--config-file", str(tmp_path / "pyproject.toml"), str(tmp_path / "module.py")]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    told = re.findall(r':(\d+): error: .* "([\w.]+)"', found.stdout)
    assert told == [("1", imports[0]), ("2", imports[1])]
