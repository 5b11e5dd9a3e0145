"""What a record holds: JSON's own types, numbers to a fixed number of decimals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any

LEAVES = (str, int, float, NoneType)
RECORDED = 6  # decimals of the record: beyond what a brief shows; keeps the last bits of a machine out
PLAIN = (str, int, bool)


def plain_values(value: Any) -> Any:
    """JSON's own types, floats rounded, None wherever a number cannot be had, and other things as text."""
    if value is None or type(value) in PLAIN:  # as most are
        return value
    if is_dataclass(value):
        return {field.name: plain_values(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(entry) for entry in value]
    value = value.item() if hasattr(value, "item") else value  # numpy's
    if isinstance(value, float):
        return round(value, RECORDED) if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


def placed(part: Any, place: str) -> Iterator[tuple[Any, str]]:
    """The dataclasses of a part of the record, itself included, each with its place."""
    if is_dataclass(part):
        yield part, place
        part = {one.name: getattr(part, one.name) for one in fields(part)}
    entries: Iterable[tuple[Any, Any]] = part.items() if isinstance(part, Mapping) else ()
    entries = enumerate(part) if isinstance(part, list | tuple) else entries
    for name, entry in entries:
        if not isinstance(entry, LEAVES):
            yield from placed(entry, f"{place}.{name}".strip("."))
