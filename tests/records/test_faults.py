"""Every fault of a data set is in faults.yml, is told somewhere, and gets all that it names."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import asn_analysis.records
from asn_analysis.records.faults import wordings

ROOM = Path(asn_analysis.records.__file__).parent
TELLS = ("amiss", "wording", "unreadable", "_fault", "Refused")
BY_NAME = {"missing element", "missing table"}  # told by what is missing
KINDS = "cell "  # told by the kind of a column


def test_each_is_used_and_filled_in():
    source = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    said = {text for text in re.findall(r'"([^"\n]+)"', source)}
    unsaid = {why for why in wordings() if why not in said and why.removesuffix("s") not in said}
    assert {why for why in unsaid if not why.startswith(KINDS)} <= BY_NAME
    for node in ast.walk(ast.parse(source.replace("from __future__ import annotations", ""))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TELLS:
            told = {word.arg for word in node.keywords}
            for why in [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]:
                if why in wordings() and None not in told:
                    texts = wordings()[why]
                    named = {f for text in texts for _, f, _, _ in string.Formatter().parse(text) if f}
                    assert named <= told, why
