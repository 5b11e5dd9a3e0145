"""The annex's part of the record: what stands beside the headline, and the verdict over the quarters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from asn_analysis.impact.annex import Annex
from asn_analysis.impact.average import GroupedEffects
from asn_analysis.impact.study import Analysis
from asn_analysis.record.core import part_of, parts_of
from asn_analysis.record.effect import (
    Counts,
    CutPoints,
    ElementEffect,
    Estimate,
    Group,
    Named,
    Randomisation,
    Sensitivity,
    Specification,
    TwoWay,
)
from asn_analysis.record.parts import Then
from asn_analysis.rules.rules import load_skm

LISTS = ("element_effects", "estimators", "kinds", "unit_types", "ordinal", "specifications")
NUMBERS = (
    *("randomisation", "two_way", "dose", "sensitivity", "specification_counts", "n_digital_meanwhile"),
    "kinds_equal_p_value",
)


def verdict_series(analysis: Analysis, published: Mapping[str, Mapping[str, Any]]) -> list[Then]:
    """The verdict at the end of each quarter, from today's data, beside what was published then."""
    series = []
    for finding, label in zip(analysis.findings, analysis.labels, strict=True):
        then = published.get(finding.quarter)
        series.append(
            Then(
                **vars(finding),
                label=label,
                published=then["label"] if then else None,
                published_estimate=then["estimate"] if then else None,
                revised=then is not None and then["label"] != label,
            )
        )
    return series


def annex_record(annex: Annex | None) -> dict[str, Any]:
    """Everything beside the headline; empty parts where the data refuse them."""
    if annex is None:
        return dict.fromkeys(LISTS, ()) | dict.fromkeys(NUMBERS)
    return {
        "element_effects": _element_effects(annex),
        "estimators": [part_of(Named, found, name=name) for name, found in annex.estimators.items()],
        "randomisation": annex.randomisation and part_of(Randomisation, annex.randomisation),
        "two_way": annex.two_way and part_of(TwoWay, annex.two_way),
        "kinds": _groups(annex.kinds),
        "kinds_equal_p_value": annex.kinds.equal_p_value if annex.kinds else None,
        "unit_types": _groups(annex.unit_types),
        "dose": annex.dose and part_of(Estimate, annex.dose),
        "ordinal": [
            CutPoints(code, **{effect.term: effect.estimate for effect in effects})
            for code, effects in annex.cut_points.items()
        ],
        "sensitivity": annex.sensitivity and part_of(Sensitivity, annex.sensitivity),
        "specifications": parts_of(Specification, annex.curve.table),
        "n_digital_meanwhile": annex.n_digital_meanwhile,
        "specification_counts": Counts(**annex.curve.counts, sesoi=annex.curve.sesoi),
    }


def _element_effects(annex: Annex) -> list[ElementEffect]:
    """On the answer scale, and in points of the element's index; intervals hold for all nine at once."""
    names = {element.code: element.name for element in load_skm().elements}
    factor = load_skm().factor
    return [
        ElementEffect(
            code=row["term"],
            name=names[row["term"]],
            **{name: row[name] for name in ("estimate", "std_error", "df", "p_value_holm")},
            conf_low=row["conf_low_simultaneous"],
            conf_high=row["conf_high_simultaneous"],
            points=row["estimate"] * factor,
            points_low=row["conf_low_simultaneous"] * factor,
            points_high=row["conf_high_simultaneous"] * factor,
        )
        for row in annex.element_table.to_dict("records")
    ]


def _groups(found: GroupedEffects | None) -> list[Group]:
    """A group of a single unit has an estimate without a range, which nobody could judge: left out."""
    known = found.effects if found else ()
    return [part_of(Group, effect) for effect in known if np.isfinite(effect.std_error)]
