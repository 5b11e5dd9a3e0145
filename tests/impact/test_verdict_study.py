"""What the verdict promises in cities of which it was not built, and whether it holds it.

`make study` draws 200 cities for each process, number of units and truth, and 40 of some with the answers
behind them, writes the tables into METHODS.md and holds them against `PROMISES`; the normal tests do so with
a small seeded slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaincinv

from asn_analysis.impact.looks import finding_of, look
from asn_analysis.impact.study import city_design
from tests.impact.processes import PROCESSES, SESOI, draw
from tests.impact.verdict_study import TRUTHS, UNITS, as_text, kept_study, look_at_each, study, summarise

METHODS = Path(__file__).resolve().parents[2] / "METHODS.md"
BEGIN, END = "<!-- verdict study: begin -->", "<!-- verdict study: end -->"
REPLICATIONS, REPLICATIONS_TOLD = 200, 40

OUT_OF_REACH = {
    "anticipation": "an effect that begins before the training makes the past look better than it was",
    "break": "whatever comes with the training, to the quarter, cannot be told from it by any comparison",
}
TOLD_TRUTHS = (0.0, 2 * SESOI)
ASKED_WHOLE = ("calm", "composition", "sizes", "ceiling")  # .. where a promise hangs on the checks
KEPT = tuple(name for name in PROCESSES if name not in OUT_OF_REACH)
ESTIMATED = tuple(name for name in KEPT if name != "composition")  # found by a check alone
DRIFTING = tuple(name for name in PROCESSES if PROCESSES[name].drift)
SHARED = ("kecamatan_shocks", "kecamatan_roll_out", "wave_shocks")


@dataclass(frozen=True)
class Promise:
    """A bound on the sum of some columns of a table, in the rows of these processes, units and truths.

    ``told``: of the table that is asked from answers, checks and caps included.
    """

    says: str
    columns: tuple[str, ...]
    truths: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None
    processes: tuple[str, ...] = KEPT
    units: tuple[int, ...] = UNITS
    told: bool = False

    @property
    def bound(self) -> str:
        least = self.at_least is not None
        return f"{'at least' if least else 'at most'} {100 * (self.at_least if least else self.at_most):g} %"


NO_HARM = Promise("harm at a look", ("harm",), TRUTHS, at_most=0.025)
NO_HARM_EVER = Promise("harm at any look", ("ever_harm",), TRUTHS, at_most=0.05)
NO_SUCCESS = Promise("success at any look", ("ever_success",), (0.0,), at_most=0.05, processes=ESTIMATED)
HALF = Promise("success of half the size", ("success",), (SESOI / 2,), at_most=0.05, processes=DRIFTING)
COVERED = Promise(
    "coverage under shared shocks", ("plain",), TRUTHS, at_least=0.93, processes=SHARED, units=(30, 100)
)
SHOWN = Promise(
    "success or promising",
    ("success", "promising"),
    (2 * SESOI,),
    at_least=0.90,
    processes=("calm",),
    units=(30,),
)
SHOWN_AT_100 = replace(SHOWN, at_least=0.99, units=(100,))
REACHED = Promise(
    "success within two years",
    ("ever_success",),
    (2 * SESOI,),
    at_least=0.85,
    processes=("calm",),
    units=(100,),
)
SEEN = (SHOWN, SHOWN_AT_100, REACHED)
PROMISES = (
    *(NO_HARM, NO_HARM_EVER, NO_SUCCESS, HALF, COVERED, *SEEN),
    *(replace(promise, told=True) for promise in (NO_HARM, NO_HARM_EVER, *SEEN)),
    replace(NO_SUCCESS, told=True, processes=ASKED_WHOLE),
)


def interval(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Clopper and Pearson's 95 % interval of a share of n cities (Biometrika, 1934)."""
    k = np.rint(np.asarray(share) * n)
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, 0.025), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 0.975), 1.0)
    return low, high


def judged(table: pd.DataFrame, promise: Promise) -> pd.DataFrame:
    """The rows of the table that a promise is about, with share, low and high, and what they show of it.

    A row breaks it if its whole interval lies beyond the bound, and shows it if that lies within.
    """
    asked = table["process"].isin(promise.processes) & table["units"].isin(promise.units)
    rows = table[asked & table["truth"].isin(promise.truths) & (table["told"] == promise.told)]
    return _held_against(promise, rows.assign(share=rows[list(promise.columns)].sum(axis=1, skipna=False)))


