"""Made-up records: every label, sign, missing part and size that a brief may have to tell."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from asn_analysis.record.annex import annex_record
from asn_analysis.records.plan import STATES
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.certainty import CHECKS, REFUSALS
from asn_analysis.words.texts import LABELS

BY_LABEL = {
    rule.when["verdict"]: rule.code for rule in reversed(load_actions().rules) if "verdict" in rule.when
}
WHY = {
    "success": ["robust_interval_above_zero_and_held"],
    "promising": [
        *("not_yet_held", "size_uncertain", "robust_interval_holds_zero", "no_robust_interval"),
        *("sign_depends_on_scoring", "check_failed", "little_certainty"),
    ],
    "adjust": ["robust_interval_below_sesoi"],
    "harm": ["robust_interval_below_zero"],
    "inconclusive": [
        *("interval_holds_zero", "effect_refused", "scale_decides", "below_zero_not_held", "small_not_held"),
        *("no_room", "check_failed", "checks_failed", "no_certainty"),
    ],
}
CHECK_VALUES = {
    "placebo": ("periods", "estimate", "conf_low", "conf_high", "p_value", "detectable", "sesoi"),
    "breakdown": ("breakdown_mbar", "breakdown_m", "periods"),
    "leave_one_unit_out": ("estimate", "lowest", "highest", "farthest", "n_left_out"),
    "leave_one_wave_out": ("estimate", "lowest", "highest", "farthest", "n_left_out"),
    "shock_in_one_wave": ("n_waves", "wave", "difference", "p_value", "detectable", "sesoi"),
    "scoring": ("equal_spaced", "n_better"),
    "composition_shift": ("distance", "characteristic", "most"),
    "few_units": ("n_treated", "n_never_treated", "fewest"),
    "pre_trend": ("p_value", "detectable_drift", "detectable_bias", "sesoi"),
    "negative_controls": ("n_moved", "n_controls", "detectable"),
    "flagged_units": ("n_flagged", "share", "most", "estimate", "conf_low", "conf_high"),
    "missing_items": ("share", "most"),
}
ESTIMATES = {"success": 2.4, "promising": 1.2, "adjust": 0.4, "harm": -1.7, "inconclusive": 0.3}
SIZES = (1.0, 1e-9, 0.02, 1e4)


def variants(base: dict[str, Any], seed: int = 1) -> Iterator[dict[str, Any]]:
    """More than 200 records: labels x certainty x size, then with parts missing."""
    rng = random.Random(seed)
    for label in LABELS:
        for certainty in range(6):
            for why in WHY[label]:
                for size in SIZES:
                    yield _variant(base, label, certainty, why, size, rng)


def _variant(
    base: dict[str, Any], label: str, certainty: int, why: str, size: float, rng: random.Random
) -> dict[str, Any]:
    record = copy.deepcopy(base)
    record["verdict"] |= {"label": label, "certainty": certainty}
    record["verdict"]["reasons"][0] = {"code": why, "points": 0}
    record["actions"][0] = {**record["actions"][0], "code": BY_LABEL[label], "count": rng.randint(1, 40)}
    estimate = ESTIMATES[label] * size
    effect = record["effect"]
    effect |= {"estimate": estimate, "conf_low": estimate - 0.5 * size, "conf_high": estimate + 0.5 * size}
    record["in_answers"] = {"of_100": 4 * abs(estimate), "higher": estimate > 0}
    effect |= {"conf_low_robust": estimate - size, "conf_high_robust": estimate + size}
    if why == "no_robust_interval":
        effect |= dict.fromkeys(("trend_adjusted", "conf_low_robust", "conf_high_robust"))
    if label != "success" or why == "effect_refused":
        record["request"] = None  # only a success asks for training
    if why == "effect_refused":
        _refuse(record, rng.choice([*REFUSALS, "something_new"]))
    record["checks"] = [_check(name, finding, rng) for name, finding in CHECKS]
    for part in ("change", "follow_ups", "cost"):
        if rng.random() < 0.3:
            record[part] = None
    record["data"]["simulated"] = rng.random() < 0.5
    record["plan"]["state"] = rng.choice(["locked", *STATES])
    record["plan"]["seen_from"] = "2026-03-31" if record["plan"]["state"] == "late" else None
    before = {"ikm": 84.1, "grade": "B", "estimate": rng.choice([None, 1.9]), "label": "promising"}
    revision = {"number": 2, "reason": "u9 was entered twice", "before": before}
    record["revision"] = rng.choice([None, revision])
    record["missing_tables"] = rng.sample(["complaints", "staff", "digital_services"], rng.randint(0, 3))
    return record


def _refuse(record: dict[str, Any], code: str) -> None:
    record["effect"] |= {"estimate": None, "refusal": {"code": code, "reason": "", "remedy": ""}}
    record |= annex_record(None) | {"event_study": [], "paths": []}
    if record["cost"]:
        record["cost"] |= dict.fromkeys(("per_point", "per_point_low", "per_point_high"))


def _check(name: str, finding: str, rng: random.Random) -> dict[str, Any]:
    named = {"farthest": "36.73.01", "wave": "2025Q2", "characteristic": "age", "periods": 2}
    values = {
        value: rng.randint(1, 99) if value.startswith(("n_", "fewest")) else rng.uniform(-1, 1)
        for value in CHECK_VALUES[name]
    } | {value: named[value] for value in CHECK_VALUES[name] if value in named}
    if finding == "untestable":
        values = {}
    told = {"name": name, "finding": finding, "outcome": "informational", "weakness": False}
    return {**told, "values": values, "table": []}
