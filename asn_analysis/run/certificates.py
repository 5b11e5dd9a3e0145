"""The certificate that lies beside a quarter: that it was made again, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asn_analysis.records.left import read_json, undamaged


def certificate_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.certificate.json")


def certificate_told(target: Path, now: Mapping[str, str]) -> dict[str, Any] | None:
    """What a quarter's catalogue says of its certificate, if there is one.

    ``now`` are hashes of its briefs, by which it is known whether they are those that were made again.
    """
    path = certificate_path(target)
    if not path.exists():
        return None
    with undamaged(path, "Put it back from a copy, or take it away with its pages."):
        found = read_json(path)
        then = found["briefs"]["files"]
        return {
            **{name: found[name] for name in ("date", "result", "counts")},
            "stem": path.stem,
            "changed": sum(then.get(name) != now.get(name) for name in {*then, *now}),
        }
