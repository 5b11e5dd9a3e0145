"""From answers to unit x quarter cells, without loading the answers.

A cell keeps what every later number needs: respondents, and per item the count and the sums of
x, x^2 and x^3 (the counts of the four answers follow from these). A respondent's score, the mean
of the answers given, is summed in parts of 2,520, which every count from 1 to 9 divides: whole
numbers add up the same in any order, so the same answers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.measures.cells import answers, ask_cells, ask_scores, of_characteristics
from asn_analysis.records.intake import Dataset
from asn_analysis.records.responses_store import SCORE_PARTS
from asn_analysis.rules.rules import load_analysis, load_skm

QUARTER = "Q-DEC"
YEAR = 4  # quarters


def build_panel(dataset: Dataset, until: pd.Period | str | None = None) -> pd.DataFrame:
    """One row per unit and quarter that was surveyed.

    Parameters
    ----------
    dataset : Dataset
    until : quarter, optional
        Leave out everything recorded after this quarter, trainings included.

    Returns
    -------
    DataFrame with columns
        unit_id, quarter (Period), n_respondents; per item n_u1, sum_u1, sum2_u1, sum3_u1 and the
        mean u1 (1 to 4); n_scored, sum_score, sum2_score (a respondent's mean answer, 1 to 4);
        ikm (25 to 100, weights in force); cohort (first trained quarter, NaT if never; the
        next one where all answers of that quarter came before the training); kecamatan.

    Examples
    --------
    >>> cells = asn.build_panel(dataset)
    >>> cells[["unit_id", "quarter", "n_respondents", "cohort"]].head(2)
        unit_id quarter  n_respondents  cohort
    0  36.73.01  2023Q4             17  2025Q2
    1  36.73.01  2024Q1             16  2025Q2
    """
    cells = ask_cells(dataset)
    cells = _by_cell(cells.drop(columns=of_characteristics(cells)))
    counted = [cells[["unit_id", "quarter", "n_respondents", "newest"]], _moments(cells), _scores(cells)]
    return _with_cohorts(with_means(_known(pd.concat(counted, axis=1), until)), dataset, until)


def score_panel(dataset: Dataset, until: pd.Period | str | None = None) -> pd.DataFrame:
    """The scores alone of ``build_panel``, in a fraction of a second from ten million answers.

    Parameters
    ----------
    dataset, until : as for ``build_panel``

    Returns
    -------
    DataFrame with columns
        unit_id, quarter, n_scored, sum_score, sum2_score, cohort, kecamatan as in ``build_panel``; score (25
        to 100), the mean over the respondents of a cell: a regression on it with weight n_scored is that on
        all respondents.

    Examples
    --------
    >>> scores = asn.score_panel(dataset)
    >>> round(float(np.average(scores["score"], weights=scores["n_scored"])), 2)
    82.41
    """
    cells = _by_cell(ask_scores(dataset))
    cells = _known(pd.concat([cells[["unit_id", "quarter", "newest"]], _scores(cells)], axis=1), until)
    cells = cells[cells["n_scored"] > 0].reset_index(drop=True)
    score = load_skm().scale * cells["sum_score"] / cells["n_scored"]
    return _with_cohorts(cells.assign(score=score), dataset, until)


def _by_cell(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a cell, where two files hold answers of it."""
    how = {name: "max" if name == "newest" else "sum" for name in cells.columns[2:]}
    return cells.groupby(["unit_id", "quarter"], as_index=False).agg(how)


def _scores(cells: pd.DataFrame) -> pd.DataFrame:
    scored = cells[["n_scored", "sum_score", "sum2_score"]] / [1, SCORE_PARTS, SCORE_PARTS**2]
    return scored.astype({"n_scored": "int64"})


def _known(cells: pd.DataFrame, until: pd.Period | str | None) -> pd.DataFrame:
    """The cells up to a quarter, in order."""
    cells = cells.assign(quarter=pd.PeriodIndex(cells["quarter"], freq=QUARTER))
    if until is not None:
        cells = cells[cells["quarter"] <= pd.Period(until, freq=QUARTER)]
    return cells.sort_values(["unit_id", "quarter"], ignore_index=True)


def _with_cohorts(cells: pd.DataFrame, dataset: Dataset, until: pd.Period | str | None) -> pd.DataFrame:
    """A unit counts as trained from the quarter after where its training began when its survey was over."""
    first = cohorts(dataset.trainings, until)
    cohort = pd.PeriodIndex(first.reindex(cells["unit_id"]), freq=QUARTER)
    began = dataset.trainings.groupby("unit_id")["start"].min().astype("datetime64[us]")
    over = cells["newest"].to_numpy() < began.reindex(cells["unit_id"]).to_numpy()
    before = cells.loc[(cells["quarter"] == cohort) & over, "unit_id"]
    kecamatan = dataset.units.set_index("unit_id")["kecamatan"].astype(object)
    return cells.drop(columns="newest").assign(
        cohort=cohort.where(~cells["unit_id"].isin(before), cohort + 1),
        kecamatan=cells["unit_id"].map(kecamatan),
    )


def cohorts(trainings: pd.DataFrame, until: pd.Period | str | None = None) -> pd.Series:
    """The first trained quarter of each trained unit, as known at the end of ``until``."""
    start = trainings.groupby("unit_id")["start"].min().astype("datetime64[us]")
    first = pd.Series(pd.PeriodIndex(start, freq=QUARTER), index=start.index)
    return first if until is None else first[first <= pd.Period(until, freq=QUARTER)]


USUAL = 4  # surveyed quarters whose median says how many units are usual


def newest_complete_quarter(dataset: Dataset) -> pd.Period:
    """The newest complete quarter whose survey is over; failing that, the newest complete one.

    Complete: most units that are usually surveyed have reported (see ``complete``). One in which few have, or
    that a mistyped year made, is passed over. A survey is over that has answers in the quarter's last month,
    or as late in the quarter as the same quarter's survey of an earlier year: some cities survey within one
    month.

    Examples
    --------
    >>> asn.newest_complete_quarter(dataset)
    Period('2026Q3', 'Q-DEC')
    """
    quarters = _surveyed(dataset)
    enough = quarters[complete(quarters["n_units"])]
    reached = (pd.to_datetime(enough["newest"]).dt.month - 1) % 3
    same_quarter = pd.DatetimeIndex(enough.index).quarter
    earlier = reached.groupby(same_quarter).transform(lambda months: months.cummax().shift())
    over = enough[(reached == 2) | (reached >= earlier)]
    return pd.Period((enough if over.empty else over).index.max(), freq=QUARTER)


def quarters_after(dataset: Dataset, quarter: pd.Period) -> dict[str, int]:
    """Surveyed quarters after one, and how many units were surveyed in each."""
    later = {pd.Period(when, freq=QUARTER): n for when, n in _surveyed(dataset)["n_units"].items()}
    return {str(when): int(n) for when, n in later.items() if when > quarter}


def _surveyed(dataset: Dataset) -> pd.DataFrame:
    by_quarter = ask_cells(dataset).groupby("quarter")
    return by_quarter.agg(n_units=("unit_id", "nunique"), newest=("newest", "max"))


def complete(n_units: pd.Series) -> pd.Series:
    """Quarters, in order, in which at least the declared share of the usual number of units was surveyed.

    Usual is the median of the last surveyed quarters before; the first has nothing to fall short of.
    """
    usual = n_units.shift().rolling(USUAL, min_periods=1).median()
    return ~(n_units < load_analysis().complete_share * usual)


SCORE = ("n_scored", "sum_score", "sum2_score")


def noise_of_mean(cells: pd.DataFrame, moments: Sequence[str] = SCORE) -> pd.Series:
    """Sampling variance of each cell's mean answer (1 to 4) from its number, sum and sum of squares.

    Missing where fewer than two answered.
    """
    n, total, squares = (cells[name].astype(float) for name in moments)
    return (squares - total**2 / n.where(n > 0)).clip(lower=0.0) / (n - 1).where(n > 1) / n


def _moments(cells: pd.DataFrame) -> pd.DataFrame:
    """Per item the count and the sums of x, x^2 and x^3, from the counts of each answer x."""
    names = ("n", "sum", "sum2", "sum3")
    powers = np.array([[answer**power for power in range(len(names))] for answer in answers()])
    found: dict[str, np.ndarray] = {}
    for u in load_skm().codes:
        counts = cells[[f"n{answer}_{u}" for answer in answers()]].to_numpy()
        found |= dict(zip((f"{name}_{u}" for name in names), (counts @ powers).T, strict=True))
    return pd.DataFrame(found, index=cells.index)


def with_means(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the mean of each element and the index of all nine, from their counts and sums."""
    skm = load_skm()
    means = pd.DataFrame(
        {u: cells[f"sum_{u}"] / cells[f"n_{u}"].where(cells[f"n_{u}"] > 0) for u in skm.codes}
    )
    mean = sum(skm.weight.values()) / len(skm.codes)
    shares = pd.Series({code: float(weight / mean) for code, weight in skm.weight.items()})
    index = (means * shares).sum(axis=1, skipna=False) * float(mean) * skm.factor
    return cells.assign(**means, ikm=index)


@dataclass(frozen=True)
class Rhythm:
    """The quarters of a survey, in order: of a city, each quarter, each semester or once a year.

    Attributes
    ----------
    step : quarters from one survey to the next, as a rule
    gaps : quarters between the first survey and the last that were not surveyed
    """

    quarters: tuple[pd.Period, ...]
    step: int
    gaps: tuple[pd.Period, ...]

    @property
    def a_year(self) -> int | None:
        """Surveys a year; None where the steps make no whole number."""
        return None if YEAR % self.step else YEAR // self.step

    def before(self, quarter: pd.Period) -> pd.Period | None:
        """The last survey before a quarter."""
        return max((known for known in self.quarters if known < quarter), default=None)

    def last(self, number: int) -> tuple[pd.Period, ...]:
        """The newest surveys, the oldest of them first."""
        return self.quarters[-number:]


def rhythm(quarters: Iterable[pd.Period]) -> Rhythm:
    """The rhythm of the quarters in which anybody was surveyed (any order, repeated or not)."""
    known = sorted(pd.Index(quarters).unique())
    if not known:
        return Rhythm((), 1, ())
    whole = pd.period_range(known[0], known[-1])
    step = usual_step([quarter.ordinal for quarter in known])
    return Rhythm(tuple(known), step, tuple(quarter for quarter in whole if quarter not in set(known)))


def silent_units(panel: pd.DataFrame, quarter: pd.Period) -> frozenset[str]:
    """Units without forms for more than a year, though the city surveyed meanwhile: perhaps closed, not late.

    A unit that was never surveyed is not among them: it may have opened yesterday.
    """
    held = any(quarter - YEAR <= known < quarter for known in rhythm(panel["quarter"]).quarters)
    last = panel.groupby("unit_id")["quarter"].max()
    return frozenset(last.index[last < quarter - YEAR]) if held else frozenset()


def usual_step(clock: Sequence[float] | np.ndarray) -> int:
    """Periods from one survey to the next, as a rule; a plan goes on as the city has surveyed."""
    steps = np.diff(clock)
    return int(np.median(steps)) if len(steps) else 1
