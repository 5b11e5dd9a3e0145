"""Complaints: how many, dealt with in time or not, open or closed after how long, and how often by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtri

from asn_analysis.measures.panel import QUARTER, YEAR
from asn_analysis.measures.working_days import WorkingDays, working_days
from asn_analysis.rules.rules import load_complaints

DATES = ("verified", "responded", "closed")
UNLIKELY = 0.001  # that so long a silence is chance


@dataclass(frozen=True)
class OnTime:
    """How many were dealt with in time, of those whose time is over or that were dealt with.

    Attributes
    ----------
    name : "verification", a class of complaint, or "all"
    limit : working days; None where limits differ
    received, judged, on_time : complaints; those still within their time are not judged yet
    share, conf_low, conf_high : of ``judged``, with Wilson's interval; None where none is judged
    """

    name: str
    limit: int | None
    received: int
    judged: int
    on_time: int
    share: float | None
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class Rate:
    """Complaints per 1,000 users with the exact interval of a count."""

    per_1000: float
    conf_low: float
    conf_high: float


def with_clocks(complaints: pd.DataFrame, quarter: pd.Period) -> tuple[pd.DataFrame, WorkingDays]:
    """Complaints as known at the end of a quarter, with working days since receipt, and the days used.

    Returns
    -------
    DataFrame with further columns
        quarter (of receipt); limit (for follow-up, working days); age, and days_verified,
        days_responded, days_closed (working days since receipt; missing where it has not happened).

    Parameters
    ----------
    complaints : the table of the data set
    quarter : what came or happened after its last day is not known yet

    Examples
    --------
    >>> clocks, days = asn.with_clocks(dataset.complaints, quarter)
    >>> clocks[["quarter", "limit", "age", "days_verified"]].tail(1)
        quarter  limit  age  days_verified
    229  2026Q3   14.0  2.0            NaN
    """
    end = quarter.end_time.normalize()
    known = complaints[complaints["received"] <= end].reset_index(drop=True)
    for name in DATES:
        known[name] = known[name].where(known[name] <= end)
    first = known["received"].min().year if len(known) else end.year
    days = working_days(range(first, end.year + 1))
    counted = {f"days_{name}": days.between(known["received"], known[name]) for name in DATES}
    clocks = known.assign(
        quarter=pd.PeriodIndex(known["received"], freq=QUARTER),
        limit=known["class"].map(load_complaints().follow_up).astype(float),
        age=days.between(known["received"], np.full(len(known), end.to_datetime64())),
        **counted,
    )
    return clocks, days


def unrecorded(complaints: pd.DataFrame) -> frozenset[str]:
    """The days, of ``DATES``, that the register holds for no complaint: nothing is told by their clock."""
    return frozenset(name for name in DATES if complaints[name].isna().all())


@dataclass(frozen=True)
class Silence:
    """A register into which nothing came for longer than chance explains: hardly anybody stops complaining.

    Attributes
    ----------
    after : the last quarter with a complaint, written 2026Q2
    usual : complaints a quarter from the first one to that
    """

    after: str
    usual: float


def silence(clocks: pd.DataFrame, quarter: pd.Period) -> Silence | None:
    """Quarters up to this one without any complaint of the city, if that is ``UNLIKELY`` by Poisson."""
    first, last = clocks["quarter"].min(), clocks["quarter"].max()
    usual = len(clocks) / ((last - first).n + 1)
    return Silence(str(last), usual) if np.exp(-usual * (quarter - last).n) < UNLIKELY else None


def of_year(clocks: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Those of ``with_clocks`` that were received in the four quarters that end with ``quarter``.

    Examples
    --------
    >>> len(clocks), len(asn.of_year(clocks, quarter))
    (230, 66)
    """
    return clocks[clocks["quarter"] > quarter - YEAR]


def verified_on_time(clocks: pd.DataFrame, limit: int | None = None) -> OnTime:
    """Verified within the limit of the rules, or another number of working days."""
    limit = load_complaints().verification if limit is None else limit
    return _on_time("verification", limit, clocks["days_verified"], clocks["age"], limit)


def followed_up_on_time(clocks: pd.DataFrame) -> tuple[OnTime, ...]:
    """Answered within the limit of their class: each class of the rules, then all together."""
    parts = [
        _on_time(name, limit, part["days_responded"], part["age"], limit)
        for name, limit in load_complaints().follow_up.items()
        for part in [clocks[clocks["class"] == name]]
    ]
    return (*parts, _on_time("all", None, clocks["days_responded"], clocks["age"], clocks["limit"]))


def on_time(clocks: pd.DataFrame, verification: int | None = None) -> pd.DataFrame:
    """Verification, then follow-up by class and together: a row each, with ``OnTime``'s numbers.

    ``clocks`` is what ``with_clocks`` returns, ``verification`` a limit of working days beside the rules'.

    Examples
    --------
    >>> asn.on_time(clocks).loc["verification", ["judged", "on_time"]].tolist()
    [228, 212]
    """
    return pd.DataFrame([verified_on_time(clocks, verification), *followed_up_on_time(clocks)]).set_index(
        "name"
    )


def is_open(clocks: pd.DataFrame) -> pd.Series:
    """Not closed at the end of the quarter."""
    return clocks["closed"].isna()


def is_past_limit(clocks: pd.DataFrame) -> pd.Series:
    """Open and without an answer although the limit of its class has passed: True or False by complaint."""
    return is_open(clocks) & clocks["responded"].isna() & (clocks["age"] > clocks["limit"])


def rate_per_1000(count: int, users: float) -> Rate | None:
    """Complaints per 1,000 users (a year's users for a year's complaints); None without users."""
    if not users > 0:
        return None
    tail = (1 - load_complaints().confidence) / 2
    low = gammaincinv(count, tail) if count else 0.0
    return Rate(*(float(1000 * value / users) for value in (count, low, gammaincinv(count + 1, 1 - tail))))


def counts(clocks: pd.DataFrame, unit_ids: Sequence[str], quarter: pd.Period) -> pd.DataFrame:
    """Per unit: received (this quarter), received_year, open, open_old, open_past_limit; 0 where none.

    Parameters
    ----------
    clocks : what ``with_clocks`` returns, as of the end of ``quarter``
    unit_ids : the units, in the order of the rows

    Examples
    --------
    >>> asn.counts(clocks, ["36.73.01"], quarter).loc["36.73.01", ["received_year", "open"]].tolist()
    [3, 1]
    """
    flags = pd.DataFrame(
        {
            "received": clocks["quarter"] == quarter,
            "received_year": clocks["quarter"] > quarter - YEAR,
            "open": is_open(clocks),
            "open_old": is_open(clocks) & (clocks["quarter"] <= quarter - YEAR),
            "open_past_limit": is_past_limit(clocks),
        }
    )
    return flags.groupby(clocks["unit_id"]).sum().reindex(unit_ids, fill_value=0).astype(int)


def _on_time(
    name: str, limit: int | None, days: pd.Series, age: pd.Series, limits: pd.Series | int
) -> OnTime:
    judged = int((days.notna() | (age > limits)).sum())
    on_time = int((days <= limits).sum())
    share = on_time / judged if judged else None
    return OnTime(name, limit, len(days), judged, on_time, share, *wilson(on_time, judged))


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """Wilson's (1927) interval of a share."""
    if not whole:
        return None, None
    z = ndtri(0.5 + load_complaints().confidence / 2)
    centre = (part + z**2 / 2) / (whole + z**2)
    half = z * np.sqrt(part * (whole - part) / whole + z**2 / 4) / (whole + z**2)
    return max(float(centre - half), 0.0), min(float(centre + half), 1.0)
