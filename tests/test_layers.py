"""Data walk from the top room to the bottom one: no import runs against the order of the house."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "asn_analysis"
ROOMS = (
    *(
        "rules",
        "records",
        "offices",
        "simulate",
        "measures",
        "impact",
        "followup",
        "record",
        "words",
        "pages",
    ),
    *("arms", "briefs", "run", "cli", "__main__"),
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    parts = [name.split(".") for name in names if name.startswith("asn_analysis.")]
    return {part[1] for part in parts if part[1] in ROOMS}


def against_the_order(room: str, source: str) -> set[str]:
    return {other for other in imported_rooms(source) if ROOMS.index(other) > ROOMS.index(room)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_import_runs_against_the_order(path):
    if path.parent == PACKAGE and path.stem == "__init__":
        return  # the public verbs are loaded by name, when they are used
    assert not against_the_order(room_of(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("measures", "from asn_analysis.pages.page import brief_page"),
        ("rules", "import asn_analysis.records.intake"),
        ("impact", "def late():\n    from asn_analysis.followup import cost"),
        ("records", "from asn_analysis import measures"),
    ],
)
def test_an_import_against_the_order_is_seen(room, source):
    assert against_the_order(room, source)


def test_every_room_has_its_place():
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms == set(ROOMS)
