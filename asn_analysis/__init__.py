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

_VERBS = {
    "rules.rules": "load_skm load_analysis",
    "views.said": "attempt Said table_of column_of only",
    "views.papers": "to_table",
    "records.intake": "check_dataset read_dataset",
    "records.plan": "read_plan",
    "measures.ikm": "ikm_from_elements Ikm",
    "simulate.truth": "read_truth",
    "measures.panel": "build_panel score_panel newest_complete_quarter",
    "measures.context": "with_context",
    "measures.survey": "survey_index indices_by element_indices",
    "measures.index_change": "index_change",
    "measures.complaints": "with_clocks of_year counts on_time",
    "measures.closing": "time_to_close",
    "measures.disagreement": "shrunk_rates disagreeing_units",
    "measures.topics": "topics elements_of",
    "measures.consultation": "forums_of_year reach reach_by_kind "
    "asked_for women_gap by_kecamatan comments_by_element",
    "impact.design": "Design",
    "impact.refusals": "DesignError",
    "impact.estimate": "estimate_effect Effect",
    "impact.compare": "compare leave_out starting raw_means",
    "impact.complaints": "complaint_cells complaints_effect",
    "impact.average": "effects_by",
    "impact.callaway": "group_time_effects",
    "impact.twoway": "two_way",
    "impact.specification": "specification_curve",
    "impact.power": "plan_power",
    "impact.verdict": "decide Finding",
    "followup.planning": "answer_spread forms_for_precision sample_size",
    "followup.expected": "rank_kinds",
    "followup.cost": "cost_cases",
    "briefs.inputs": "choose_quarter read_city",
    "briefs.record": "read_unit analyse_city city_record unit_record",
    "impact.study": "city_design analyse",
    "impact.looks": "known_at",
    "briefs.dials": "dials",
    "briefs.what_if": "what_if what_if_grid",
    "briefs.rollout": "plan_rollout",
    "pages.own": "part",
    "briefs.brief": "Brief",
}
_HOME = {name: home for home, names in _VERBS.items() for name in names.split()}

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
