"""Digital services: their part of the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.digital.channels import (
    TRAINED,
    ByChannel,
    Channel,
    Ranged,
    Shift,
    by_channel,
    channel_shift,
    content_online,
    with_live,
)
from asn_analysis.impact import checks
from asn_analysis.impact.average import joint_effects, untouched_by
from asn_analysis.impact.looks import finding_of, look
from asn_analysis.impact.multiplicity import simultaneous
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import city_design, design_strength, verdict_of
from asn_analysis.impact.verdict import Verdict
from asn_analysis.measures.context import going_live
from asn_analysis.measures.digital import channel_cells, usage
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.panel import YEAR, rhythm
from asn_analysis.record.core import effect_numbers, parts_by, parts_of
from asn_analysis.record.effect import EffectNumbers
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis, load_skm


@dataclass(frozen=True)
class Used:
    """What applications were used for (see ``measures.digital.usage``): shares, and rupiah a service."""

    n_units: int
    transactions: float | None
    take_up: float | None
    completion: float | None
    cost_per_service: float | None


@dataclass(frozen=True)
class UsedSoFar(Used):
    """In the last four quarters; ``cost_since_live`` is that since going live, building included."""

    cost_since_live: float | None


@dataclass(frozen=True)
class UsedIn(Used):
    """In a quarter."""

    quarter: str


@dataclass(frozen=True)
class GoingLive(EffectNumbers):
    """The effect of going live among units not yet trained; ``few_units``: fewer than a verdict needs."""

    few_units: bool
    verdict: Verdict


@dataclass(frozen=True)
class Joint(Ranged):
    """The effect where only one, or both, had begun."""

    term: Literal["training", "digital", "both"]


@dataclass(frozen=True)
class OfUnit:
    """A unit's applications by audience; ``live_since`` and ``trend`` are of those for citizens."""

    citizens: UsedSoFar | None
    staff: UsedSoFar | None
    live_since: str | None
    trend: tuple[UsedIn, ...]
    channels: ByChannel | None


@dataclass(frozen=True)
class OfCity:
    """Use, effects of going live (``waktu``: on completion time), the question of both, and channels."""

    citizens: UsedSoFar | None
    staff: UsedSoFar | None
    trend: tuple[UsedIn, ...]
    effect: GoingLive
    waktu: GoingLive
    effect_of_staff_systems: GoingLive
    waktu_of_staff_systems: GoingLive
    joint: tuple[Joint, ...]
    channel_shift: Shift | None
    channels: tuple[Channel, ...]


