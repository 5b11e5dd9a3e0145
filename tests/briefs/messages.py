"""Every message that briefs, faults and the offices' workbook can say, read from code and templates."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

PACKAGE = Path(__file__).parents[2] / "asn_analysis"
IN_CODE = {"_": None, "N_": (1, 2), "say_n": (1, 2)}
IN_TEMPLATES = {"say": None}


def messages_in_use() -> set[str | tuple[str, str]]:
    """Message texts; a pair where there is a plural."""
    return _found("**.py", "python", IN_CODE) | _found("**.j2", "jinja2", IN_TEMPLATES)


def _found(pattern: str, method: str, keywords: dict) -> set[str | tuple[str, str]]:
    found = extract_from_dir(str(PACKAGE), method_map=[(pattern, method)], keywords=keywords)
    return {message for _, _, message, _, _ in found if message}
