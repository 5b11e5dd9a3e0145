"""record.json: every number that a brief shows, and nothing else that it shows can come from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.arms import complete_arms, recompute_arms
from asn_analysis.briefs import beside
from asn_analysis.briefs.inputs import CITY, Inputs, read_city, seen_cells, unit_inputs
from asn_analysis.followup.actions import propose
from asn_analysis.followup.cost import cost_per_point
from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.power import plan_power
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import Analysis, analyse, city_design
from asn_analysis.measures.ikm import Ikm
from asn_analysis.measures.survey import element_indices, index_change, survey_index
from asn_analysis.record.annex import annex_record, verdict_series
from asn_analysis.record.changes import since_last
from asn_analysis.record.followup import follow_up_record
from asn_analysis.record.sources import sources
from asn_analysis.rules.rules import load_analysis, load_skm
from asn_analysis.words.language import Words, plain
from asn_analysis.words.wording import RECORDED, check_sentence

SCHEMA_VERSION = 1
EFFECT_NUMBERS = (
    *("estimate", "std_error", "df", "conf_low", "conf_high"),
    *("trend_adjusted", "trend_adjusted_low", "trend_adjusted_high", "conf_low_robust", "conf_high_robust"),
    *("drift", "horizon", "n_units", "n_treated_units", "n_never_treated_units", "n_respondents"),
    *("n_cells", "n_left_out_cells", "n_cells_without_outcome", "method"),
)


def city_record(inputs: Inputs, analysis: Analysis) -> dict[str, Any]:
    """The record of the city's brief."""
    annex = beside.begin(annex_record, analysis.annex)
    panel, quarter = inputs.panel, inputs.quarter
    hidden = frozenset(inputs.about["withheld_of_city"])
    now = panel[panel["quarter"] == quarter]
    elements = _elements(now)
    effect = effect_numbers(analysis.effect, analysis.refusal)
    cost = cost_per_point(
        inputs.about["trainings"], effect["estimate"], effect["conf_low_robust"], effect["conf_high_robust"]
    )
    record = {
        **_head(inputs, elements, now),
        "n_untrained": inputs.about["surveyed"]["untrained"],
        "trend": _trend(panel, hidden),
        "disclosure": _disclosure_log(inputs),
        "change": _change(panel, quarter, hidden),
        "seen": seen_cells(panel),
        "since_last": since_last(inputs, analysis),
        "effect": effect,
        "event_study": _table(analysis.effect and analysis.effect.event_study),
        "paths": _table(analysis.effect and analysis.effect.paths),
        "checks": [_check(check) for check in analysis.checks],
        "verdict": {
            "label": analysis.verdict.label,
            "certainty": analysis.verdict.certainty,
            "reasons": [asdict(reason) for reason in analysis.verdict.reasons],
            "series": verdict_series(analysis, inputs.about["published"]),
        },
        "plan": inputs.about["plan"],
        "planned_power": planned_power(inputs, analysis),
        "cost": cost and asdict(cost),
        **follow_up_record(inputs),
        **complete_arms(inputs, analysis),
        **annex(),
    }
    return _with_sentences(_with_actions(inputs, record))


def _with_actions(inputs: Inputs, record: dict[str, Any]) -> dict[str, Any]:
    """The record with what it calls for, and where all of it comes from."""
    record = plain_values(record)
    record["actions"] = [asdict(action) for action in propose(record)]
    return {**record, "sources": sources(inputs, record)}


def _with_sentences(record: dict[str, Any]) -> dict[str, Any]:
    """The record, each check with its sentence for readers of the file alone."""
    words = Words(record, "en")
    for place, check in enumerate(record["checks"]):
        check["sentence"] = plain(check_sentence(words, place))
    return record


def unit_record(inputs: Inputs) -> dict[str, Any]:
    """The record of one unit's brief; the effect in it is the city's."""
    panel, quarter = inputs.panel, inputs.quarter
    fewest = load_analysis().fewest_respondents
    now = panel[panel["quarter"] == quarter]
    withheld = frozenset(inputs.about["withheld"])
    enough = not now.empty and str(quarter) not in withheld
    elements = _elements(now) if enough else []
    found = inputs.about["city_finding"]
    record = {
        **_head(inputs, elements, now if enough else now.iloc[:0]),
        "n_respondents": int(now["n_respondents"].sum()) if enough else None,
        "fewest_respondents": fewest,
        "trend": _trend(panel, withheld),
        "change": _change(panel, quarter, withheld) if enough else None,
        "city_ikm": found["ikm"],
        "effect": found["effect"],
        "checks": [],
        "verdict": found["verdict"],
        "plan": inputs.about["plan"],
        "trainings": inputs.about["trainings"],
        "n_trainings": len(inputs.about["trainings"]),
        **follow_up_record(inputs),
        **recompute_arms(inputs),
    }
    return _with_actions(inputs, record)


def analyse_city(inputs: Inputs) -> Analysis:
    """The city's question put to its inputs."""
    plan = inputs.about["plan"]
    holds = plan["state"] == "locked" and not plan["deviations"]
    screened = inputs.about["arms"].get("quality")
    flagged = screened and screened["flagged_units"]
    return analyse(inputs.of_units, inputs.quarter, inputs.about["rollout"], holds, flagged)


