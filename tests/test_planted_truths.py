"""The example city's planted truths, arm by arm, against the ranges of its brief.

Truths stand in ``data/example/truth.json`` or follow from how the city is drawn (``simulate/``
and ``example_tables.py``); those of the survey's indicators are drawn again from the seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from asn_analysis.briefs.record import city_record
from asn_analysis.rules.rules import load_indicators, load_skm
from asn_analysis.simulate.answers import cell_sizes, expected_scores
from asn_analysis.simulate.city import City, city_units, roll_out, streams

YEAR = 4
SURVEYED = {one.name: one.measure for one in load_indicators() if not isinstance(one.measure, str)}


@pytest.fixture(scope="module")
def record(example_analysed) -> dict[str, Any]:
    return city_record(*example_analysed)


@pytest.fixture(scope="module")
def truth(root) -> dict[str, Any]:
    return json.loads((root / "data" / "example" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Respondents (units x quarters) and expected answers (x elements) of the example city."""
    city = City()
    rng = streams(city.seed)
    plan = roll_out(city, city_units(city, rng["units"]), rng)
    sizes = cell_sizes(city, plan.units, rng["cells"])
    return sizes, expected_scores(city, plan, rng["cells"])[0]


def held(
    record: dict, truth: dict, drawn: tuple, panel: pd.DataFrame
) -> Iterator[tuple[str, float, float, float]]:
    """Arm and quantity, truth, low, high."""
    yield from _of_training(record, truth["realised"])
    yield from _of_digital(record["digital"], truth, panel)
    ratio, change = truth["training"]["complaints_rate_ratio"], record["complaints"]["effect"]
    yield "complaints: change by training", ratio - 1, change["conf_low"], change["conf_high"]
    yield from _of_people(record)
    yield from _of_monitoring(record["monitoring"], *drawn)
    effect = record["kept_promises"]["effect"]
    yield "follow-up: done actions", 0.0, effect["conf_low"], effect["conf_high"]


def _of_training(record: dict, realised: dict) -> Iterator[tuple[str, float, float, float]]:
    effect, cost = record["effect"], record["cost"]
    for kind in ("", "_robust"):
        yield f"training{kind}", realised["att"], effect[f"conf_low{kind}"], effect[f"conf_high{kind}"]
    for row in record["element_effects"]:
        true = realised["att_by_element"][row["code"]]["answer_scale"]
        yield f"training: {row['code']}", true, row["conf_low"], row["conf_high"]
    yield "cost of a point", cost["per_unit"] / realised["att"], cost["per_point_low"], cost["per_point_high"]
    for row in record["kinds"]:  # planted alike, whatever the kind
        yield f"kind {row['term']}", realised["att"], row["conf_low"], row["conf_high"]


def _of_digital(part: dict, truth: dict, panel: pd.DataFrame) -> Iterator[tuple[str, float, float, float]]:
    planted, live = truth["digital"], pd.Series(truth["digital"]["live"])
    online = _begun(panel, live)
    trained = _begun(panel, pd.Series(truth["training"]["cohort"]))
    gain = _ramped(online, planted["effect_by_event_quarter"])
    both = gain + _ramped(trained, truth["training"]["effect_by_event_quarter"])
    groups = {
        "training": (trained >= 0) & ~(online >= 0),
        "digital": (online >= 0) & ~(trained >= 0),
        "both": (online >= 0) & (trained >= 0),
    }
    n = panel["n_respondents"]
    alone = np.average(gain[groups["digital"]], weights=n[groups["digital"]])
    for row in part["joint"]:
        cells = groups[row["term"]]
        yield (
            f"joint: {row['term']}",
            np.average(both[cells], weights=n[cells]),
            row["conf_low"],
            row["conf_high"],
        )
    share = planted["effect_by_element"]["u3"]["answer_scale"] / planted["effect"]
    truths = {"effect": alone, "waktu": alone * share * load_skm().factor}
    truths |= {"effect_of_staff_systems": 0.0, "waktu_of_staff_systems": 0.0}
    for name, true in truths.items():
        yield f"digital: {name}", true, part[name]["conf_low"], part[name]["conf_high"]
    for name, true in (("within", alone), ("mix", 0.0)):
        row = part["channel_shift"][name]
        yield f"digital: {name}", true, row["conf_low"], row["conf_high"]


def _begun(panel: pd.DataFrame, start: pd.Series) -> np.ndarray:
    """Quarters since the start, missing where there is none."""
    first = pd.PeriodIndex(panel["unit_id"].map(start), freq="Q-DEC")
    since = panel["quarter"].astype("int64").to_numpy() - first.asi8.astype(float)
    return np.where(first.isna(), np.nan, since)


def _ramped(since: np.ndarray, ramp: list[float]) -> np.ndarray:
    steps = np.array([0.0, *ramp])
    return steps[np.clip(np.nan_to_num(since, nan=-1), -1, len(ramp) - 1).astype(int) + 1]


def _of_people(record: dict) -> Iterator[tuple[str, float, float, float]]:
    forums, chain = record["consultation"], record["staff"]["chain"]
    for kind in forums["by_kind"]:
        women = 0.34 if kind["kind"] == "musrenbang" else 0.45
        yield f"women at {kind['kind']}", women, kind["women"]["conf_low"], kind["women"]["conf_high"]
    yield "aspirations adopted", 0.28, forums["adopted"]["conf_low"], forums["adopted"]["conf_high"]
    for name, true in (("reaction", 4.1), ("learning", 17.0)):
        yield f"staff: {name}", true, chain[name]["conf_low"], chain[name]["conf_high"]


def _of_monitoring(
    part: dict, sizes: np.ndarray, scores: np.ndarray
) -> Iterator[tuple[str, float, float, float]]:
    shares = {"actions_done": 72 / 0.94, "complainants_content": 72.0, "aspirations_adopted": 28.0}
    for row in part["indicators"]:
        name = row["name"]
        if name in shares:
            yield f"indicator {name}", shares[name], row["conf_low"], row["conf_high"]
        if name in shares and row["change"] is not None:
            yield f"change of {name}", 0.0, row["change_low"], row["change_high"]
        if name in SURVEYED:
            codes = [load_skm().codes.index(code) for code in SURVEYED[name]]
            means = scores[:, :, codes].mean(axis=2) * load_skm().factor
            now, before = (np.average(means[:, at], weights=sizes[:, at]) for at in (-1, -1 - YEAR))
            yield f"indicator {name}", now, row["conf_low"], row["conf_high"]
            yield f"change of {name}", now - before, row["change_low"], row["change_high"]


def test_every_planted_truth_of_every_arm_lies_inside_its_range(record, truth, drawn, example_analysed):
    found = list(held(record, truth, drawn, example_analysed[0].panel))
    outside = {name: (low, true, high) for name, true, low, high in found if not low < true < high}
    assert not outside
    assert len(found) == 46


def test_what_was_not_planted_is_not_told(record):
    """Kinds and types gain alike, nothing moves the clocks, no unit falls, all forms are honest."""
    plan, monitoring = record["planning"]["next"], record["monitoring"]
    assert plan["kinds"]["best"] is None and not plan["differ"]
    clocks = next(row for row in monitoring["indicators"] if row["name"] == "complaints_on_time")
    assert clocks["moved"] == "open"
    assert monitoring["charts"]["n_warnings"] <= 1 and record["quality"]["n_flagged_units"] <= 1
