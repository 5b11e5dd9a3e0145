"""What a notebook shows of a brief: its parts as HTML in every language, and its record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from asn_analysis.words.language import LANGUAGES

PART = "application/vnd.asn.part+json"
RECORD = "application/vnd.asn.record+json"


@dataclass(frozen=True)
class Part:
    """One part of a page: its HTML by language, and that in which a notebook shows it."""

    html: dict[str, str]
    language: str = LANGUAGES[0]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.html[self.language], PART: self.html}


@dataclass(frozen=True)
class Numbers:
    """The record itself, as text: a notebook's nodes are copied and checked one by one, and it has thousands.

    In a notebook it says how much it holds.
    """

    record: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        scope, quarter = self.record["scope"], self.record["quarter"]
        return {"text/plain": f"record of {scope}, {quarter}", RECORD: json.dumps(self.record)}
