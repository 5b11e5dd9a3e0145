"""Whatever leaves the house is as it was: run before a change that should move no byte, and after it.

`pytest -m slow tests/test_net.py --update` writes `net.json` again, a line a group of files, for changes that
are meant to move bytes; its difference then says which.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import net

KEPT = Path(__file__).with_name("net.json")


@pytest.mark.slow
def test_everything_that_leaves_the_house_is_as_it_was(root, tmp_path, request):
    groups = net.quarter(root / "data" / "example", tmp_path / "reports")
    record = json.loads(groups["city record"][0].read_text(encoding="utf-8"))
    groups |= net.workbooks(tmp_path) | net.imports(tmp_path) | net.told(record, tmp_path / "told")
    found = net.digests(groups)
    if request.config.getoption("--update"):
        KEPT.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    moved = [name for name in {**kept, **found} if kept.get(name) != found.get(name)]
    assert not moved, f"compare what is in {tmp_path}"


def test_what_follows_the_code_alone_is_masked():
    page = b"<td>impact.study.analyse</td><dt>Package</dt><dd>asn-analysis 0.1.0</dd>"
    assert net._masked(page) == b"<td>FUNCTION</td><dt>Package</dt><dd>asn-analysis</dd>"
    record = b'{\n "rules": {\n  "sha256": "' + b"0" * 64 + b'"\n },\n "scope": "city",\n "x": 0.5\n}'
    assert net._masked(record) == record.replace(b"0" * 64, b"RULES")
