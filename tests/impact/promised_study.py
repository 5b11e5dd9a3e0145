"""Power promised before the first training against what became of it, in cities of another make.

The cities are those of `processes`: before their first training a promise is made from their past alone, for
the roll-out that they then have; what the product told them later is counted (`verdict_study.looks_at`):
python -m tests.impact.promised_study
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asn_analysis.impact.promised import SUCCESS, promised
from asn_analysis.impact.study import city_design
from asn_analysis.rules.rules import load_analysis
from tests.impact.pooling_study import told
from tests.impact.processes import PROCESSES, City, draw
from tests.impact.verdict_study import looks_at

CASES = (("calm", 30, 3.0), ("calm", 30, 4.0), ("kecamatan_shocks", 30, 4.0), ("calm", 100, 2.5))


@dataclass(frozen=True)
class Kept:
    """A case: power promised on average, and how many of so many cities were told a success."""

    process: str
    units: int
    truth: float
    promised: float
    found: int
    cities: int


def promise_of(city: City, truth: float, draws: int) -> float:
    """What the city's past promises of the roll-out that it then has."""
    rules, design = load_analysis(), city_design()
    names = ("sesoi", "consecutive_quarters", "least_exposure")
    start = city.panel.groupby("unit_id")["cohort"].first().dropna().to_dict()
    before = city.panel[city.panel["quarter"] < min(start.values())]
    history = before.assign(cohort=before["cohort"].where(before["cohort"] < min(start.values())))
    standard = {name: getattr(rules, name) for name in names}
    last = city.panel["quarter"].max()
    return promised(history, design, start, last, truth, standard, draws).power


def case(process: str, units: int, truth: float, cities: int, draws: int = 50) -> Kept:
    promises, found = [], 0
    for number in range(cities):
        rng = np.random.default_rng([7, zlib.crc32(process.encode()), units, number])
        city = draw(PROCESSES[process], units, truth, rng)
        promises.append(promise_of(city, truth, draws))
        found += any(seen.label == SUCCESS for seen in looks_at([city])[0])
    return Kept(process, units, truth, float(np.mean(promises)), found, cities)


def main(cities: int = 100, cases: Sequence[tuple[str, int, float]] = CASES) -> None:
    """The table of METHODS.md."""
    for process, units, truth in cases:
        kept = case(process, units, truth, cities)
        share = told(kept.found, kept.cities)
        print(f"| {process} | {units} | {truth:g} | {kept.promised:.2f} | {share} |", flush=True)


if __name__ == "__main__":
    main()
