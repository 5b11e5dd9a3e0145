"""How long until complaints are closed: the share closed by each working day (Kaplan and Meier)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from asn_analysis.rules.rules import load_complaints


@dataclass(frozen=True)
class HalfClosed:
    """Complaints, those closed, and the working days by which half are; None where that is not reached."""

    n: int
    n_closed: int
    median: float | None
    median_low: float | None
    median_high: float | None


@dataclass(frozen=True)
class TimeToClose(HalfClosed):
    """Working days until closing, with open complaints counted as not closed yet (Kaplan and Meier).

    Attributes
    ----------
    curve : day, closed (share closed by that day), conf_low, conf_high, n_at_risk
    """

    curve: pd.DataFrame


def time_to_close(clocks: pd.DataFrame) -> TimeToClose:
    """The share closed by each working day; intervals on the log-log scale with Greenwood's variance.

    Source: Kaplan and Meier (1958); an open complaint is not closed *yet*, and counts until its age.

    Examples
    --------
    >>> closing = asn.time_to_close(asn.of_year(clocks, quarter))
    >>> (closing.median, closing.median_low, closing.median_high)  # working days
    (11.0, 10.0, 13.0)
    """
    closed = clocks["days_closed"].notna().to_numpy()
    time = clocks["days_closed"].fillna(clocks["age"]).to_numpy(float)
    days, index = np.unique(time, return_inverse=True)
    events = np.bincount(index, closed, len(days))
    leaving = np.bincount(index, minlength=len(days))
    at_risk = len(time) - np.cumsum(leaving) + leaving
    survival = np.cumprod(1 - events / at_risk)
    low, high = _log_log(survival, events, at_risk)
    shown = events > 0
    curve = pd.DataFrame(
        {
            "day": days,
            "closed": 1 - survival,
            "conf_low": 1 - high,
            "conf_high": 1 - low,
            "n_at_risk": at_risk,
        }
    )[shown].reset_index(drop=True)
    median, low_day, high_day = (_first_day(curve, name) for name in ("closed", "conf_high", "conf_low"))
    return TimeToClose(len(time), int(closed.sum()), median, low_day, high_day, curve)


def closed_by(closing: TimeToClose, day: int) -> dict[str, float]:
    """The share (0 to 1) closed by a working day, with its interval."""
    reached = closing.curve[closing.curve["day"] <= day]
    names = ["closed", "conf_low", "conf_high"]
    return dict.fromkeys(names, 0.0) if reached.empty else reached[names].iloc[-1].to_dict()


def _log_log(survival: np.ndarray, events: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the share not closed; it stays within 0 and 1."""
    z = ndtri(0.5 + load_complaints().confidence / 2)
    inside = (survival > 0) & (survival < 1)
    left = np.where(at_risk > events, at_risk - events, 1)
    greenwood = np.cumsum(np.where(at_risk > events, events / (at_risk * left), 0.0))
    logged = np.log(np.where(inside, survival, 0.5))
    width = z * np.sqrt(greenwood) / np.abs(logged)
    low, high = (np.where(inside, np.exp(logged * np.exp(sign * width)), survival) for sign in (1, -1))
    return low, high


def _first_day(curve: pd.DataFrame, name: str) -> float | None:
    reached = curve.loc[curve[name] >= 0.5, "day"]
    return None if reached.empty else float(reached.iloc[0])
