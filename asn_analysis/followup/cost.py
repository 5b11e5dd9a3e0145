"""What a point of satisfaction has cost, and how far that answer can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from asn_analysis.measures.estimate import half_width


@dataclass(frozen=True)
class Cost:
    """What a training, a trained unit (which may have had several) and a point gained in it cost, in rupiah.

    The cost of a point is the cautious one of ``cost_cases``: None, with its range, where the effect's
    cautious range reaches 0 or cannot be had.
    """

    total: float
    n_trainings: int
    n_units: int
    per_training: float
    per_unit: float
    per_point: float | None
    per_point_low: float | None
    per_point_high: float | None


def cost_per_point(
    trainings: Sequence[Mapping[str, Any]],
    estimate: float | None,
    conf_low: float | None,
    conf_high: float | None,
) -> Cost | None:
    """Cost of the trainings per unit, divided by the points gained; None without a training."""
    if not trainings:
        return None
    total = float(sum(row["cost_idr"] for row in trainings))
    n_units = len({row["unit_id"] for row in trainings})
    case = _case("cautious", total / n_units, estimate, (conf_low, conf_high))
    each = (total / len(trainings), total / n_units)
    return Cost(total, len(trainings), n_units, *each, case.value, case.low, case.high)


@dataclass(frozen=True)
class CostCase:
    """The cost of a point under one assumption; ``low`` and ``high`` are None where it is refused.

    ``refused`` is set where the effect's range reaches 0: a cost per point then has no upper limit,
    and any single number would mislead.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    refused: bool


def cost_cases(
    trainings: Sequence[Mapping[str, Any]],
    effect: Mapping[str, float | None],
    users: Mapping[str, float],
    change: float,
) -> tuple[CostCase, ...]:
    """Rupiah per point under other assumptions about effect and cost.

    Parameters
    ----------
    trainings : rows with unit_id and cost_idr
    effect : estimate, std_error, df, conf_low, conf_high and the robust bounds, in points
    users : unit to the people it serves in a year
    change : share by which costs are also tried lower and higher

    Returns
    -------
    cautious : with the effect's robust range; plain : with its plain range; cheaper, dearer : cautious,
    costs changed; varying : Fieller's range, as if the next units' costs varied as these did;
    per_user : rupiah per point gained for one yearly user of a trained unit

    Examples
    --------
    >>> trainings = [{"unit_id": "a", "cost_idr": 10e6}, {"unit_id": "b", "cost_idr": 14e6}]
    >>> effect = {"estimate": 2.0, "std_error": 0.4, "df": 20, "conf_low": 1.2, "conf_high": 2.8}
    >>> effect |= {"conf_low_robust": 1.0, "conf_high_robust": 3.0}
    >>> cautious = asn.cost_cases(trainings, effect, users={"a": 1000, "b": 3000}, change=0.2)[0]
    >>> (cautious.value, cautious.low, cautious.high)  # rupiah per point
    (6000000.0, 4000000.0, 12000000.0)
    """
    per_unit: dict[str, float] = {}
    for row in trainings:
        per_unit[row["unit_id"]] = per_unit.get(row["unit_id"], 0.0) + row["cost_idr"]
    if not per_unit or effect["estimate"] is None:
        return ()
    costs = np.array(list(per_unit.values()))
    mean, wide = float(costs.mean()), (effect["conf_low_robust"], effect["conf_high_robust"])
    close = (effect["conf_low"], effect["conf_high"])
    cases = [
        _case("cautious", mean, effect["estimate"], wide),
        _case("plain", mean, effect["estimate"], close),
        _case("cheaper", mean * (1 - change), effect["estimate"], wide),
        _case("dearer", mean * (1 + change), effect["estimate"], wide),
        _varying(costs, effect),
    ]
    reached = sum(users.get(unit, 0.0) for unit in per_unit)
    if reached:
        cases.append(_case("per_user", float(costs.sum()) / reached, effect["estimate"], wide))
    return tuple(cases)


def _case(
    name: str, cost: float, points: float | None, interval: tuple[float | None, float | None]
) -> CostCase:
    """A fixed cost over a range of points: the range's ends turned over, if it lies above 0."""
    low, high = interval
    if points is None or low is None or high is None or low <= 0:
        return CostCase(name, None, None, None, refused=True)
    return CostCase(name, cost / points, cost / high, cost / low, refused=False)


def _varying(costs: np.ndarray, effect: Mapping[str, Any]) -> CostCase:
    if len(costs) < 2:
        return CostCase("varying", None, None, None, refused=True)
    error = float(costs.std(ddof=1) / np.sqrt(len(costs)))
    points = effect["estimate"]
    found = fieller(float(costs.mean()), error, points, effect["std_error"], effect["df"])
    if found is None or found[0] < 0 or points <= 0:
        return CostCase("varying", None, None, None, refused=True)
    return CostCase("varying", float(costs.mean()) / points, *found, refused=False)


def fieller(
    top: float, top_error: float, bottom: float, bottom_error: float, df: float
) -> tuple[float, float] | None:
    """Fieller's interval (1954) of top / bottom, independent; None where it is unbounded.

    All ratios r for which top - r bottom lies within t standard errors of 0.
    """
    t2 = float(half_width(1.0, df)) ** 2
    square = bottom**2 - t2 * bottom_error**2
    if square <= 0:
        return None
    middle = top * bottom
    root = np.sqrt(middle**2 - square * (top**2 - t2 * top_error**2))
    return (middle - root) / square, (middle + root) / square
