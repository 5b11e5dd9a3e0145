"""Power promised before the first training against what became of it, in cities of another make.

Cities of `processes` are drawn untrained. The product's lot draws the order of training; a promise is made
from the past alone; then what the product tells of the city, look after look, is counted
(`verdict_study.looks_at`): python -m tests.impact.promised_study 500
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.followup.rollout import draw_lot
from asn_analysis.impact.promised import SUCCESS, Future, draw_future, promised
from asn_analysis.impact.study import city_design
from asn_analysis.rules.rules import load_analysis
from tests.impact.pooling_study import told
from tests.impact.processes import PROCESSES, QUARTERS, RESPONDENT_SD, WAVES, City, draw
from tests.impact.verdict_study import looks_at

TRAINED = 0.73  # of the units
ASKED = 5  # every fifth city is asked for a promise, which takes longer than its verdict
FIRST, LAST = QUARTERS[WAVES[0]], QUARTERS[-1]
STANDARD = ("sesoi", "consecutive_quarters", "least_exposure")
CASES = (
    ("calm", 30, 4, (3.0,)),
    ("kecamatan_shocks", 84, 1, (3.0,)),
    ("calm", 115, 2, (2.0,)),
    ("kecamatan_shocks", 30, 2, (4.0,)),
    ("random_walk", 84, 4, (2.0, 3.0)),
)


@dataclass(frozen=True)
class Kept:
    """A case: power promised on average, how cities' promises scatter, how many were told a success."""

    promised: float
    scatter: float
    found: int
    cities: int


def drawn_city(process: str, units: int, waves: int, number: int) -> tuple[City, dict[str, pd.Period]]:
    """A city in which nobody is trained, and who begins when by its lot."""
    city = draw(
        PROCESSES[process],
        units,
        0.0,
        np.random.default_rng([7, zlib.crc32(process.encode()), units, waves, number]),
    )
    strata = city.panel.groupby("unit_id")["kecamatan"].first().to_dict()
    order = list(draw_lot(strata, f"city {number}"))[: round(TRAINED * units)]
    return city, {unit: FIRST + place * waves // len(order) for place, unit in enumerate(order)}


def trained(city: City, start: dict[str, pd.Period], effect: float) -> City:
    cohort = pd.PeriodIndex(city.panel["unit_id"].map(start), freq="Q-DEC")
    gain = effect * (city.panel["quarter"] >= pd.Series(cohort))
    return replace(city, panel=city.panel.assign(cohort=cohort, ikm=city.panel["ikm"] + gain))


def future_of(city: City, draws: int, seed: int) -> Future:
    """Cities drawn from what came before the first training."""
    history = city.panel[city.panel["quarter"] < FIRST]
    history = history.assign(cohort=pd.PeriodIndex([pd.NaT] * len(history), freq="Q-DEC"))
    within = pd.Series(RESPONDENT_SD**2, index=history["unit_id"].unique())
    return draw_future(history, city_design(), LAST, draws, within, seed)


def promises(
    city: City, start: dict[str, pd.Period], effects: Sequence[float], draws: int, seed: int
) -> list[float]:
    """What the city's past promises of each effect."""
    design, rules, future = city_design(), load_analysis(), future_of(city, draws, seed)
    standard = {name: getattr(rules, name) for name in STANDARD}
    return [promised(future, design, start, effect, standard).power for effect in effects]


def case(
    process: str, units: int, waves: int, effects: Sequence[float], cities: int, draws: int = 40
) -> list[Kept]:
    """One an effect."""
    made, found = [], []
    for number in range(cities):
        city, start = drawn_city(process, units, waves, number)
        if number % ASKED == 0:
            made.append(promises(city, start, effects, draws, number))
        looks = looks_at([trained(city, start, effect) for effect in effects])
        found.append([any(seen.label == SUCCESS for seen in each) for each in looks])
    means, scatter, hits = np.mean(made, axis=0), np.std(made, axis=0), np.sum(found, axis=0)
    return [Kept(*each, cities) for each in zip(means.tolist(), scatter.tolist(), hits.tolist(), strict=True)]


def main(cities: int = 500, cases: Sequence[tuple[str, int, int, tuple[float, ...]]] = CASES) -> None:
    """The table of METHODS.md."""
    for process, units, waves, effects in cases:
        for effect, kept in zip(effects, case(process, units, waves, effects, cities), strict=True):
            asked = f"| {process} | {units} | {waves} | {effect:g} | {kept.promised:.3f} | {kept.scatter:.2f}"
            gap = 100 * (kept.promised - kept.found / kept.cities)
            print(f"{asked} | {told(kept.found, kept.cities)} | {gap:+.1f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [CASES[int(place)] for place in sys.argv[2:]] or CASES)
