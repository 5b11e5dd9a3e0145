"""What was planted in a simulated city, and what of it this very sample holds: truth.json."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.rules.rules import load_skm
from asn_analysis.simulate.answers import training_effects
from asn_analysis.simulate.city import DIGITAL_SHARES, ITEMS, KIND_SHIFTS, City, Plan
from asn_analysis.views.said import Said, passing

ENDS = ("estimate", "conf_low", "conf_high")


def planted(city: City, plan: Plan) -> dict[str, Any]:
    """What was put in, in IKM points unless the key says otherwise; the last event quarter's value stays."""
    codes = plan.units["unit_id"].tolist()
    trained = [kind for kind in plan.kind if kind]
    mean = np.mean([training_effects(city, kind) for kind in trained], axis=0)
    return {
        "seed": city.seed,
        "constants": asdict(city),
        "training": {
            "effect": city.effect,
            "effect_by_event_quarter": [city.effect * step for step in city.effect_ramp],
            "effect_by_element": _by_element(mean),
            "effect_by_kind": {kind: _by_element(training_effects(city, kind)) for kind in KIND_SHIFTS},
            "effect_among_attentive": city.effect / (1 - city.straight_liners),
            "straight_liners": city.straight_liners,
            "cohort": dict(zip(codes, _quarters(plan, plan.cohort), strict=True)),
            "kind": dict(zip(codes, plan.kind.tolist(), strict=True)),
            "complaints_rate_ratio": 1 + city.complaints_change,
        },
        "digital": {
            "effect": city.digital_effect,
            "effect_by_event_quarter": [city.digital_effect * step for step in city.digital_ramp],
            "effect_by_element": _by_element(
                DIGITAL_SHARES * city.digital_effect / load_skm().scale * len(ITEMS)
            ),
            "live": dict(zip(codes, _quarters(plan, plan.live), strict=True)),
        },
        "drift_per_quarter": city.drift,
        "trend_per_quarter": city.trend,
    }


def _by_element(effects: np.ndarray) -> dict[str, dict[str, float]]:
    """On the scale 1-4, and as the part of the index that it makes (parts sum to the effect on the index)."""
    return {
        item: {
            "answer_scale": round(float(e), 6),
            "ikm_points": round(float(e) * load_skm().scale / len(ITEMS), 6),
        }
        for item, e in zip(ITEMS, effects, strict=True)
    }


def _quarters(plan: Plan, wave: np.ndarray) -> list[str | None]:
    return [str(plan.quarters[int(w)]) if np.isfinite(w) else None for w in wave]


def realised(plan: Plan, sizes: np.ndarray, expected: np.ndarray, gains: np.ndarray) -> dict[str, Any]:
    """The effect in this sample: with minus without training on the same draws, weighted by respondents."""
    event_time = np.arange(sizes.shape[1]) - plan.cohort[:, None]
    treated = event_time >= 0
    by_event = {
        str(int(e)): _mean_gain(sizes, gains, event_time == e) for e in np.unique(event_time[treated])
    }
    mean = np.average(gains[treated], axis=0, weights=sizes[treated])
    return {
        "att": _mean_gain(sizes, gains, treated),
        "att_expected": _mean_gain(sizes, expected, treated),
        "att_by_element": _by_element(mean),
        "att_by_event_quarter": by_event,
        "treated_units": int(treated.any(axis=1).sum()),
        "treated_cells": int(treated.sum()),
        "treated_respondents": int(sizes[treated].sum()),
    }


def _mean_gain(sizes: np.ndarray, gains: np.ndarray, cells: np.ndarray) -> float:
    """IKM points over the chosen cells, each weighted by its respondents."""
    return round(load_skm().scale * float(np.average(gains[cells].mean(axis=1), weights=sizes[cells])), 6)


@dataclass(frozen=True)
class Truth:
    """What a simulated city's truth.json says; estimates are held against ``realised``, this very sample's.

    Attributes
    ----------
    planted : what was put in, by arm
    realised : what of it this sample holds
    """

    planted: dict[str, Any]
    realised: dict[str, Any]

    def beside(self, effects: Mapping[str, Any]) -> pd.DataFrame | Said:
        """One row an effect on the treated: truth, estimate, interval, and whether it holds the truth."""
        rows = {name: [getattr(effect, part) for part in ENDS] for name, effect in effects.items() if effect}
        if not rows:
            return next(iter(effects.values()))
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(ENDS))
        table.insert(0, "truth", self.realised["att"])
        return table.assign(holds=table["truth"].between(table["conf_low"], table["conf_high"]))

    @passing
    def by_event(self, events: pd.DataFrame) -> pd.DataFrame:
        """An event study with the truth beside it."""
        known = {int(time): gain for time, gain in self.realised["att_by_event_quarter"].items()}
        return events.assign(truth=events["event_time"].map(known).where(events["event_time"] >= 0, 0.0))

    @passing
    def by_element(self, moved: pd.DataFrame) -> pd.DataFrame:
        """Effects on elements (rows by code, in points of the index's scale) with the truth beside them."""
        known = {code: row["answer_scale"] for code, row in self.realised["att_by_element"].items()}
        return moved.assign(truth=load_skm().scale * moved.index.map(known).astype(float))


def read_truth(folder: str | Path) -> Truth | Said:
    """The truth of a simulated city, or the sentence that nobody planted one.

    Parameters
    ----------
    folder : of the data set; its ``truth.json`` says what was planted

    Examples
    --------
    >>> asn.read_truth(city).realised["att"]  # index points, in this very sample
    3.099469
    """
    path = Path(folder) / "truth.json"
    if not path.exists():
        return Said("This city has no truth.json: its data are not simulated, and nobody knows the truth.")
    told = json.loads(path.read_text(encoding="utf-8"))
    return Truth(told, told["realised"])
