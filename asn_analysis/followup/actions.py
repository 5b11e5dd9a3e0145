"""What to do next: actions that follow from the evidence by rule, never from an invented cause.

The rules stand in ``rules/actions.yml``. This module says which facts of a brief's record they ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from asn_analysis.records.unit_names import told_apart
from asn_analysis.rules.kinds import ActionRule
from asn_analysis.rules.rules import load_actions

CITY = "city"
FACT_FIELDS = ("count", "share", "element", "other", "kind", "cost", "names")
NAMED = 3  # units, in an action or a request


@dataclass(frozen=True)
class Action:
    """What, who, by when; wording and measure hang on ``code``, ``asked`` ones stand in the decision box."""

    number: int
    code: str
    owner: str
    due_quarter: str
    count: int | None = None
    share: float | None = None
    element: str | None = None
    other: str | None = None
    kind: str | None = None
    cost: float | None = None
    names: tuple[str, ...] = ()
    asked: bool = False


@dataclass(frozen=True)
class Request:
    """Training that the city is asked to approve, which is never more than its budget pays for.

    Without a budget it is asked to set one, and these are all untrained units. ``first``: those that gain
    most for the money. ``lowest``: whether the unit that stands lowest is asked for, or trained already.
    """

    budget: float | None
    n_units: int
    cost: float
    per_unit: float
    n_untrained: int
    first: tuple[str, ...]
    lowest: Literal["asked", "trained", "not_asked"] | None


def request(record: Mapping[str, Any]) -> Request | None:
    """What a success asks for; None where nobody can be chosen, or a lot or the verdict says who is next."""
    if _in_turn(record):
        return None
    planned = (record.get("planning") or {}).get("next")
    if record["verdict"]["label"] != "success" or not planned or planned["refusal"]:
        return None
    fair = planned["choices"][0]
    return Request(
        budget=planned["budget"],
        n_units=fair["n_units"],
        cost=fair["cost"],
        per_unit=fair["cost"] / fair["n_units"],
        n_untrained=planned["n_untrained"],
        first=_names(planned["units"]),
        lowest=_lowest(record["lowest"], {unit["unit_id"] for unit in planned["units"]}),
    )


def _lowest(
    lowest: Sequence[Mapping[str, Any]], asked: set[str]
) -> Literal["asked", "trained", "not_asked"] | None:
    if not lowest:
        return None
    if lowest[0]["unit_id"] in asked:
        return "asked"
    return "trained" if lowest[0]["trained"] else "not_asked"


def propose(record: Mapping[str, Any]) -> tuple[Action, ...]:
    """Every action whose rule holds in a brief's record, the most important first."""
    known, quarter = facts(record), pd.Period(record["quarter"], freq="Q-DEC")
    scopes = ("both", CITY if record["scope"] == CITY else "unit")
    called_for = (
        rule
        for rule in load_actions().rules
        if rule.scope in scopes and all(_holds(known.get(name), wanted) for name, wanted in rule.when.items())
    )
    return tuple(
        Action(
            number, rule.code, rule.owner, str(quarter + rule.due_in), asked=rule.asked, **_told(rule, known)
        )
        for number, rule in enumerate(called_for, start=1)
    )


def _told(rule: ActionRule, known: Mapping[str, Any]) -> dict[str, Any]:
    named = ((field, getattr(rule, field)) for field in FACT_FIELDS)
    return {field: known[fact] for field, fact in named if fact}


def _holds(fact: Any, wanted: Any) -> bool:
    """Whether a fact is as a rule wants it; one that is not known never is."""
    if fact is None:
        return False
    if isinstance(wanted, Mapping):
        return bool(wanted.get("above", float("-inf")) < fact < wanted.get("below", float("inf")))
    return bool(fact == wanted)


def facts(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules may ask of a record; None where its table, or this quarter's result, is missing."""
    complaints, quality = record.get("complaints") or {}, record.get("quality") or {}
    about, disagreeing = complaints.get("elements") or {}, complaints.get("disagreeing")
    asked = record.get("request") or {}
    return {
        "verdict": record["verdict"]["label"],
        "refusal": (record["effect"].get("refusal") or {}).get("code", "none"),
        "n_untrained": record.get("n_untrained"),
        "n_in_turn": len(_in_turn(record)),
        "units_in_turn": _names(_in_turn(record)),
        "n_requested": asked.get("n_units", 0),
        "requested_cost": asked.get("cost"),
        "budget_is_set": asked["budget"] is not None if asked else None,
        "n_late": record["coverage"]["n_absent"] - record["coverage"]["n_silent"],
        "n_silent": record["coverage"]["n_silent"],
        "n_overdue": (record.get("follow_ups") or {}).get("n_overdue"),
        "n_complaints_past_limit": complaints.get("open_past_limit"),
        "n_units_disagreeing": None if disagreeing is None else len(disagreeing),
        "units_disagreeing": _names(disagreeing or ()),
        "complaints_agree": _agree(about, record["elements"]),
        "complained": about.get("complained"),
        "n_units_asked": quality.get("n_flagged_units"),
        "n_survey_questions": quality.get("n_flags"),
        "take_up": ((record.get("digital") or {}).get("citizens") or {}).get("take_up"),
        **_weakest(record["elements"]),
        **_best_kind(record),
    }


def _names(units: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(told_apart(unit["name"], unit["kecamatan"]) for unit in units[:NAMED])


def _in_turn(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Whose turn it is to be trained, by the lot; nobody's where none was drawn."""
    return tuple((record.get("lot") or {}).get("next", ()))


def _agree(about: Mapping[str, Any], elements: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether complaints and survey point at the same element; None where chance may have parted them."""
    if about.get("agree") is not False:
        return about.get("agree")
    rows = {row["code"]: row for row in elements}
    complained, weakest = rows.get(about["complained"]), rows.get(about["weakest"])
    if not complained or not weakest or None in (complained["conf_low"], weakest["conf_high"]):
        return None
    return False if complained["conf_low"] > weakest["conf_high"] else None


def _weakest(elements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The lowest element, and whether its range lies below that of the next; none where all stand alike."""
    if len({row["unrounded"] for row in elements}) < 2:
        return {}
    lowest, second = sorted(elements, key=lambda row: (row["unrounded"], row["code"]))[:2]
    known = lowest["conf_high"] is not None and second["conf_low"] is not None
    sure = known and lowest["conf_high"] < second["conf_low"]
    return {"weakest": lowest["code"], "next_weakest": second["code"], "weakest_is_sure": sure}


def _best_kind(record: Mapping[str, Any]) -> dict[str, Any]:
    """The kind of training that the evidence puts first, and whether it puts any first."""
    kinds = ((record.get("planning") or {}).get("next") or {}).get("kinds")
    return {"best_kind": kinds["best"], "kinds_ranked": kinds["best"] is not None} if kinds else {}
