"""Staff: their part of the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.followup.chain import LINKS
from asn_analysis.measures.disclosure import withheld_cells
from asn_analysis.measures.estimate import half_width, jackknife_error
from asn_analysis.measures.ip_asn import DIMENSIONS, by_unit, score_staff
from asn_analysis.measures.panel import QUARTER
from asn_analysis.record.core import parts_by, parts_of
from asn_analysis.record.effect import Estimate
from asn_analysis.record.parts import UnitName
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis, load_ip_asn, load_skm


@dataclass(frozen=True)
class Staff:
    """Means of the staff: the professionalism index (IP ASN), its dimensions, and hours of training (JP)."""

    ip: float
    qualification: float
    competence: float
    performance: float
    discipline: float
    hours: float
    share_met_duty: float
    n_staff: int


@dataclass(frozen=True)
class StaffIn(Staff):
    """Those of a year."""

    year: int


@dataclass(frozen=True)
class Class:
    """How many stand in some neighbouring classes of the index."""

    classes: tuple[str, ...]
    n: int
    share: float


@dataclass(frozen=True)
class UnitYear:
    """A unit's year."""

    year: int
    ip: int
    hours: float
    share_met_duty: float
    n_staff: int


@dataclass(frozen=True)
class UnitStaff(UnitYear, UnitName):
    """What may be told of a unit: whole points, discipline with performance."""

    qualification: int
    competence: int
    performance_and_discipline: int
    category: str


@dataclass(frozen=True)
class Weights:
    """The most points that each dimension of the index can give."""

    qualification: float
    competence: float
    performance: float
    discipline: float


@dataclass(frozen=True)
class WeightsOfUnit:
    """The same, as a unit's are told."""

    qualification: float
    competence: float
    performance_and_discipline: float


@dataclass(frozen=True)
class HeldAgainst:
    """What would be no link, and what would be a strong enough one."""

    nothing: float
    enough: float


@dataclass(frozen=True)
class Measured(HeldAgainst, Estimate):
    """A link that the trainings themselves tell; None where fewer than two measured it."""

    n_trainings: int


@dataclass(frozen=True)
class Behaviour(HeldAgainst):
    """The link that the effects on these elements tell."""

    elements: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """Kirkpatrick's chain from training to citizens."""

    reaction: Measured
    learning: Measured
    behaviour: Behaviour
    result: HeldAgainst


@dataclass(frozen=True)
class OfCity(Staff):
    """The last full year, the years before it, the units furthest from the duty, and the chain."""

    year: int
    duty_hours: int
    weights: Weights
    categories: tuple[Class, ...]
    years: tuple[StaffIn, ...]
    lowest: tuple[UnitStaff, ...]
    chain: Chain


@dataclass(frozen=True)
class OfUnit:
    """A unit's last full year; all but ``fewest`` is missing where its staff are so few as to be withheld."""

    withheld: bool
    year: int
    fewest: int | None = None
    ip: int | None = None
    qualification: int | None = None
    competence: int | None = None
    performance_and_discipline: int | None = None
    category: str | None = None
    hours: float | None = None
    share_met_duty: float | None = None
    n_staff: int | None = None
    duty_hours: int | None = None
    weights: WeightsOfUnit | None = None
    years: tuple[UnitYear, ...] = ()


KEPT_WHOLE = ("ip", "qualification", "competence", "performance_and_discipline")
OF_UNIT = ("year", *KEPT_WHOLE, "category", "hours", "share_met_duty", "n_staff")


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City and units as of the last full year; the chain's links that the trainings themselves tell."""
    full_years = quarter.year if quarter.quarter == 4 else quarter.year - 1
    known = dataset.staff[dataset.staff["year"] <= full_years]
    if known.empty:
        return Prepared(None)
    scored = score_staff(known)
    newest = int(scored["year"].max())
    now = scored[scored["year"] == newest]
    units = by_unit(scored)
    shown = _shown(units)
    told = shown[shown["year"] == newest]
    least = told.sort_values(["share_met_duty", "hours", "unit_id"]).head(5)  # furthest from the duty
    city = OfCity(
        **_whole(now),
        year=newest,
        duty_hours=load_ip_asn().duty_hours,
        weights=Weights(**load_ip_asn().weights),
        categories=_categories(now),
        years=tuple(StaffIn(**_whole(rows), year=year) for year, rows in scored.groupby("year")),
        lowest=parts_of(
            UnitStaff, least.merge(dataset.units[["unit_id", "name", "kecamatan"]], on="unit_id")
        ),
        chain=_chain(dataset.trainings, quarter),
    )
    return Prepared(city, _of_units(units, shown, city))


