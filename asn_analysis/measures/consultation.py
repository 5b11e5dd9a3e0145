"""Public consultation: who came, who was missing, and how much of what they asked for was adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.measures.estimate import half_width
from asn_analysis.measures.panel import QUARTER, YEAR
from asn_analysis.measures.topics import elements_of, topics
from asn_analysis.records.intake import Dataset

LOCAL = ("kelurahan", "kecamatan")


@dataclass(frozen=True)
class Share:
    """A share of a total, with forums or units as the independent draws; None where it cannot be had.

    ``n_counted`` is the number of draws in which both the part and the whole were counted.
    """

    n_counted: int
    part: int
    whole: int
    share: float | None
    conf_low: float | None
    conf_high: float | None
    std_error: float | None
    df: int | None


@dataclass(frozen=True)
class Reach:
    """Forums of one kind, or of all; who was invited and present at the ``n_`` forums that counted it."""

    kind: str
    n_forums: int
    invited: int | None
    n_invited: int
    present: int | None
    n_present: int
    women: Share
    adopted: Share


@dataclass(frozen=True)
class Gap:
    """Women's share at forums less that among survey respondents, as shares."""

    respondents: float
    gap: float
    conf_low: float
    conf_high: float


def forums_of_year(consultations: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Those held in the four quarters that end with ``quarter``.

    Examples
    --------
    >>> len(asn.forums_of_year(dataset.consultations, quarter))
    20
    """
    held = pd.PeriodIndex(consultations["date"], freq=QUARTER)
    return consultations[(held <= quarter) & (held > quarter - YEAR)]


def reach(forums: pd.DataFrame, kind: str = "all") -> Reach:
    """What forums of one ``kind`` reached: counts, and shares (0 to 1) with intervals that count forums.

    Examples
    --------
    >>> found = asn.reach(asn.forums_of_year(dataset.consultations, quarter))
    >>> f"{found.present} of {found.invited} came; {found.women.share:.0%} women"
    '916 of 1225 came; 36% women'
    """
    return Reach(
        kind=kind,
        n_forums=len(forums),
        invited=_total(forums["invited"]),
        n_invited=int(forums["invited"].count()),
        present=_total(forums["present"]),
        n_present=int(forums["present"].count()),
        women=share(forums["women"], forums["present"]),
        adopted=share(forums["adopted"], forums["aspirations"]),
    )


def _total(counted: pd.Series) -> int | None:
    return int(counted.sum()) if counted.count() else None


def reach_by_kind(forums: pd.DataFrame) -> pd.DataFrame:
    """By kind of ``forums``: how many, invited, present, and the shares of women and of what was adopted.

    Shares are of the forums that counted both, of which there are ``n_counted``.

    Examples
    --------
    >>> kinds = asn.reach_by_kind(asn.forums_of_year(dataset.consultations, quarter))
    >>> kinds.loc["musrenbang", ["n_forums", "present"]].tolist()
    [15, 697]
    """
    rows = []
    for kind, held in forums.groupby("kind", observed=True):
        found = reach(held, str(kind))
        shares = {
            f"{name}_{part}": getattr(getattr(found, name), part)
            for name in ("women", "adopted")
            for part in ("n_counted", "share", "conf_low", "conf_high")
        }
        counted = {name: getattr(found, name) for name in ("kind", "n_forums", "invited", "present")}
        rows.append(counted | shares)
    return pd.DataFrame(rows).set_index("kind") if rows else pd.DataFrame()


def share(part: pd.Series, whole: pd.Series) -> Share:
    """A ratio of totals over independent groups, with its linearised standard error and Student's t.

    Groups in which one of the two was not counted tell nothing of it.
    """
    known = counted(part, whole)
    n_counted = int(known.sum())
    part, whole = part[known].fillna(0).to_numpy(float), whole[known].to_numpy(float)
    total, n = whole.sum(), int((whole > 0).sum())
    if not total:
        return Share(n_counted, 0, 0, None, None, None, None, None)
    ratio = part.sum() / total
    if n < 2:
        return Share(n_counted, int(part.sum()), int(total), float(ratio), None, None, None, None)
    std_error = float(np.sqrt(((part - ratio * whole) ** 2).sum() * n / (n - 1)) / total)
    half = float(half_width(std_error, n - 1))
    low, high = float(max(ratio - half, 0.0)), float(min(ratio + half, 1.0))
    return Share(n_counted, int(part.sum()), int(total), float(ratio), low, high, std_error, n - 1)


def counted(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Where both are known; a part of nothing is nothing, whoever left it empty."""
    return (whole.notna() & (part.notna() | (whole == 0))).astype(bool)


def women_gap(forums: pd.DataFrame, cells: pd.DataFrame) -> Gap | None:
    """Women at the forums against women among the survey's respondents of ``cells``, in shares (0 to 1).

    None where either side cannot be told.

    Examples
    --------
    >>> gap = asn.women_gap(asn.forums_of_year(dataset.consultations, quarter), now)
    >>> f"{gap.gap:+.2f} ({gap.conf_low:+.2f} to {gap.conf_high:+.2f})"
    '-0.17 (-0.22 to -0.11)'
    """
    if not {"sex: P", "sex: L"} <= set(cells.columns):
        return None
    by_unit = cells.groupby("unit_id")[["sex: P", "sex: L"]].sum()
    asked, came = share(by_unit["sex: P"], by_unit.sum(axis=1)), share(forums["women"], forums["present"])
    if asked.share is None or came.share is None or asked.std_error is None or came.std_error is None:
        return None
    gap = came.share - asked.share
    error, df = np.hypot(asked.std_error, came.std_error), min(asked.df or 0, came.df or 0)
    half = float(half_width(error, df))
    return Gap(asked.share, gap, gap - half, gap + half)


def by_kecamatan(
    forums: pd.DataFrame, units: pd.DataFrame, population: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Each kecamatan's forums and people present beside the people who live there.

    Parameters
    ----------
    population : people by kecamatan; where it is not known, the people whom the local offices serve

    Returns
    -------
    DataFrame
        kecamatan, n_forums, present (missing if one of its forums did not count), share_present (missing
        if any did not), share_people (missing if neither is known).

    Examples
    --------
    >>> forums = asn.forums_of_year(dataset.consultations, quarter)
    >>> asn.by_kecamatan(forums, dataset.units)[["kecamatan", "n_forums", "present"]].head(1)
          kecamatan  n_forums  present
    0  Cipocok Jaya         2       77
    """
    if "kecamatan" not in units:
        return pd.DataFrame(columns=["kecamatan", "n_forums", "present", "share_present", "share_people"])
    known = units.set_index("unit_id")["kecamatan"]
    place = forums["kecamatan"].astype(object) if "kecamatan" in forums else pd.Series(None, forums.index)
    place = place.where(place.notna(), forums.get("unit_id", pd.Series(None, forums.index)).map(known))
    grouped = forums["present"].astype("Int64").groupby(place)
    found = pd.DataFrame({"n_forums": grouped.size(), "present": grouped.sum(skipna=False)})
    found = found.reindex(sorted(set(known.dropna()) | set(found.index)), fill_value=0)
    people = pd.Series(population, dtype=float) if population else _users_of_local_offices(units)
    people = people.reindex(found.index)
    came = found["present"].astype(float)
    found["share_present"] = came / (came.sum(skipna=False) or 1)
    found["share_people"] = people / people.sum() if people.sum() > 0 else np.nan
    return found.rename_axis("kecamatan").reset_index()


def _users_of_local_offices(units: pd.DataFrame) -> pd.Series:
    local = units[units["unit_type"].isin(LOCAL)]
    users = local.get("annual_users", pd.Series(0, local.index)).astype(float)
    return users.groupby(local["kecamatan"]).sum()


def comments_by_element(dataset: Dataset, quarter: pd.Period) -> pd.Series:
    """How many survey comments of the year are about each element, by keywords (see ``topics``).

    Examples
    --------
    >>> asn.comments_by_element(dataset, quarter).head(2).to_dict()
    {'u9': 23, 'u7': 21}
    """
    first, last = (quarter - YEAR + 1).start_time.date(), quarter.end_time.date()
    said = dataset.responses.comments(f"date BETWEEN DATE '{first}' AND DATE '{last}'")
    return elements_of(topics(said["comment"])).value_counts()


def asked_for(
    indices: dict[str, float], complaints: pd.Series, comments: pd.Series, codes: Sequence[str]
) -> pd.DataFrame:
    """Per element: complaints, comments, both together, and the survey's index.

    Parameters
    ----------
    indices : index by element code
    complaints, comments : how many are about each element
    codes : the elements, in the order of the rows

    Examples
    --------
    >>> asn.asked_for({"u1": 80.0}, pd.Series({"u1": 3}), pd.Series({"u1": 2}), ["u1"])
      element  index  complaints  comments  both
    0      u1   80.0           3         2     5
    """
    found = pd.DataFrame({"element": codes, "index": [indices[code] for code in codes]})
    for name, counted in (("complaints", complaints), ("comments", comments)):
        found[name] = counted.reindex(codes, fill_value=0).to_numpy(int)
    return found.assign(both=found["complaints"] + found["comments"])
