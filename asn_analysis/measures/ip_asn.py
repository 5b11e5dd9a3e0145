"""The professionalism index of civil servants (IP ASN), and hours of training against the yearly duty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from asn_analysis.rules.kinds import IpAsn
from asn_analysis.rules.rules import load_ip_asn

DIMENSIONS = ("qualification", "competence", "performance", "discipline")
HOURS = ("leadership_hours", "functional_hours", "technical_hours")
KEY = ["staff_id", "year"]


def score_staff(staff: pd.DataFrame) -> pd.DataFrame:
    """Each civil servant's index in each year.

    Parameters
    ----------
    staff : the ``staff`` table; whatever looks back (seminars, sanctions, training of the position) sees
        the person's earlier rows

    Returns
    -------
    DataFrame with columns staff_id, unit_id, year; qualification, competence, performance, discipline;
    ip (their sum, 0 to 100), category; hours (JP of all kinds) and met_duty.
    """
    rules = load_ip_asn()
    rows = staff.sort_values(KEY, ignore_index=True)
    sanction = rows["sanction"].map(rules.discipline).astype(float)
    scored = pd.DataFrame(
        {
            "qualification": rows["education"].map(rules.qualification).astype(float),
            "competence": _competence(rows, rules),
            "performance": _above(rows["performance"], rules.performance).astype(float),
            "discipline": -_highest(rows, -sanction, rules.discipline_years),
        }
    )
    ip, hours = scored.sum(axis=1), rows[list(HOURS)].astype(float).sum(axis=1)
    told = {"ip": ip, "category": category(ip), "hours": hours, "met_duty": hours >= rules.duty_hours}
    return pd.concat([rows[["staff_id", "unit_id", "year"]], scored], axis=1).assign(**told)


def category(ip: pd.Series) -> pd.Series:
    """The class of each score: above 90 very high, above 80 high, and so on, without holes."""
    return _above(ip, load_ip_asn().categories)


def by_unit(scored: pd.DataFrame) -> pd.DataFrame:
    """One row a unit and year: n_staff, mean ip and its dimensions, category of the mean, share_met_duty."""
    groups = scored.groupby(["unit_id", "year"])
    means = groups[["ip", *DIMENSIONS, "hours"]].mean()
    told = means.assign(n_staff=groups.size(), share_met_duty=groups["met_duty"].mean())
    return told.assign(category=category(told["ip"])).reset_index()


def _competence(rows: pd.DataFrame, rules: IpAsn) -> pd.Series:
    seminar = _highest(rows, rows["seminar"].astype(float), rules.seminar_years) > 0
    technical = rows["technical_hours"].astype(float) >= rules.technical_hours
    points = pd.Series(0.0, rows.index)
    for kind, adds in rules.competence.items():
        here = rows["position_type"] == kind
        given = adds.technical_points * technical + adds.seminar_points * seminar
        if adds.main is not None:
            ever = rows[adds.main].astype(float).groupby(rows["staff_id"]).cummax() > 0
            given = given + adds.main_points * ever
        points = points.where(~here, given)
    return points


def _highest(rows: pd.DataFrame, values: pd.Series, years: int) -> pd.Series:
    """Each person's highest value in the last ``years`` years, the row's own included."""
    by_year = values.set_axis(pd.MultiIndex.from_frame(rows[KEY]))
    highest = values.to_numpy(dtype=float)
    for lag in range(1, years):
        then = pd.MultiIndex.from_arrays([rows["staff_id"], rows["year"] - lag])
        highest = np.fmax(highest, by_year.reindex(then).to_numpy(dtype=float))
    return pd.Series(highest, rows.index)


def _above(values: pd.Series, steps: tuple[tuple[float, object], ...]) -> pd.Series:
    """What the first step that a value lies above gives; steps stand from the highest down."""
    edges, given = zip(*reversed(steps), strict=True)
    place = np.searchsorted(edges, values.to_numpy(dtype=float), side="left") - 1
    return pd.Series(np.array(given, dtype=object)[place], values.index)