def _whole(rows: pd.DataFrame) -> dict[str, Any]:
    means = rows[["ip", *DIMENSIONS, "hours"]].mean().to_dict()
    return {**means, "share_met_duty": rows["met_duty"].mean(), "n_staff": len(rows)}


def _categories(now: pd.DataFrame) -> tuple[Class, ...]:
    """Share of staff by class; classes of too few people are told together with the next ones."""
    fewest = load_analysis().fewest_respondents
    count = now["category"].value_counts()
    merged: list[tuple[tuple[str, ...], int]] = []
    for _edge, name in load_ip_asn().categories:
        one = ((name,), int(count.get(name, 0)))
        merged.append(_with(merged.pop(), one) if merged and 0 < merged[-1][1] < fewest else one)
    if 0 < merged[-1][1] < fewest and len(merged) > 1:
        last = merged.pop()
        merged.append(_with(merged.pop(), last))
    return tuple(Class(names, n, n / len(now)) for names, n in merged)


def _with(one: tuple[tuple[str, ...], int], other: tuple[tuple[str, ...], int]) -> Any:
    return one[0] + other[0], one[1] + other[1]


def _shown(units: pd.DataFrame) -> pd.DataFrame:
    """What may be told of units: those of enough staff whose telling gives no other one away.

    A sanction takes points that no other score takes in such steps: the mean discipline, or a mean with
    decimals, of a few people would tell of it. So discipline stands with performance, and means are in
    whole points, rounded up so that they lie in their class.
    """
    together = units["performance"] + units["discipline"]
    units = units.assign(performance_and_discipline=together).drop(columns=["performance", "discipline"])
    units = units.assign(**{name: np.ceil(units[name].round(6)).astype(int) for name in KEPT_WHOLE})
    cells = units.rename(columns={"year": "quarter", "n_staff": "n_respondents"})
    dark = withheld_cells(cells, load_analysis().fewest_respondents)
    keys = zip(units["unit_id"], units["year"].astype(str), strict=True)
    return units[[key not in dark for key in keys]]


def _of_units(units: pd.DataFrame, shown: pd.DataFrame, city: OfCity) -> dict[str, OfUnit]:
    """``shown`` are those of the ``units`` that may be told."""
    most, newest = city.weights, city.year
    weights = WeightsOfUnit(most.qualification, most.competence, most.performance + most.discipline)
    told = {
        unit: OfUnit(withheld=True, year=newest, fewest=load_analysis().fewest_respondents)
        for unit in units.loc[units["year"] == newest, "unit_id"]
    }
    years = parts_by(shown["unit_id"], UnitYear, shown)
    last = shown[shown["year"] == newest]
    for unit, own in zip(last["unit_id"], last[[*OF_UNIT]].to_dict("records"), strict=True):
        told[unit] = OfUnit(False, **own, duty_hours=city.duty_hours, weights=weights, years=years[unit])
    return told


def _chain(trainings: pd.DataFrame, quarter: pd.Period) -> Chain:
    """The chain's measures: what was found at the trainings, and what the later links are held against."""
    rules = load_ip_asn().chain
    held = trainings[pd.PeriodIndex(trainings["start"], freq=QUARTER) <= quarter]
    sesoi, participants = load_analysis().sesoi, held["participants"]
    return Chain(
        reaction=Measured(**_mean_of(held["reaction"], participants), **rules["reaction"]),
        learning=Measured(**_mean_of(held["posttest"] - held["pretest"], participants), **rules["learning"]),
        behaviour=Behaviour(0.0, sesoi / load_skm().factor, tuple(rules["behaviour"])),
        result=HeldAgainst(0.0, sesoi),
    )


def _mean_of(values: pd.Series, participants: pd.Series) -> dict[str, Any]:
    """The participants' mean with a jackknife's t-range over trainings; None if fewer than two measured it.

    A few large trainings among many small ones count as few (Satterthwaite, trainings of equal
    variance). The links are told together, so each has its part of the error allowed (Bonferroni).
    """
    known = values.notna()
    value, weight = values[known].astype(float), participants[known].astype(float)
    n = len(value)
    if n < 2:
        return {"estimate": None, "conf_low": None, "conf_high": None, "n_trainings": n}
    mean = np.average(value, weights=weight)
    apart = weight * (value - mean) / (weight.sum() - weight)  # what leaving a training out changes
    squares = weight**2
    df = max(squares.sum() ** 2 / (squares**2).sum() - 1, 1.0)
    alpha = (1 - load_analysis().confidence) / len(LINKS)
    half = half_width(jackknife_error(apart), df, 1 - alpha)
    return {"estimate": mean, "conf_low": mean - half, "conf_high": mean + half, "n_trainings": n}
