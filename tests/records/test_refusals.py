"""Every refusal of an office's file is in refusals.yml, is said somewhere, and gets all that it names."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import asn_analysis.offices
from asn_analysis.offices.refusals import _refusals

ROOM = Path(asn_analysis.offices.__file__).parent


def said() -> Iterator[tuple[str, set[str]]]:
    """The refusals that the room's modules make, and what they fill in."""
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("refused", "unread"):
                texts = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)} & set(_refusals())
                yield from ((why, {word.arg for word in node.keywords}) for why in texts)


def test_each_is_used_and_filled_in():
    calls = [*said()]
    whys = {"unclaimed", "without header", "list of complaints", "other list"}  # chosen by a condition
    assert {why for why, _ in calls} | whys == set(_refusals())
    for why, told in calls:
        named = {
            field for text in _refusals()[why] for _, field, _, _ in string.Formatter().parse(text) if field
        }
        assert named <= told, why
