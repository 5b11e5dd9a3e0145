"""Where each number of a record comes from: the function that made it, and the rows that it used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pandas as pd

from asn_analysis.record.inputs import CITY, Inputs, columns
from asn_analysis.records.hashed import in_letters

# Parts of the record by the function that makes them. Rows: "now" the cells of the quarter, "cells" all
# cells up to it, or a table of the data set.
MADE_BY = (
    (("ikm", "elements", "n_units", "n_respondents", "n_untrained"), "measures.survey.survey_index", "now"),
    (("coverage",), "measures.panel.build_panel", "cells"),
    (("trend",), "measures.survey.survey_index", "cells"),
    (("coverage",), "measures.panel.complete", "cells"),
    (("disclosure",), "measures.disclosure.withhold", "cells"),
    (("change",), "measures.index_change.index_change", "cells"),
    (("places",), "record.places.places", "cells"),
    (("lowest",), "measures.ranking.rank_units", "now"),
    (("effect", "in_answers", "event_study", "paths"), "impact.estimate.estimate_effect", "cells"),
    (("element_effects",), "impact.multiplicity.simultaneous", "cells"),
    (("kinds", "kinds_equal_p_value", "unit_types"), "impact.average.effects_by", "cells"),
    (("dose",), "impact.average.dose_slope", "cells"),
    (
        ("estimators", "two_way", "randomisation", "ordinal", "n_digital_meanwhile"),
        "impact.annex.beside_the_headline",
        "cells",
    ),
    (("specifications", "specification_counts"), "impact.specification.specification_curve", "cells"),
    (("checks", "sensitivity"), "impact.study.analyse", "cells"),
    (("verdict",), "impact.verdict.decide", "cells"),
    (("since_last",), "followup.changes.split_change", "cells"),
    (("planned_power",), "impact.power.plan_power", "cells"),
    (("cost",), "followup.cost.cost_per_point", "trainings"),
    (("held",), "record.core.held", "trainings"),
    (("trainings", "n_trainings"), "records.intake.read_dataset", "trainings"),
    (("follow_ups",), "followup.register.take_stock", "follow_ups"),
    (("promises",), "followup.movement.element_moves", "cells"),
    (("kept_promises",), "followup.movement.kept_promises", "cells"),
    (("request", "actions"), "followup.actions.propose", "now"),
)
LETTERS = 12  # of a hash: what a reader can compare by eye
NONE: dict[str, Any] = {"rows": None, "sha256": None}
FROM_THE_CITY = ("effect", "verdict", "city_ikm")  # in a unit's record


def sources(inputs: Inputs, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each function: parts of the record, function, number of rows used and their hash."""
    rows = {name: _hashed(used) for name, used in _rows(inputs).items()}
    elsewhere = () if inputs.scope == CITY else FROM_THE_CITY
    found: list[dict[str, Any]] = []
    for parts, function, used in MADE_BY:
        own = [part for part in parts if record.get(part) is not None and part not in elsewhere]
        if own:
            found.append({"parts": own, "function": function, **rows[used]})
    if inputs.scope != CITY:
        found.append({"parts": list(FROM_THE_CITY), "function": "briefs.record.city_record", **NONE})
    for name in filter(record.get, sorted(inputs.about["arms"])):
        own_rows = inputs.about["arm_rows"].get(name) or rows["cells"]
        of_arm = NONE if record[name].get("withheld") else own_rows
        found.append({"parts": [name], "function": f"arms.{name}.prepare", **of_arm})
    return found


def _rows(inputs: Inputs) -> dict[str, Any]:
    cells = inputs.panel.assign(quarter=inputs.panel["quarter"].astype(str))
    return {
        "now": columns(cells[cells["quarter"] == str(inputs.quarter)]),
        "cells": columns(cells),
        "trainings": columns(pd.DataFrame(inputs.about["trainings"])),
        "follow_ups": columns(pd.DataFrame(inputs.about["follow_ups"] or [])),
    }


def _hashed(columns: Mapping[str, list[Any]]) -> dict[str, Any]:
    text = json.dumps(columns, default=str, sort_keys=True)
    n = len(next(iter(columns.values()), []))
    return {"rows": n, "sha256": in_letters(sha256(text.encode()).hexdigest(), LETTERS)}
