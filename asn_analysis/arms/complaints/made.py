"""Complaints: their part of the records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.impact.complaints import RateRatio, complaint_cells, complaints_effect
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures import closing
from asn_analysis.measures import complaints as register
from asn_analysis.measures.disagreement import disagreeing_units
from asn_analysis.measures.disclosure import of_units, withheld_groups
from asn_analysis.measures.panel import YEAR
from asn_analysis.measures.survey import alone_first, element_indices, lowest_element
from asn_analysis.measures.topics import UNKNOWN, elements_of, topics
from asn_analysis.record.core import part_of, parts_of
from asn_analysis.record.parts import UnitName
from asn_analysis.records.intake import Dataset
from asn_analysis.records.review import Review
from asn_analysis.rules.rules import load_analysis, load_complaints


@dataclass(frozen=True)
class Counts:
    """Complaints received and open at the end of the quarter; ``old``: from before the last four quarters.

    None where the days of closing, or of answers, are not recorded. ``silence``: of the city's register.
    """

    received: int
    received_year: int
    open: int | None
    open_old: int | None
    open_past_limit: int | None
    silence: register.Silence | None


@dataclass(frozen=True)
class OfUnit(Counts):
    """A unit's own, and what most of a year's are about, where they are enough."""

    element: str | None
    n_element: int | None


@dataclass(frozen=True)
class Closed:
    """The share closed by a working day since receipt, open ones counted."""

    day: float
    closed: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class Closing(closing.HalfClosed):
    """How long until a year's complaints are closed (Kaplan and Meier); see ``TimeToClose``."""

    curve: tuple[Closed, ...]
    by_limit: tuple[Closed, ...]


@dataclass(frozen=True)
class Change:
    """What training did to the number of complaints, as shares of those expected; or why not."""

    refusal: str | None
    finding: Literal["fell", "rose", "little", "undecided"] | None = None
    change: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    two_way: float | None = None
    two_way_low: float | None = None
    two_way_high: float | None = None
    observed: int | None = None
    expected: float | None = None
    n_treated_units: int | None = None
    n_units: int | None = None


@dataclass(frozen=True)
class Topic:
    """What complaints are about, by keywords; ``quote`` holds no personal data."""

    topic: str
    element: str | None
    n: int
    share: float
    quote: str | None


@dataclass(frozen=True)
class Elements:
    """The element that most complaints are about, and the one that the survey puts last, if one alone."""

    complained: str
    n: int
    n_known: int
    weakest: str | None
    agree: bool | None


@dataclass(frozen=True)
class Disagreeing(UnitName):
    """A unit on which complaints and survey disagree; the rate is of 1,000 users."""

    kind: Literal["praised_but_complained", "low_but_silent"]
    n: int
    index: float
    rate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class OfCity(Counts):
    """Clocks, backlog, what a year's complaints are about, and what training did to their number.

    ``uncertain_years`` are those whose joint leave is estimated; ``follow_up`` ends with all classes.
    A clock whose days the register does not hold is None or empty.
    """

    since: str
    n_quarters: int
    uncertain_years: tuple[str, ...]
    rate: register.Rate | None
    verification: register.OnTime | None
    follow_up: tuple[register.OnTime, ...]
    closing: Closing | None
    effect: Change
    topics: tuple[Topic, ...]
    n_texts: int
    n_unknown: int
    n_rare: int
    share_unknown: float | None
    share_rare: float | None
    elements: Elements | None
    disagreeing: tuple[Disagreeing, ...]