def _held_against(promise: Promise, rows: pd.DataFrame) -> pd.DataFrame:
    low, high = interval(rows["share"], rows["n"])
    if promise.at_least is None:
        beyond, within = low > promise.at_most, high <= promise.at_most
    else:
        beyond, within = high < promise.at_least, low >= promise.at_least
    return rows.assign(low=low, high=high, broken=beyond, shown=within)


def together(rows: pd.DataFrame) -> pd.DataFrame:
    """All cells of a truth as one: cities are independent but for the truths, which share their noise."""
    counts = rows.assign(share=rows["share"] * rows["n"]).groupby("truth")[["share", "n"]].sum()
    return counts.assign(share=counts["share"] / counts["n"])


def broken(table: pd.DataFrame, promises: Sequence[Promise] = PROMISES) -> list[str]:
    """Where a promise is broken."""
    return [
        f"{row.process} {row.units}, truth {row.truth:g}: {promise.says} {row.share:.3f} "
        f"({row.low:.3f} to {row.high:.3f}; promised {promise.bound})"
        for promise in promises
        for row in judged(table, promise).query("broken").itertuples()
    ]


def worst(table: pd.DataFrame, promise: Promise) -> str:
    """A row of the table of promises: all cells together, and the cell that keeps it least."""
    rows = judged(table, promise)
    pooled = _held_against(promise, together(rows))
    first = "idxmin" if promise.at_least else "idxmax"
    row, all_cells = (found.loc[getattr(found["share"], first)()] for found in (rows, pooled))
    where = f"{PROCESSES[row['process']].about}, {row['units']} units, truth {row['truth']:g}"
    told = "with checks" if promise.told else "before checks"
    cells = [f"{promise.says}, {told}", promise.bound, _of(all_cells), _of(row), where, _status(rows, pooled)]
    return f"| {' | '.join(cells)} |"


def _of(row: pd.Series) -> str:
    return f"{100 * row['share']:.1f} ({100 * row['low']:.1f} to {100 * row['high']:.1f}; n {row['n']:,.0f})"


def _status(rows: pd.DataFrame, pooled: pd.DataFrame) -> str:
    if rows["broken"].any():
        return f"**broken in {rows['broken'].sum()} of {len(rows)} cells**"
    if rows["shown"].all():
        return "shown in every cell"
    return "shown of all together, broken in none" if pooled["shown"].all() else "broken in none, not shown"


def as_section(table: pd.DataFrame) -> str:
    """What stands in METHODS."""
    estimated, told = table[~table["told"]], table[table["told"]]
    n, n_told = estimated["n"].min(), told["n"].min()
    most, most_told = (100 * interval(0.0, number)[1] for number in (n, n_told))
    reasons = [f"- {PROCESSES[name].about}: {why}." for name, why in OUT_OF_REACH.items()]
    lines = [
        f"`make study` writes this; here {n:,} cities a cell, {n_told} with the checks. A promise is held",
        "against each cell's 95 % interval (Clopper and Pearson 1934), broken where all of it lies beyond:",
        f"none of {n} cities leaves up to {most:.1f} % open, none of {n_told} up to {most_told:.0f} %.",
        "Where no promise can be kept:",
        "",
        *reasons,
        "",
        "| promise, in per cent of cities | bound | all cells | worst cell | which | |",
        "|---|---|---|---|---|---|",
        *(worst(table, promise) for promise in PROMISES),
        "",
        "All processes. A cell holds the figures at each truth, or one where all are alike: bias in",
        "points, all others in per cent.",
        "",
        f"At truth {_told(TRUTHS)}, labels from estimate and intervals, before any check:",
        "",
        as_text(estimated),
        "",
        f"At truth {_told(TOLD_TRUTHS)}, labels as told, from answers, with all checks:",
        "",
        as_text(told),
    ]
    return "\n".join(lines)


def _told(truths: Sequence[float]) -> str:
    return " / ".join(f"{truth:g}" for truth in truths)


