"""Did training civil servants change what citizens say about the service they got?

The public verbs, in the order in which data walk through the house. Each is loaded when it is
first used, so that a brief that only draws does not pay for the statistics.

Examples in the docstrings go on from these lines, on the city that `asn simulate city --units 24
--quarters 12 --respondents 30 --effect 4 --seed 7` writes:

>>> import numpy as np, pandas as pd
>>> import asn_analysis as asn
>>> dataset = asn.read_dataset(city)
>>> panel = asn.with_context(asn.build_panel(dataset), dataset)
>>> quarter = asn.newest_complete_quarter(dataset)
>>> now = panel[panel["quarter"] == quarter]
>>> clocks, days = asn.with_clocks(dataset.complaints, quarter)
>>> inputs = asn.read_city(city)
>>> analysis = asn.analyse_city(inputs)
"""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import isfunction
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "load_skm": "rules.rules",
    "load_analysis": "rules.rules",
    "attempt": "views.said",
    "Said": "views.said",
    "table_of": "views.said",
    "column_of": "views.said",
    "only": "views.said",
    "to_table": "views.papers",
    "check_dataset": "records.intake",
    "read_dataset": "records.intake",
    "read_plan": "records.plan",
    "ikm_from_elements": "measures.ikm",
    "Ikm": "measures.ikm",
    "read_truth": "simulate.truth",
    "build_panel": "measures.panel",
    "score_panel": "measures.panel",
    "with_context": "measures.context",
    "newest_complete_quarter": "measures.panel",
    "survey_index": "measures.survey",
    "indices_by": "measures.survey",
    "element_indices": "measures.survey",
    "index_change": "measures.index_change",
    "with_clocks": "measures.complaints",
    "of_year": "measures.complaints",
    "counts": "measures.complaints",
    "on_time": "measures.complaints",
    "time_to_close": "measures.complaints",
    "shrunk_rates": "measures.disagreement",
    "disagreeing_units": "measures.disagreement",
    "topics": "measures.topics",
    "elements_of": "measures.topics",
    "forums_of_year": "measures.consultation",
    "reach": "measures.consultation",
    "reach_by_kind": "measures.consultation",
    "asked_for": "measures.consultation",
    "women_gap": "measures.consultation",
    "by_kecamatan": "measures.consultation",
    "comments_by_element": "measures.consultation",
    "Design": "impact.design",
    "DesignError": "impact.refusals",
    "estimate_effect": "impact.estimate",
    "Effect": "impact.estimate",
    "compare": "impact.compare",
    "leave_out": "impact.compare",
    "starting": "impact.compare",
    "raw_means": "impact.compare",
    "complaint_cells": "impact.complaints",
    "complaints_effect": "impact.complaints",
    "effects_by": "impact.average",
    "group_time_effects": "impact.callaway",
    "two_way": "impact.twoway",
    "specification_curve": "impact.specification",
    "plan_power": "impact.power",
    "decide": "impact.verdict",
    "answer_spread": "followup.planning",
    "forms_for_precision": "followup.planning",
    "sample_size": "followup.planning",
    "rank_kinds": "followup.expected",
    "cost_cases": "followup.cost",
    "Finding": "impact.verdict",
    "choose_quarter": "briefs.inputs",
    "read_city": "briefs.inputs",
    "read_unit": "briefs.record",
    "city_design": "impact.study",
    "analyse": "impact.study",
    "known_at": "impact.looks",
    "analyse_city": "briefs.record",
    "city_record": "briefs.record",
    "unit_record": "briefs.record",
    "dials": "briefs.dials",
    "what_if": "briefs.what_if",
    "what_if_grid": "briefs.what_if",
    "plan_rollout": "briefs.rollout",
    "part": "pages.own",
    "Brief": "briefs.brief",
}

_FIGURES = "plots"  # a module of verbs

__all__ = ["__version__", _FIGURES, *_HOME]


def __getattr__(name: str) -> Any:
    if name == _FIGURES:
        return import_module(f"{__name__}.views.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return import_module(f"{__name__}.views.said").public(found) if isfunction(found) else found


def __dir__() -> list[str]:
    return sorted(__all__)


def _list_without_types() -> None:
    """Lets a notebook's Tab list the verbs at once.

    IPython asks for the type of each name first, and a name that is loaded when it is used would bring
    in all the statistics for that: longer than JupyterLab waits.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.Completer.jedi_compute_type_timeout = 0


_list_without_types()
