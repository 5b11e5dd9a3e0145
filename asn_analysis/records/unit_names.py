"""How a unit is named among others."""

from __future__ import annotations


def told_apart(name: str, kecamatan: str | None) -> str:
    """A unit's name with its kecamatan, unless it names it already: some names exist twice in a city."""
    return f"{name} ({kecamatan})" if kecamatan and kecamatan not in name else name