AUDIENCES = ("citizens", "staff")
JOINT = {"first": "digital", "other": "training", "both": "both"}


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: use, effects, joint question and channels. Units: their own. What is not live yet is not told."""
    rows = dataset.digital_services
    known = rows[(rows["quarter"] <= quarter) & (rows["live_since"] <= quarter.end_time)]
    if known.empty:
        return Prepared(None)
    live, panel = going_live(known), of_units(panel)
    channels = channel_cells(dataset, quarter).merge(panel[["unit_id", "quarter"]])
    used = _used(known, quarter, ["audience"])
    city = OfCity(
        **{audience: used.get(audience) for audience in AUDIENCES},
        trend=parts_of(UsedIn, usage(known[known["audience"] == "citizens"], ["quarter"]).reset_index()),
        **_effects(panel, known, quarter),
        joint=_joint(with_live(panel, live)),
        channel_shift=channel_shift(panel, channels, live),
        channels=by_channel(channels[channels["quarter"] > quarter - YEAR]),
    )
    return Prepared(city, _units(known, channels, quarter))


def _used(rows: pd.DataFrame, quarter: pd.Period, by: list[str]) -> dict[Any, UsedSoFar]:
    """Usage in the year that ends with the quarter, and the cost since going live, building included."""
    year = usage(rows[rows["quarter"] > quarter - YEAR], by)
    since_live = usage(rows, by)["cost_per_service"].reindex(year.index)
    found = year.assign(cost_since_live=since_live).to_dict("index")
    return {group: UsedSoFar(**row) for group, row in found.items()}


def _effects(panel: pd.DataFrame, known: pd.DataFrame, quarter: pd.Period) -> dict[str, GoingLive]:
    """Effects of going live, on the index and on the time to completion as an index of its own.

    That of applications for citizens on the index is the arm's headline; the ranges of the three
    beside it hold together (Bonferroni), so that one of them does not pass for a finding by chance.
    """
    told, beside = {}, 2 * len(AUDIENCES) - 1
    on_time = panel.assign(u3=panel["u3"] * load_skm().factor)
    for audience, suffix in (("citizens", ""), ("staff", "_of_staff_systems")):
        asked = with_live(on_time, going_live(known, audience))
        for name, outcome, weight in (("effect", "ikm", "n_respondents"), ("waktu", "u3", "n_u3")):
            told[name + suffix] = _judged(asked, quarter, outcome, weight, beside if told else 1)
    return told


def _judged(panel: pd.DataFrame, quarter: pd.Period, outcome: str, weight: str, n_together: int) -> GoingLive:
    """Effect and verdict as for training, among units that are not trained or not yet."""
    rules = load_analysis()
    confidence = 1 - (1 - rules.confidence) / n_together
    design = replace(city_design(rules), outcome=outcome, weight=weight, confidence=confidence)
    surveyed = {*rhythm(panel["quarter"]).last(rules.consecutive_quarters), quarter}
    panel = untouched_by(panel, design, TRAINED)
    looks = {until: look(panel, until, design) for until in sorted(surveyed)}
    effect, refusal, now = looks[quarter]
    found = []
    if effect:
        found = [checks.few_units(effect, rules.fewest_units), checks.pre_trend(effect, rules.sesoi)]
    findings = [finding_of(until, seen[0]) for until, seen in looks.items()]
    strength = design_strength(effect, refusal, now, "staggered")
    # The locked plan asks for training alone.
    verdict = verdict_of(findings, found, strength, ["not_planned"], rules)
    few = effect is not None and effect.n_treated_units < rules.fewest_units
    return GoingLive(**vars(effect_numbers(effect, refusal)), few_units=few, verdict=verdict)


def _joint(panel: pd.DataFrame) -> tuple[Joint, ...]:
    """The three effects, whose ranges hold together."""
    try:
        found = joint_effects(panel, city_design(), TRAINED)
    except DesignError:
        return ()
    known = {JOINT[effect.term]: effect for effect in found.effects if np.isfinite(effect.std_error)}
    if not known:
        return ()
    ranges = simultaneous(known).set_index("term")[["conf_low_simultaneous", "conf_high_simultaneous"]]
    return tuple(
        Joint(known[term].estimate, *ranges.loc[term], known[term].n_units, term)
        for term in ("training", "digital", "both")
        if term in known
    )


def _units(known: pd.DataFrame, channels: pd.DataFrame, quarter: pd.Period) -> dict[str, OfUnit]:
    content = content_online(channels[channels["quarter"] > quarter - YEAR])
    used = _used(known, quarter, ["unit_id", "audience"])
    citizens = known[known["audience"] == "citizens"]
    live = citizens.groupby("unit_id")["live_since"].min().dt.date.astype(str)
    recent = usage(citizens[citizens["quarter"] > quarter - YEAR], ["unit_id", "quarter"])
    trends = parts_by(recent.index.get_level_values("unit_id"), UsedIn, recent.reset_index())
    return {
        unit: OfUnit(
            **{audience: used.get((unit, audience)) for audience in AUDIENCES},
            live_since=live.get(unit),
            trend=trends.get(unit, ()),
            channels=content.get(unit),
        )
        for unit in sorted(known["unit_id"].unique())
    }