CURVE_DAYS = 60
COUNTED_BY = {"closed": ("open", "open_old", "open_past_limit"), "responded": ("open_past_limit",)}
# Texts of this class accuse people; they are never quoted.
NEVER_QUOTED = "pengaduan_berkadar_pengawasan"


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: all of it. Unit: its own counts and, where there are enough, what most are about."""
    clocks, days = register.with_clocks(dataset.complaints, quarter)
    if clocks.empty:
        return Prepared(None)
    units = dataset.units.set_index("unit_id")
    counted, without = register.counts(clocks, units.index, quarter), register.unrecorded(dataset.complaints)
    hidden = dict.fromkeys({name for day in without for name in COUNTED_BY.get(day, ())})
    of_register = {"silence": register.silence(clocks, quarter), **hidden}
    year = register.of_year(clocks, quarter)
    year = year.assign(topic=topics(year.get("text", pd.Series(None, year.index, dtype=object))))
    year["element"] = elements_of(year["topic"]).to_numpy()
    city = OfCity(
        since=str(clocks["quarter"].min()),
        uncertain_years=tuple(str(found) for found in days.uncertain),
        **_counts(clocks, counted, units, quarter) | of_register,
        verification=None if "verified" in without else register.verified_on_time(year),
        follow_up=() if "responded" in without else register.followed_up_on_time(year),
        closing=_closing(closing.time_to_close(year)) if len(year) and "closed" not in without else None,
        effect=_effect(dataset, quarter),
        **_topics(year, dataset.review),
        elements=_elements(year, panel, quarter),
        disagreeing=_disagreeing(panel, counted, units, quarter),
    )
    return Prepared(city, _units(counted, year, of_register))


def _counts(
    clocks: pd.DataFrame, counted: pd.DataFrame, units: pd.DataFrame, quarter: pd.Period
) -> dict[str, Any]:
    n_quarters = min(YEAR, (quarter - clocks["quarter"].min()).n + 1)
    users = units.get("annual_users", pd.Series(0, units.index)).astype(float)
    served = users[users > 0]
    of_served = int(counted.loc[served.index, "received_year"].sum())
    rate = register.rate_per_1000(of_served, float(served.sum()) * n_quarters / YEAR)
    return {**counted.sum().to_dict(), "n_quarters": n_quarters, "rate": rate}


def _closing(found: closing.TimeToClose) -> Closing:
    limits = load_complaints().follow_up.values()
    curve = found.curve[found.curve["day"] <= CURVE_DAYS]
    return part_of(
        Closing,
        found,
        curve=parts_of(Closed, curve),
        by_limit=tuple(Closed(day, **closing.closed_by(found, day)) for day in sorted(set(limits))),
    )


def _effect(dataset: Dataset, quarter: pd.Period) -> Change:
    """The rate ratio as a change, and how the brief may speak of it."""
    try:
        cells = complaint_cells(dataset.units, dataset.complaints, dataset.trainings, quarter)
        ratio = complaints_effect(cells)
    except DesignError as refused:
        return Change(refused.code)
    names = ("conf_low", "conf_high", "two_way", "two_way_low", "two_way_high")
    shares = {name: None if getattr(ratio, name) is None else getattr(ratio, name) - 1 for name in names}
    return part_of(Change, ratio, refusal=None, finding=_finding(ratio), change=ratio.ratio - 1, **shares)


def _finding(ratio: RateRatio) -> str:
    """What the interval allows to be said: fell, rose, little or undecided."""
    smallest = load_complaints().smallest_change
    if ratio.conf_high < 1:
        return "fell"
    if ratio.conf_low > 1:
        return "rose"
    return "little" if ratio.conf_low > 1 - smallest and ratio.conf_high < 1 + smallest else "undecided"


def _topics(year: pd.DataFrame, review: Review) -> dict[str, Any]:
    """Topics of enough complaints; what few people complained about is told together."""
    counted = year["topic"].value_counts()
    n_texts, quotes = int(counted.sum()), _quotes(year, review)
    known = counted.drop(UNKNOWN, errors="ignore")
    rare = withheld_groups(known.to_dict(), load_analysis().fewest_respondents)
    ordered = sorted(known.drop(list(rare)).items(), key=lambda row: (-row[1], row[0]))
    elements = elements_of(name for name, _ in ordered)
    told = zip(ordered, elements, strict=True)
    rest = {"unknown": int(counted.get(UNKNOWN, 0)), "rare": int(known[list(rare)].sum())}
    return {
        "topics": tuple(Topic(name, of, int(n), n / n_texts, quotes.get(name)) for (name, n), of in told),
        "n_texts": n_texts,
        **{f"n_{name}": n for name, n in rest.items()},
        **{f"share_{name}": n / n_texts if n_texts else None for name, n in rest.items()},
    }


def _quotes(year: pd.DataFrame, review: Review) -> dict[str, str]:
    """By topic the newest text of everyday words that accuses nobody.

    Of units in which one complaint is not the only one.
    """
    fewest = load_analysis().fewest_respondents
    often = year.groupby("unit_id")["topic"].transform("size") >= fewest
    chosen = year[often & year["topic"].notna() & (year["class"] != NEVER_QUOTED)]
    newest, quotes = chosen.sort_values(["received", "complaint_id"], ascending=False), dict[str, str]()
    for topic, text in zip(newest["topic"], newest.get("text", ()), strict=False):
        if topic not in quotes and _is_spotless(text, review):
            quotes[topic] = text
    return quotes


def _is_spotless(text: str, review: Review) -> bool:
    # A number that stays may still be a case number or an address.
    return len(text) < 140 and not re.search(r"\d|\[", text) and review.lets_print(text)


def _elements(year: pd.DataFrame, panel: pd.DataFrame, quarter: pd.Period) -> Elements | None:
    """The element that most complaints are about, if enough, and the one that the survey puts last."""
    counted = year["element"].value_counts()
    most = alone_first(counted)
    if most is None or counted[most] < load_analysis().fewest_respondents:
        return None
    weakest = lowest_element(element_indices(panel[panel["quarter"] == quarter]))
    agree = None if weakest is None else most == weakest
    return Elements(most, int(counted[most]), int(counted.sum()), weakest, agree)


def _disagreeing(
    panel: pd.DataFrame, counted: pd.DataFrame, units: pd.DataFrame, quarter: pd.Period
) -> tuple[Disagreeing, ...]:
    if "annual_users" not in units:
        return ()
    cells = of_units(panel[panel["quarter"] > quarter - YEAR])
    found = disagreeing_units(cells, counted["received_year"], units["annual_users"].astype(float))
    return parts_of(Disagreeing, found.join(units[["name", "kecamatan"]], on="unit_id"))


def _units(counted: pd.DataFrame, year: pd.DataFrame, of_register: dict[str, Any]) -> dict[str, OfUnit]:
    fewest = load_analysis().fewest_respondents
    known = year[year["element"].notna()].groupby(["unit_id", "element"]).size()
    most = known[(known >= fewest) & (known == known.groupby("unit_id").transform("max"))]
    top = dict(list(most.index[~most.index.get_level_values("unit_id").duplicated(keep=False)]))
    return {
        unit: OfUnit(
            **row | of_register,
            element=top.get(unit),
            n_element=int(known[unit, top[unit]]) if unit in top else None,
        )
        for unit, row in counted.to_dict("index").items()
    }
