"""The annex's part of the record: what stands beside the headline, and the verdict over the quarters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from asn_analysis.impact.annex import Annex
from asn_analysis.impact.average import GroupedEffects
from asn_analysis.impact.specification import DIMENSIONS
from asn_analysis.impact.study import Analysis
from asn_analysis.rules.rules import load_skm

INTERVAL = ("estimate", "conf_low", "conf_high")


def verdict_series(analysis: Analysis, published: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The verdict at the end of each quarter, from today's data, beside what was published then."""
    series = []
    for finding, label in zip(analysis.findings, analysis.labels, strict=True):
        then = published.get(finding.quarter)
        row = {**asdict(finding), "label": label, "published": then["label"] if then else None}
        row["published_estimate"] = then["estimate"] if then else None
        series.append({**row, "revised": then is not None and then["label"] != label})
    return series


def annex_record(annex: Annex | None) -> dict[str, Any]:
    """Everything beside the headline; empty parts where the data refuse them."""
    if annex is None:
        names = ("element_effects", "estimators", "kinds", "unit_types", "ordinal", "specifications")
        none = (
            "randomisation",
            "two_way",
            "dose",
            "sensitivity",
            "specification_counts",
            "n_digital_meanwhile",
        )
        return {**{name: [] for name in names}, **dict.fromkeys(none), "kinds_equal_p_value": None}
    return {
        "element_effects": _element_effects(annex),
        "estimators": [{"name": name, **_interval(found)} for name, found in annex.estimators.items()],
        "randomisation": annex.randomisation
        and {name: getattr(annex.randomisation, name) for name in ("p_value", "draws", "seed")},
        "two_way": annex.two_way
        and {**_interval(annex.two_way), "forbidden_weight": annex.two_way.forbidden_weight},
        "kinds": _groups(annex.kinds),
        "kinds_equal_p_value": annex.kinds.equal_p_value if annex.kinds else None,
        "unit_types": _groups(annex.unit_types),
        "dose": annex.dose and _interval(annex.dose),
        "ordinal": _ordinal(annex),
        "sensitivity": annex.sensitivity
        and {name: getattr(annex.sensitivity, name) for name in ("breakdown_mbar", "breakdown_m", "periods")},
        "specifications": annex.curve.table[[*DIMENSIONS, *INTERVAL, "refusal", "headline"]].to_dict(
            "records"
        ),
        "n_digital_meanwhile": annex.n_digital_meanwhile,
        "specification_counts": {**annex.curve.counts, "sesoi": annex.curve.sesoi},
    }


def _element_effects(annex: Annex) -> list[dict[str, Any]]:
    """On the answer scale, and in points of the element's index; intervals hold for all nine at once."""
    names = {element.code: element.name for element in load_skm().elements}
    factor = load_skm().factor
    rows = []
    for row in annex.element_table.to_dict("records"):
        rows.append(
            {
                "code": row["term"],
                "name": names[row["term"]],
                "estimate": row["estimate"],
                "std_error": row["std_error"],
                "df": row["df"],
                "conf_low": row["conf_low_simultaneous"],
                "conf_high": row["conf_high_simultaneous"],
                "p_value_holm": row["p_value_holm"],
                "points": row["estimate"] * factor,
                "points_low": row["conf_low_simultaneous"] * factor,
                "points_high": row["conf_high_simultaneous"] * factor,
            }
        )
    return rows


def _ordinal(annex: Annex) -> list[dict[str, Any]]:
    """Per element: effects on the shares of low answers."""
    return [
        {"code": code, **{effect.term: effect.estimate for effect in effects}}
        for code, effects in annex.cut_points.items()
    ]


def _groups(found: GroupedEffects | None) -> list[dict[str, Any]]:
    """A group of a single unit has an estimate without a range, which nobody could judge: left out."""
    if found is None:
        return []
    return [
        {"term": effect.term, **_interval(effect), "n_units": effect.n_units}
        for effect in found.effects
        if np.isfinite(effect.std_error)
    ]


def _interval(found: Any) -> dict[str, float]:
    return {name: getattr(found, name) for name in INTERVAL}
