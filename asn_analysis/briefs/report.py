"""The unit's record for the official *Laporan SKM*, with what that shows beyond a brief."""

from __future__ import annotations

from typing import Any

import numpy as np

from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.followup.planning import sample_size
from asn_analysis.followup.register import OPEN
from asn_analysis.impact.ordinal import answers_to
from asn_analysis.measures.context import characteristics
from asn_analysis.measures.disclosure import withheld_groups
from asn_analysis.measures.suggestions import Suggestions
from asn_analysis.measures.survey import unanswered
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.schema import TABLES
from asn_analysis.rules.rules import by_rules_of, load_skm

# The report tells of the unit alone, so the city's effect need not be estimated for it.
NOTHING_SAID = Suggestions()
NO_FINDING = {"effect": {}, "verdict": dict.fromkeys(("label", "certainty", "reasons")), "ikm": None}


@by_rules_of(lambda city, *more: city.quarter)
def report_record(city: Inputs, unit_id: str, said: Suggestions = NOTHING_SAID) -> dict[str, Any]:
    """The unit's record, with what the official report shows beyond a brief.

    Parameters
    ----------
    city, unit_id : the city's inputs of the quarter, and the unit
    said : what its respondents wrote, see ``measures.suggestions``

    Raises
    ------
    ValueError
        If too few people answered for anything to be shown.
    """
    inputs = unit_inputs(city, unit_id, NO_FINDING)
    record = unit_record(inputs)
    if record["ikm"] is None:
        lacking = ", ".join(unanswered(inputs.panel[inputs.panel["quarter"] == inputs.quarter]))
        why = f"nobody answered {lacking}" if record["n_respondents"] else "too few respondents"
        raise ValueError(f"{unit_id}: {why} in {city.quarter}; the report would show nothing.")
    skm, cells = load_skm(), inputs.panel[inputs.panel["quarter"] == inputs.quarter]
    means = {element["code"]: element["unrounded"] / skm.factor for element in record["elements"]}
    users = record["unit"]["annual_users"]
    rows = inputs.about["follow_ups"] or []
    return {
        **record,
        "scores": [
            {"mean": round(mean, 6), "weighted": round(mean * float(skm.weight[code]), 6)}
            for code, mean in means.items()
        ],
        "profile": _profile(cells, record["fewest_respondents"]),
        "population": users and {"users": users, "sample": sample_size(users)},
        "answers": [
            _answers(answers_to(cells, code).sum(axis=0), record["fewest_respondents"]) for code in means
        ],
        "suggestions": [{"text": one.text, "n": one.n} for one in said.shown],
        "left_out": {"waiting": said.n_waiting, "refused": said.n_refused},
        "promised": sorted(
            (row for row in rows if row["status"] in OPEN),
            key=lambda row: (row["due_quarter"], row["element"], row["action"]),
        ),
        "grades": [{"grade": grade.grade, "at_least": float(grade.at_least)} for grade in skm.grades],
    }


def _answers(given: np.ndarray, fewest: int) -> dict[str, int | None]:
    """How many gave one of the two low answers and one of the two high ones; withheld where few did.

    Not each answer by itself: its mean stands beside, and two counts would then give away the others.
    """
    counts = {"n_low": int(given[:2].sum()), "n_high": int(given[2:].sum())}
    small = withheld_groups(counts, fewest)
    return {name: None if name in small else n for name, n in counts.items()}


def _profile(cells: Any, fewest: int) -> dict[str, list[dict[str, Any]]]:
    """Respondents by characteristic, in the schema's order (SD to S3); groups too small to show are withheld,
    and never one alone.
    """
    profile = {}
    for name, columns in characteristics(cells).items():
        counts = {column.split(": ")[1]: int(cells[column].sum()) for column in columns}
        small = withheld_groups(counts, fewest)
        known = TABLES["responses"].columns[name].values
        order = sorted(counts, key=lambda group: known.index(group) if group in known else len(known))
        profile[name] = [
            {"group": group, "n": None if group in small else counts[group]}
            for group in order
            if counts[group]
        ]
    return profile
