"""What the verdict promises in cities of which it was not built, and whether it holds it.

`make study` draws 200 cities for each process, number of units and truth, and 100 of some with the answers
behind them, writes the tables into METHODS.md and holds them against `PROMISES`; the normal tests do so with
a small seeded slice.
"""

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.study import city_design, finding_of, look
from tests.impact.processes import PROCESSES, SESOI, draw
from tests.impact.verdict_study import TRUTHS, UNITS, as_text, kept_study, look_at_each, study, summarise

METHODS = Path(__file__).resolve().parents[2] / "METHODS.md"
BEGIN, END = "<!-- verdict study: begin -->", "<!-- verdict study: end -->"
REPLICATIONS, REPLICATIONS_TOLD = 200, 100

OUT_OF_REACH = {
    "anticipation": "an effect that begins before the training makes the past look better than it was",
    "break": "whatever comes with the training, to the quarter, cannot be told from it by any comparison",
}
ASKED_WHOLE = ("calm", "composition", "ceiling")  # .. where a promise hangs on the checks
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


def broken(table: pd.DataFrame, promises=PROMISES) -> list[str]:
    """Rows in which a promise is missed by more than three Monte-Carlo errors."""
    return [fault for promise in promises for fault in _broken(table, promise)]


def _broken(table: pd.DataFrame, promise: Promise) -> list[str]:
    asked = table["process"].isin(promise.processes) & table["units"].isin(promise.units)
    rows = table[asked & table["truth"].isin(promise.truths) & (table["told"] == promise.told)]
    share = rows[list(promise.columns)].sum(axis=1, skipna=False)
    bound = promise.at_most if promise.at_least is None else promise.at_least
    beyond = share - bound if promise.at_least is None else bound - share
    rows = rows[beyond > 3 * np.sqrt(bound * (1 - bound) / rows["n"])]
    return [
        f"{row.process} {row.units}, truth {row.truth:g}: {promise.says} {share[row.Index]:.3f} ({bound})"
        for row in rows.itertuples()
    ]


def as_section(table: pd.DataFrame) -> str:
    """What stands in METHODS."""
    truths = " / ".join(f"{truth:g}" for truth in TRUTHS)
    estimated, told = table[~table["told"]], table[table["told"]]
    reasons = [f"- {PROCESSES[name].about}: {why}." for name, why in OUT_OF_REACH.items()]
    lines = [
        f"`make study` writes these tables. Each cell holds the figures at truth {truths}:",
        "bias in points, all others in per cent. Where no promise can be kept:",
        "",
        *reasons,
        "",
        f"Labels from estimate and intervals, before any check ({estimated['n'].min():,} cities a cell):",
        "",
        as_text(estimated),
        "",
        f"Labels as told, from answers, with all checks ({told['n'].min():,} cities a cell):",
        "",
        as_text(told),
    ]
    return "\n".join(lines)


def write_tables(table: pd.DataFrame) -> None:
    text = METHODS.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    METHODS.write_text(f"{before}{BEGIN}\n{as_section(table)}\n{END}{after}", encoding="utf-8")


def test_a_promise_is_missed_where_it_is_missed():
    """By hand: of 100 at 5 %, 12 are more than three errors of 2.2 points beyond, 8 are not."""
    row = {"process": "calm", "units": 30, "truth": 0.0, "n": 100, "ever_success": 0.08, "told": False}
    missed = lambda promise, **other: len(broken(pd.DataFrame([row | other]), [promise]))  # noqa: E731
    assert missed(NO_SUCCESS) == 0
    assert missed(NO_SUCCESS, ever_success=0.12) == 1
    assert missed(NO_SUCCESS, ever_success=0.12, process="break") == 0
    assert missed(NO_SUCCESS, ever_success=0.12, told=True) == 0
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


def test_a_slice_of_the_study():
    """20 cities of 30 units in no trouble: nothing is missed by more than chance."""
    table = summarise(study(product(["calm"], [30], range(20)), (0.0, 2 * SESOI)))
    assert not broken(table.assign(told=False))
    assert table["n"].eq(20).all()


@pytest.mark.slow
def test_the_whole_study():
    estimated = kept_study(None, PROCESSES, UNITS, TRUTHS, REPLICATIONS, workers=2)
    told = kept_study(None, ASKED_WHOLE, (30, 100), TRUTHS, REPLICATIONS_TOLD, workers=2, forms=True)
    table = pd.concat([estimated.assign(told=False), told.assign(told=True)], ignore_index=True)
    write_tables(table)
    assert not broken(table)
