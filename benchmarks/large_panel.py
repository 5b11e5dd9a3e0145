"""Time and memory of the headline estimate: python benchmarks/large_panel.py [UNITS] [PERIODS].

Reports the seconds of one whole `estimate_effect` (estimate, jackknife, trend-adjusted interval,
event study) and the peak memory of the process, the panel itself included.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import sys
import time

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect


def simulated_panel(units: int, periods: int, seed: int = 1) -> pd.DataFrame:
    """A quarter of the units in each of three cohorts, a quarter never treated; the effect is 2."""
    rng = np.random.default_rng(seed)
    unit, time_ = np.divmod(np.arange(units * periods), periods)
    starts = np.array([periods // 4, periods // 2, 3 * periods // 4, np.nan])
    cohort = rng.choice(starts, units)[unit]
    n = rng.integers(20, 120, len(unit))
    outcome = (
        rng.normal(82, 3, units)[unit]
        + 0.2 * time_
        + rng.normal(0, 1.4, len(unit))
        + 9 / np.sqrt(n) * rng.normal(size=len(unit))
        + 2.0 * (time_ >= cohort)
    )
    return pd.DataFrame({"unit_id": unit, "quarter": time_, "cohort": cohort, "n": n, "ikm": outcome})


def main(units: int = 50_000, periods: int = 16) -> None:
    panel = simulated_panel(units, periods)
    start = time.perf_counter()
    effect = estimate_effect(panel, Design("ikm", "unit_id", "quarter", "cohort", weight="n"))
    _ = effect.event_study, effect.paths  # worked out when asked for
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{units:,} units x {periods} periods: {seconds:.1f} s, {peak:.0f} MiB. {effect.summary()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
