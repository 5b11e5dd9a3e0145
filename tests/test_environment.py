"""One list of dependencies, told three times: pyproject, the lock, and conda's environment.yml."""

from __future__ import annotations

import re
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
