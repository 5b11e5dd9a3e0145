"""How long one full analysis of the example city takes, from its cells, on one core.

OPENBLAS_NUM_THREADS=1 python benchmarks/example_city.py
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import asn_analysis as asn
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import analyse_city

EXAMPLE = Path(__file__).parents[1] / "data" / "example"
RUNS = 5


def main() -> None:
    dataset = asn.read_dataset(EXAMPLE)
    inputs = city_inputs(dataset, asn.newest_complete_quarter(dataset))
    analyse_city(inputs)  # the first call pays for imports
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        asn.city_record(inputs, analyse_city(inputs))
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"cells                {len(inputs.panel):>8}")
    print(f"full analysis, best  {min(seconds):>8.2f} s")
    print(f"full analysis, worst {max(seconds):>8.2f} s")
    print(f"peak memory          {peak:>8.0f} MiB")


if __name__ == "__main__":
    main()
