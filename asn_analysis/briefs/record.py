"""record.json: every number that a brief shows, and nothing else that it shows can come from elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from asn_analysis.arms.preparing import complete_arms
from asn_analysis.briefs.inputs import read_city
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.followup.actions import propose, request
from asn_analysis.followup.cost import cost_per_point
from asn_analysis.impact import study
from asn_analysis.impact.design import Design
from asn_analysis.impact.randomisation import Lot
from asn_analysis.impact.study import Analysis, analyse
from asn_analysis.measures.control_charts import Between
from asn_analysis.record.annex import annex_record, verdict_series
from asn_analysis.record.changes import since_last
from asn_analysis.record.core import (
    change,
    check_numbers,
    disclosure_log,
    effect_numbers,
    element_numbers,
    head,
    held,
    in_answers,
    part_of,
    parts_of,
    paths,
    planned_power,
    trend,
)
from asn_analysis.record.effect import AtTime
from asn_analysis.record.followup import follow_up_record
from asn_analysis.record.inputs import Inputs, seen_cells
from asn_analysis.record.parts import Verdict
from asn_analysis.record.places import lowest_units, places
from asn_analysis.record.plain import plain_values
from asn_analysis.record.sources import sources
from asn_analysis.records.privacy import listed
from asn_analysis.records.schema import python_texts
from asn_analysis.rules.rules import by_rules_of, load_analysis
from asn_analysis.words.certainty import check_sentence, checks
from asn_analysis.words.language import Words, plain


@python_texts
@by_rules_of(lambda inputs, *more: inputs.quarter)
def city_record(inputs: Inputs, analysis: Analysis) -> dict[str, Any]:
    """The record of the city's brief: every number that it shows, in the types of data/record.schema.json.

    Parameters
    ----------
    inputs, analysis : what ``read_city`` and ``analyse_city`` return

    Examples
    --------
    >>> record = asn.city_record(inputs, analysis)
    >>> record["ikm"]["value"], record["verdict"]["label"]
    (84.72, 'promising')
    """
    panel, quarter = inputs.panel, inputs.quarter
    hidden = frozenset(inputs.about["withheld_of_city"])
    now = panel[panel["quarter"] == quarter]
    between = Between(**inputs.about["between"])
    elements = element_numbers(now)
    effect = effect_numbers(analysis.effect, analysis.refusal)
    cost = cost_per_point(
        inputs.about["trainings"], effect.estimate, effect.conf_low_robust, effect.conf_high_robust
    )
    record = {
        **head(inputs, elements, now),
        "n_respondents": int(now["n_respondents"].sum()),
        "n_untrained": inputs.about["surveyed"]["untrained"],
        "held": held(inputs.about["trainings"]),
        "trend": trend(panel, hidden, inputs.about["surveyed"]["by_quarter"]),
        "disclosure": disclosure_log(inputs),
        "change": change(panel, quarter, hidden, between),
        "places": places(inputs),
        "lowest": lowest_units(inputs),
        "seen": seen_cells(panel),
        "since_last": since_last(inputs, analysis),
        "effect": effect,
        "event_study": parts_of(AtTime, analysis.effect and analysis.effect.event_study),
        "in_answers": in_answers(analysis.effect),
        "paths": paths(analysis.effect),
        "checks": [check_numbers(check) for check in analysis.checks],
        "verdict": part_of(
            Verdict, analysis.verdict, series=tuple(verdict_series(analysis, inputs.about["published"]))
        ),
        "plan": inputs.about["plan"],
        **({"lot": inputs.about["lot"]} if inputs.about["lot"] else {}),
        "planned_power": planned_power(inputs, analysis),
        "cost": cost,
        **follow_up_record(inputs),
        **complete_arms(inputs, analysis),
        **annex_record(analysis.annex),
    }
    return _with_sentences(_with_actions(inputs, record))


def _with_actions(inputs: Inputs, record: dict[str, Any]) -> dict[str, Any]:
    """The record with what it calls for, and where all of it comes from."""
    record = plain_values(record)
    record["request"] = plain_values(request(record))
    record["actions"] = [plain_values(asdict(action)) for action in propose(record)]
    return {**record, "sources": sources(inputs, record)}


def _with_sentences(record: dict[str, Any]) -> dict[str, Any]:
    """The record, each check with its sentence for readers of the file alone."""
    words = Words(record, "en")
    for check, part in zip(record["checks"], words.part(checks.rows_of, "checks"), strict=True):
        check["sentence"] = plain(check_sentence(words, part))
    return record


@python_texts
@by_rules_of(lambda inputs, *more: inputs.quarter)
def unit_record(inputs: Inputs) -> dict[str, Any]:
    """The record of one unit's brief; the effect in it is the city's.

    Parameters
    ----------
    inputs : what ``read_unit`` returns

    Examples
    --------
    >>> record = asn.unit_record(asn.read_unit(city, unit_id="36.73.01"))
    >>> record["effect"]["n_units"]
    24
    """
    panel, quarter = inputs.panel, inputs.quarter
    fewest = load_analysis().fewest_respondents
    now = panel[panel["quarter"] == quarter]
    withheld = frozenset(inputs.about["withheld"])
    enough = not now.empty and str(quarter) not in withheld
    elements = element_numbers(now) if enough else []
    found = inputs.about["city_finding"]
    record = {
        **head(inputs, elements, now if enough else now.iloc[:0]),
        "n_respondents": int(now["n_respondents"].sum()) if enough else None,
        "fewest_respondents": fewest,
        "trend": trend(panel, withheld),
        "change": change(panel, quarter, withheld, Between(**inputs.about["between"])) if enough else None,
        "city_ikm": found["ikm"],
        "effect": found["effect"],
        "checks": [],
        "verdict": found["verdict"],
        "plan": inputs.about["plan"],
        "trainings": inputs.about["trainings"],
        "n_trainings": len(inputs.about["trainings"]),
        **follow_up_record(inputs),
        **inputs.about["arms"],
        "left_out": inputs.about["left_out"],
    }
    return _with_actions(inputs, record)


@python_texts
@by_rules_of(lambda inputs, *more: inputs.quarter)
def analyse_city(inputs: Inputs, panel: pd.DataFrame | None = None, design: Design | None = None) -> Analysis:
    """The city's question put to its inputs (see ``analyse``).

    Parameters
    ----------
    inputs : what ``read_city`` returns
    panel : other cells than ``inputs.of_units``
    design : another comparison than the declared one, to which no locked plan holds

    Examples
    --------
    >>> asn.analyse_city(inputs).verdict.label
    'promising'
    """
    about = inputs.about
    cells = inputs.of_units if panel is None else panel
    plan_holds = about["plan"]["holds"] and (panel is None or panel.equals(inputs.of_units))
    return analyse(cells, inputs.quarter, about["rollout"], plan_holds, about["asked"], design, _lot(about))


@python_texts
@by_rules_of(lambda inputs: inputs.quarter)
def think_ahead(inputs: Inputs) -> None:
    """Work out what the city's record will ask of its cells, of which alone it is known that it stays."""
    annex_record(study.think_ahead(inputs.of_units, inputs.quarter, _lot(inputs.about)))


def _lot(about: dict[str, Any]) -> Lot | None:
    order = about["order"]
    return order and tuple((unit, order["strata"][unit]) for unit in order["order"])


@python_texts
def read_unit(data: str = "data/example", quarter: str = "", unit_id: str = "", prepared: str = "") -> Inputs:
    """One unit's inputs: from the batch's prepared document, or else cut from the data set.

    Parameters
    ----------
    data, quarter, prepared : as for ``read_city``
    unit_id : code of the unit

    Raises
    ------
    ValueError
        If the city has no such unit; and what ``read_city`` raises.

    Examples
    --------
    >>> unit = asn.read_unit(city, unit_id="36.73.01")
    >>> asn.unit_record(unit)["scope"]
    '36.73.01'
    """
    if prepared:
        return Inputs.from_json(Path(prepared).read_text(encoding="utf-8"))
    city = read_city(data, quarter)
    known = [unit["unit_id"] for unit in city.about["units"]]
    if unit_id not in known:
        raise ValueError(f'There is no unit "{unit_id}". Codes are, for example, {listed(known[:3])}.')
    record = city_record(city, analyse_city(city))
    return unit_inputs(city, unit_id, record)
