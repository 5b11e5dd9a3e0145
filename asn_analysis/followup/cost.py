"""What a point of satisfaction has cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Training cost per trained unit, and per index point gained in a unit, in rupiah.

    ``per_point`` is None where the estimate is not above 0; ``per_point_high`` is None where the
    interval reaches 0, so that no upper limit can be given.
    """

    total: float
    n_units: int
    per_unit: float
    per_point: float | None
    per_point_low: float | None
    per_point_high: float | None


def cost_per_point(
    trainings: Sequence[dict[str, Any]],
    estimate: float | None,
    conf_low: float | None,
    conf_high: float | None,
) -> Cost | None:
    """Cost of the trainings per unit, divided by the points gained; None without a training."""
    if not trainings:
        return None
    total = float(sum(row["cost_idr"] for row in trainings))
    n_units = len({row["unit_id"] for row in trainings})
    per_unit = total / n_units

    def divided(points: float | None) -> float | None:
        return per_unit / points if points is not None and points > 0 else None

    return Cost(total, n_units, per_unit, divided(estimate), divided(conf_high), divided(conf_low))
