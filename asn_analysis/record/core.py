"""The record's parts on survey, effect and checks: what every brief shows, whatever tables the city has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import pandas as pd

from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.power import plan_power
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import Analysis, city_design
from asn_analysis.measures.control_charts import Between
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.index_change import index_change
from asn_analysis.measures.panel import YEAR, rhythm
from asn_analysis.measures.survey import (
    element_indices,
    index_by_users,
    survey_index,
    unanswered,
    unanswered_by_quarter,
)
from asn_analysis.record.effect import Allowance, EffectNumbers, InAnswers, Path, Refused
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.record.parts import (
    Change,
    Check,
    Coverage,
    Disclosure,
    ElementIndex,
    Held,
    Index,
    OfKind,
    PlannedPower,
    Quarter,
    State,
    Survey,
    Unanswered,
    UnitName,
    UsersIndex,
)
from asn_analysis.record.schema import SCHEMA_VERSION
from asn_analysis.rules.rules import load_analysis, load_skm

AS_GIVEN = (
    *("city", "data", "rules", "revision", "package_version", "producer", "licence", "missing_tables"),
)
OF_QUARTER = ("value", "unrounded", "conf_low", "conf_high", "grade", "n")
T = TypeVar("T")


def part_of(of: type[T], found: Any, **more: Any) -> T:
    """A part of the record, of the fields that a result has under the same names, and of more."""
    names = [field.name for field in fields(of) if field.name not in more]  # type: ignore[arg-type]
    return of(**{name: getattr(found, name) for name in names}, **more)


def planned_power(inputs: Inputs, analysis: Analysis) -> PlannedPower | None:
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
    return part_of(PlannedPower, power)


def head(inputs: Inputs, elements: Sequence[ElementIndex], now: pd.DataFrame) -> dict[str, Any]:
    """What the records of city and units share."""
    about = inputs.about
    unit = about["units"][0] if inputs.scope != CITY else None
    return {
        "schema_version": SCHEMA_VERSION,
        "scope": inputs.scope,
        "quarter": str(inputs.quarter),
        **{name: about[name] for name in AS_GIVEN},
        "unit": unit,
        "n_units": about["surveyed"]["units"] if unit is None else now["unit_id"].nunique(),
        "coverage": _coverage(inputs) if unit is None else _state(inputs),
        "dates": {
            "start": str(inputs.quarter.start_time.date()),
            "end": str(inputs.quarter.end_time.date()),
        },
        "parameters": {
            "quarter": str(inputs.quarter),
            "scope": inputs.scope,
            "weights": load_skm().default_weights,
        },
        "ikm": None if now.empty or unanswered(now) else part_of(Index, survey_index(now)),
        "without_index": _without_index(inputs),
        "elements": elements,
        "survey": _survey(inputs),
    }


def _survey(inputs: Inputs) -> Survey:
    """How often the city surveys, quarters without a survey, and those that the unit missed.

    All of them where the city surveys each quarter, else those of the last year alone.
    """
    found = rhythm(inputs.surveyed)
    gaps, missed = list(found.gaps), []
    if found.step > 1:
        gaps = [gap for gap in gaps if gap > inputs.quarter - YEAR]
    if inputs.scope != CITY and len(inputs.panel):
        own = {*inputs.panel["quarter"], *pd.PeriodIndex(inputs.about["withheld"], freq=inputs.quarter.freq)}
        missed = [known for known in found.quarters if min(own) < known < inputs.quarter and known not in own]
    return Survey(found.a_year, tuple(map(str, gaps)), tuple(map(str, missed)))


def _coverage(inputs: Inputs) -> Coverage:
    """City: of how many units, whether that is the usual number, which are missing; and the users' index."""
    survey, users = inputs.about["surveyed"], {u["unit_id"]: u["annual_users"] for u in inputs.about["units"]}
    by_users = index_by_users(inputs.panel[inputs.panel["quarter"] == inputs.quarter], users)
    return Coverage(
        n_all=survey["of"],
        complete=survey["by_quarter"][str(inputs.quarter)]["complete"],
        absent=tuple(UnitName(**row) for row in survey["absent"]),
        n_absent=len(survey["absent"]),
        silent=tuple(UnitName(**row) for row in survey["absent"] if row["unit_id"] in inputs.about["silent"]),
        n_silent=len(inputs.about["silent"]),
        by_users=by_users and part_of(UsersIndex, by_users[0], n_units=by_users[1]),
    )


def _state(inputs: Inputs) -> State:
    """Unit: told, not surveyed, hidden as too few answered, or hidden to protect answers elsewhere."""
    now = str(inputs.quarter)
    if now in inputs.about["withheld"]:
        return State("small" if now in inputs.about["withheld_small"] else "protecting")
    if (inputs.panel["quarter"] == inputs.quarter).any():
        return State("told")
    return State("not_surveyed", 1, len(inputs.about["silent"]))


def element_numbers(now: pd.DataFrame) -> list[ElementIndex]:
    """The index of each element that was answered."""
    names = {element.code: element.name for element in load_skm().elements}
    return [
        part_of(ElementIndex, index, code=code, name=names[code])
        for code, index in element_indices(now).items()
    ]


def disclosure_log(inputs: Inputs) -> Disclosure:
    """How much is withheld, and not what: results of units by quarter, and quarters of the whole city."""
    withheld = inputs.about["withheld"]
    return Disclosure(
        fewest=load_analysis().fewest_respondents,
        n_cells=len(inputs.of_units) + len(withheld),
        n_withheld=len(withheld),
        n_withheld_now=sum(when == str(inputs.quarter) for _, when in withheld),
        n_quarters_of_city=len(inputs.about["withheld_of_city"]),
    )


