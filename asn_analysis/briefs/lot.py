"""What a brief follows of a lot: who is to be trained next, and whether the order drawn was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from asn_analysis.followup.rollout import departures, draw_lot
from asn_analysis.measures.panel import QUARTER, cohorts
from asn_analysis.records.intake import Dataset
from asn_analysis.records.rollout import NAME, Drawn, RolloutError, read_rollout

CHANGED = {"state": "changed", "seed": "", "drawn": "", "n_drawn": 0, "n_waiting": 0, "next": []}
CHANGED |= {"ahead": [], "n_outside": 0}


def checked_lot(folder: Path) -> Drawn | None:
    """The lot of a data set, as locked and as its seed gives it; None where none was drawn.

    Raises
    ------
    RolloutError
        If it is not what was locked, or the seed gives another order.
    """
    kept = read_rollout(folder)
    if kept is not None and kept.order != whole_order(kept)[: len(kept.order)]:
        raise RolloutError(f'{NAME} is not the order that its seed "{kept.seed}" gives.')
    return kept


def whole_order(drawn: Drawn) -> tuple[str, ...]:
    """All units of the lot, also those that no wave holds."""
    return draw_lot(drawn.strata, drawn.seed)


def order_of_training(dataset: Dataset, quarter: pd.Period) -> dict[str, Any]:
    """``lot`` as of a quarter (see ``record.parts.Lot``), None without one or before it began; ``order``, how
    it set the trainings so far, None where it did not; ``rollout``, how strong their order is.

    Units trained outside of the lot were drawn by nobody, unless dataset.yml says so of all.
    """
    declared = dataset.manifest.rollout
    try:
        drawn = checked_lot(dataset.folder)
    except RolloutError:
        return {"lot": CHANGED, "order": None, "rollout": "staggered"}
    if drawn is None or pd.Period(drawn.waves[0].start, freq=QUARTER) > quarter + 1:
        return {"lot": None, "order": None, "rollout": declared}
    about = dataset.units.set_index("unit_id")[["name", "kecamatan"]].to_dict("index")
    lot = waiting(drawn, cohorts(dataset.trainings, quarter).to_dict(), about)
    if lot["ahead"]:
        return {"lot": lot, "order": None, "rollout": "staggered"}
    order = {"order": list(whole_order(drawn)), "strata": drawn.strata}
    return {"lot": lot, "order": order, "rollout": declared if lot["n_outside"] else "randomised"}


def waiting(
    drawn: Drawn, start: Mapping[str, pd.Period], about: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Who of the lot is still untrained, of them the earliest wave in its order, and who was out of turn.

    Parameters
    ----------
    start : unit to the quarter of its first training so far
    about : unit to its name and kecamatan
    """
    left = [[unit for unit in wave.units if unit not in start] for wave in drawn.waves]
    order = whole_order(drawn)
    ahead = departures(order, start)
    return {
        "state": "departed" if ahead else "followed",
        "seed": drawn.seed,
        "drawn": drawn.drawn,
        "n_drawn": len(drawn.order),
        "n_waiting": sum(map(len, left)),
        "next": _named(next((units for units in left if units), []), about),
        "ahead": _named(ahead, about),
        "n_outside": len(set(start) - set(order)),
    }


def _named(units: Iterable[str], about: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"unit_id": unit, **about.get(unit, {"name": unit, "kecamatan": None})} for unit in units]
