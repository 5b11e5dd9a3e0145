"""Numbers of things, as commands say them."""

from __future__ import annotations


def counted(n: int, one: str) -> str:
    """The number and what it counts: 1 fault, 1,240 faults."""
    return f"{n:,} {one}{'' if n == 1 else 's'}"
