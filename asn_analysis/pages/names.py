"""File names from unit codes: safe on every system, and different for different codes."""

from __future__ import annotations

import re
from hashlib import sha256

from asn_analysis.records.hashed import in_letters

PLAIN = re.compile(r"[A-Z0-9_-]([A-Z0-9._-]{0,62}[A-Z0-9_-])?")
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?")


def safe_name(code: str) -> str:
    """The code itself where every file system can hold it, else a readable start and its hash.

    Small letters are hashed too: some file systems do not tell them from capitals. No plain code
    holds a tilde, so the two kinds cannot meet.
    """
    if PLAIN.fullmatch(code) and not RESERVED.fullmatch(code):
        return code
    start = re.sub(r"[^A-Za-z0-9_-]+", "-", code)[:40].strip("-") or "unit"
    return f"{start}~{in_letters(sha256(code.encode('utf-8', 'surrogatepass')).hexdigest(), 16)}"
