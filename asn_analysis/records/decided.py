"""What a city has decided itself, told in dataset.yml: money for training and surveys, and targets.

Nobody else can decide it, so a brief prints none of it where the city has not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from asn_analysis.records.faults import Fault, amiss
from asn_analysis.rules.rules import load_indicators

PLANNING, TARGETS = "planning", "targets"
AMOUNTS = ("training_budget", "cost_per_form")


@dataclass(frozen=True)
class Decided:
    """Rupiah for the next round of training and for a survey form, and targets by indicator (0 to 100)."""

    training_budget: int | None = None
    cost_per_form: int | None = None
    targets: Mapping[str, float] = field(default_factory=dict)


def decided(raw: Mapping[str, Any]) -> Decided:
    """What is usable of it."""
    amounts = {name: value for name, value in _lines(raw, PLANNING).items() if name in AMOUNTS}
    targets = {name: float(value) for name, value in _lines(raw, TARGETS).items() if _is_target(name, value)}
    return Decided(**{name: value for name, value in amounts.items() if _is_amount(value)}, targets=targets)


def decided_faults(file: str, raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Whatever of it cannot be used."""
    for key, value in ((key, raw.get(key)) for key in (PLANNING, TARGETS)):
        if value is not None and not isinstance(value, dict):
            yield Fault(file, None, key, str(value), *amiss("no lines"))
    for name, value in _lines(raw, PLANNING).items():
        if name not in AMOUNTS or not _is_amount(value):
            told = amiss("no amount", listed=", ".join(AMOUNTS))
            yield Fault(file, None, f"{PLANNING}.{name}", str(value), *told)
    for name, value in _lines(raw, TARGETS).items():
        if not _is_target(name, value):
            told = amiss("no target", listed=", ".join(_indicators()))
            yield Fault(file, None, f"{TARGETS}.{name}", str(value), *told)


def _lines(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _indicators() -> list[str]:
    return [indicator.name for indicator in load_indicators()]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_target(name: object, value: Any) -> bool:
    return name in _indicators() and _is_number(value) and 0 <= value <= 100