def trend(
    panel: pd.DataFrame,
    withheld_quarters: frozenset[str],
    survey: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Quarter]:
    """The index of every quarter; cells under the disclosure threshold are withheld, not dropped.

    A quarter in which nobody answered some element has no index, but its respondents.
    ``survey`` says of a city's quarters how many units were surveyed, and whether that is complete.
    """
    known = {str(quarter): cells for quarter, cells in panel.groupby("quarter")}
    lacking = {str(quarter): codes for quarter, codes in unanswered_by_quarter(panel).items()}
    rows = []
    for quarter in sorted({*known, *withheld_quarters}):
        withheld = quarter in withheld_quarters
        kept = dict.fromkeys(OF_QUARTER) if withheld else _index_or_n(known[quarter], lacking[quarter])
        units = (survey or {}).get(quarter, {"n_units": 1, "complete": True})
        rows.append(Quarter(quarter, withheld, **kept, **units))
    return rows


def _index_or_n(cells: pd.DataFrame, lacking: Sequence[str]) -> dict[str, Any]:
    if lacking:
        return {**dict.fromkeys(OF_QUARTER), "n": int(cells["n_respondents"].sum())}
    index = survey_index(cells)
    return {name: getattr(index, name) for name in OF_QUARTER}


def _without_index(inputs: Inputs) -> list[Unanswered]:
    """Quarters in which nobody answered some element, and which."""
    hidden = inputs.about["withheld_of_city" if inputs.scope == CITY else "withheld"]
    lacking = {str(when): codes for when, codes in unanswered_by_quarter(inputs.panel).items()}
    return [Unanswered(when, tuple(codes)) for when, codes in lacking.items() if codes and when not in hidden]


def change(
    panel: pd.DataFrame, quarter: pd.Period, withheld_quarters: frozenset[str], between: Between
) -> Change | None:
    """Against the last earlier quarter that shares a unit with this one, where both have an index to show."""
    now = panel[panel["quarter"] == quarter]
    if unanswered(now):
        return None
    units = set(of_units(now)["unit_id"])
    known = set(panel.loc[panel["unit_id"].isin(units) & (panel["quarter"] < quarter), "quarter"])
    whole = (when for when, codes in unanswered_by_quarter(panel).items() if when in known and not codes)
    last = max((str(when) for when in whole), default=None)
    if last is None or any(last <= hidden < str(quarter) for hidden in withheld_quarters):
        return None
    found = index_change(now, panel[panel["quarter"] == last], between=between)
    return part_of(Change, found, since=last) if found else None


def effect_numbers(effect: Effect | None, refusal: DesignError | None) -> EffectNumbers:
    """An effect with its ranges, or why there is none."""
    rules, adjusted = load_analysis(), effect.trend_adjusted if effect else None
    asked: dict[str, Any] = {
        "sesoi": rules.sesoi,
        "comparison": effect.design.comparison if effect else rules.comparison,
        "refusal": refusal and Refused(refusal.code, refusal.reason, refusal.remedy),
        "robust_refusal": effect.trend_refusal if effect else None,
        "allowances": effect and tuple(part_of(Allowance, row) for row in effect.allowed),
        "trend_adjusted": adjusted and adjusted.estimate,
        "trend_adjusted_low": adjusted and adjusted.conf_low,
        "trend_adjusted_high": adjusted and adjusted.conf_high,
        "drift": effect.drift.estimate if effect and effect.drift else None,
    }
    names = [field.name for field in fields(EffectNumbers) if field.name not in asked]
    found: dict[str, Any] = {name: getattr(effect, name) if effect else None for name in names}
    return EffectNumbers(**found, **asked)


def in_answers(effect: Effect | None) -> InAnswers | None:
    """The index is the mean answer times its factor: a step by one person in 100 is factor / 100 points."""
    if effect is None:
        return None
    return InAnswers(100 * abs(effect.estimate) / load_skm().factor, effect.estimate > 0)


def held(trainings: Sequence[Mapping[str, Any]]) -> Held | None:
    """What was given so far, from the table of trainings; None without one."""
    if not trainings:
        return None
    rows = pd.DataFrame(trainings)
    kinds = rows["kind"].value_counts().sort_index()
    return Held(
        n=len(rows),
        n_units=rows["unit_id"].nunique(),
        hours=float(rows["hours"].mean()),
        participants=float(rows["participants"].mean()),
        kinds=tuple(OfKind(str(kind), int(n)) for kind, n in kinds.items()),
    )


def paths(effect: Effect | None) -> tuple[Path, ...]:
    """Trained units as observed and as expected without the training."""
    if effect is None:
        return ()
    return parts_of(Path, effect.paths.assign(gap=effect.paths["observed"] - effect.paths["expected"]))


def parts_of(of: type[T], frame: pd.DataFrame | None) -> tuple[T, ...]:
    """A part of the record a row, of the columns under the same names."""
    names = [field.name for field in fields(of)]  # type: ignore[arg-type]
    return () if frame is None else tuple(of(**row) for row in frame[names].to_dict("records"))


def parts_by(unit: pd.Series, of: type[T], frame: pd.DataFrame) -> dict[str, tuple[T, ...]]:
    """The same for each unit, of its rows in their order."""
    found: dict[str, list[T]] = {}
    for unit_id, part in zip(unit, parts_of(of, frame), strict=True):
        found.setdefault(unit_id, []).append(part)
    return {unit_id: tuple(parts) for unit_id, parts in found.items()}


def check_numbers(check: Any) -> Check:
    """What a check found, without its sentence."""
    table = tuple(check.table.to_dict("records"))
    return part_of(Check, check, values=dict(check.values), table=table, sentence="")