def write_tables(table: pd.DataFrame) -> None:
    text = METHODS.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    METHODS.write_text(f"{before}{BEGIN}\n{as_section(table)}\n{END}{after}", encoding="utf-8")


def test_a_promise_is_broken_where_its_whole_interval_lies_beyond_it():
    """Of 100 at 5 %: 11 are 5.6 to 18.8 %, 10 are 4.9 to 17.6 % (Clopper and Pearson's tables)."""
    row = {"process": "calm", "units": 30, "truth": 0.0, "n": 100, "ever_success": 0.10, "told": False}
    missed = lambda promise, **other: len(broken(pd.DataFrame([row | other]), [promise]))  # noqa: E731
    assert np.round(interval(np.array([0.10, 0.11]), 100), 3).tolist() == [[0.049, 0.056], [0.176, 0.188]]
    assert np.round(interval(np.array([0.0, 1.0]), 100), 3).tolist() == [[0.0, 0.964], [0.036, 1.0]]
    assert missed(NO_SUCCESS) == 0
    assert missed(NO_SUCCESS, ever_success=0.11) == 1
    assert missed(NO_SUCCESS, ever_success=0.11, process="break") == 0
    assert missed(NO_SUCCESS, ever_success=0.11, told=True) == 0
    shown = judged(pd.DataFrame([row | {"ever_success": 0.0}, row | {"ever_success": 0.02}]), NO_SUCCESS)
    assert shown["shown"].tolist() == [True, False]
    assert together(shown)[["share", "n"]].to_numpy().tolist() == [[0.01, 200]]
    assert missed(COVERED, process="wave_shocks", plain=0.8) == 1
    assert missed(COVERED, process="wave_shocks", plain=0.9) == 0


@pytest.mark.parametrize("name", ["late", "composition"])
def test_truths_that_share_their_design_are_told_what_each_alone_would_be(name):
    cities = [draw(PROCESSES[name], 20, truth, np.random.default_rng(5)) for truth in (0.0, 2 * SESOI)]
    for until in cities[0].looks[-2:]:
        alone = [look(city.known(until), until, city_design())[0] for city in cities]
        found = [
            pd.DataFrame(finding_of(until, effect) for effect in effects)
            for effects in (alone, look_at_each(cities, until))
        ]
        pd.testing.assert_frame_equal(*found, rtol=1e-10)


HALF_SIZE = SESOI / 2
TOLD_WRONG = [  # process, truth, what was told of how many cities of 100 units by plain ranges and labels
    ("drift_down_3", HALF_SIZE, "ever_harm", 1.00),
    ("drift_up_2", HALF_SIZE, "success", 0.73),
    ("accelerating", HALF_SIZE, "success", 0.99),
    ("kecamatan_roll_out", 0.0, "ever_harm", 0.64),
    ("wave_shocks", 0.0, "ever_harm", 0.55),
    ("composition", 0.0, "ever_success", 1.00),
    ("growing_survey", HALF_SIZE, "success", 0.54),
    ("ceiling", 0.0, "promising", 0.44),
]


@pytest.mark.parametrize(("name", "truth", "told", "before"), TOLD_WRONG)
def test_what_most_cities_were_told_wrong_hardly_any_is_told_now(name, truth, told, before):
    """5 cities of 100 units: two would be rarer than 1 in 40 if 5 % were told so."""
    rows = study(product([name], [100], range(5)), (truth,))
    assert rows[told].sum() < 2 < 5 * before
    assert rows["robust"].sum() >= 4


def test_a_slice_of_the_study():
    """20 cities of 30 units in no trouble: nothing is missed by more than chance."""
    table = summarise(study(product(["calm"], [30], range(20)), (0.0, 2 * SESOI)))
    assert not broken(table.assign(told=False))
    assert table["n"].eq(20).all()


@pytest.mark.slow
def test_the_whole_study():
    estimated = kept_study(None, PROCESSES, UNITS, TRUTHS, REPLICATIONS, workers=2)
    told = kept_study(None, ASKED_WHOLE, (30, 100), TOLD_TRUTHS, REPLICATIONS_TOLD, workers=2, forms=True)
    table = pd.concat([estimated.assign(told=False), told.assign(told=True)], ignore_index=True)
    write_tables(table)
    assert not broken(table)