def planned_power(inputs: Inputs, analysis: Analysis) -> dict[str, Any] | None:
    """Before anyone is trained: what the roll-out that is planned could show, a year after its end."""
    planned = inputs.about["planned"]
    if not planned or analysis.refusal is None or analysis.refusal.code != "no_treated":
        return None
    start = {unit: pd.Period(quarter, freq=inputs.quarter.freq) for unit, quarter in planned.items()}
    try:
        power = plan_power(
            inputs.of_units, city_design(), start, max(start.values()) + 4, load_analysis().sesoi
        )
    except DesignError:
        return None
    names = (
        "n_units",
        "n_treated_units",
        "detectable",
        "detectable_robust",
        "power",
        "power_robust",
        "decides",
    )
    return {**{name: getattr(power, name) for name in names}, "sesoi": power.sesoi}


def read_unit(data: str = "data/example", quarter: str = "", unit_id: str = "", prepared: str = "") -> Inputs:
    """One unit's inputs: from the batch's prepared document, or else cut from the data set."""
    if prepared:
        return Inputs.from_json(Path(prepared).read_text(encoding="utf-8"))
    city = read_city(data, quarter)
    known = [unit["unit_id"] for unit in city.about["units"]]
    if unit_id not in known:
        raise ValueError(f'There is no unit "{unit_id}". Codes are, for example, {", ".join(known[:3])}.')
    record = city_record(city, analyse_city(city))
    return unit_inputs(city, unit_id, record)


def _head(inputs: Inputs, elements: list[dict[str, Any]], now: pd.DataFrame) -> dict[str, Any]:
    about = inputs.about
    unit = about["units"][0] if inputs.scope != CITY else None
    return {
        "schema_version": SCHEMA_VERSION,
        "scope": inputs.scope,
        "quarter": str(inputs.quarter),
        "city": about["city"],
        "unit": unit,
        "n_units": about["surveyed"]["units"] if unit is None else now["unit_id"].nunique(),
        "dates": {
            "start": str(inputs.quarter.start_time.date()),
            "end": str(inputs.quarter.end_time.date()),
        },
        "data": about["data"],
        "rules": about["rules"],
        "revision": about["revision"],
        "package_version": about["package_version"],
        "producer": about["producer"],
        "licence": about["licence"],
        "missing_tables": about["missing_tables"],
        "parameters": {
            "quarter": str(inputs.quarter),
            "scope": inputs.scope,
            "weights": load_skm().default_weights,
        },
        "ikm": None if now.empty else _ikm(survey_index(now)),
        "elements": elements,
    }


def _ikm(index: Ikm) -> dict[str, Any]:
    names = (
        "value",
        "grade",
        "unrounded",
        "n",
        "std_error",
        "df",
        "conf_low",
        "conf_high",
        "grade_probabilities",
    )
    return {name: getattr(index, name) for name in names}


def _elements(now: pd.DataFrame) -> list[dict[str, Any]]:
    names = {element.code: element.name for element in load_skm().elements}
    return [
        {"code": code, "name": names[code], **_ikm(index)} for code, index in element_indices(now).items()
    ]


def _disclosure_log(inputs: Inputs) -> dict[str, int]:
    """How much is withheld, and not what: results of units by quarter, and quarters of the whole city."""
    withheld = inputs.about["withheld"]
    return {
        "fewest": load_analysis().fewest_respondents,
        "n_cells": len(inputs.of_units) + len(withheld),
        "n_withheld": len(withheld),
        "n_withheld_now": sum(when == str(inputs.quarter) for _, when in withheld),
        "n_quarters_of_city": len(inputs.about["withheld_of_city"]),
    }


def _trend(panel: pd.DataFrame, withheld_quarters: frozenset[str]) -> list[dict[str, Any]]:
    """The index of every quarter; cells under the disclosure threshold are withheld, not dropped."""
    rows = []
    known = {str(quarter): cells for quarter, cells in panel.groupby("quarter")}
    for quarter in sorted({*known, *withheld_quarters}):
        withheld = quarter in withheld_quarters
        index = {} if withheld else _ikm(survey_index(known[quarter]))
        kept = {
            name: index.get(name) for name in ("value", "unrounded", "conf_low", "conf_high", "grade", "n")
        }
        rows.append({"quarter": quarter, "withheld": withheld, **kept})
    return rows


def _change(
    panel: pd.DataFrame, quarter: pd.Period, withheld_quarters: frozenset[str]
) -> dict[str, Any] | None:
    """Against the last earlier quarter that was surveyed, where both may be shown."""
    earlier = {str(when) for when in panel["quarter"]} | withheld_quarters
    last = max((when for when in earlier if when < str(quarter)), default=None)
    if last is None or last in withheld_quarters:
        return None
    before = panel[panel["quarter"] == last]
    return {"since": last, **asdict(index_change(panel[panel["quarter"] == quarter], before))}


def effect_numbers(effect: Effect | None, refusal: DesignError | None) -> dict[str, Any]:
    """An effect with its ranges, or why there is none."""
    values = {name: getattr(effect, name) if effect else None for name in EFFECT_NUMBERS}
    values["detectable"] = effect.detectable if effect else None
    return {
        **values,
        "sesoi": load_analysis().sesoi,
        "comparison": load_analysis().comparison,
        "refusal": refusal and {"code": refusal.code, "reason": refusal.reason, "remedy": refusal.remedy},
        "robust_refusal": effect.trend_refusal if effect else None,
    }


def _check(check: Any) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome,
        "finding": check.finding,
        "weakness": check.weakness,
        "values": dict(check.values),
        "table": _table(check.table),
    }


def _table(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    return [] if frame is None else frame.to_dict("records")


def plain_values(value: Any) -> Any:
    """JSON's own types, floats rounded, and None wherever a number cannot be had."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return round(float(value), RECORDED) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return str(value) if isinstance(value, pd.Period) else value
