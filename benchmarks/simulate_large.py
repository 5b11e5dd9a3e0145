"""Speed and memory of `asn simulate`: python benchmarks/simulate_large.py [UNITS] [QUARTERS] [RESPONDENTS].

RESPONDENTS is the mean of a unit's quarter; without numbers 10^7 respondents. On a machine with other
work the CPU-seconds say more than the clock: rows a second of two idle cores are twice rows a CPU-second.
Measured with 1000 16 6250: 100,238,230 respondents, 184.8 CPU-seconds, 563 MiB at most, 498 MiB on disk.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from asn_analysis.simulate.simulation import simulate


def main(units: int = 1000, quarters: int = 16, respondents: int = 625) -> None:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        city = simulate(Path(folder) / "city", units=units, quarters=quarters, respondents=respondents)
        seconds = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_SELF)
        rows = sum(file_rows(path) for path in (city / "responses").glob("*.parquet"))
        size = sum(path.stat().st_size for path in city.rglob("*") if path.is_file())
        realised = json.loads((city / "truth.json").read_text(encoding="utf-8"))["realised"]
    cpu = used.ru_utime + used.ru_stime
    print(f"respondents             {rows:>12,}")
    print(f"clock                   {seconds:>12.1f} s, {rows / seconds:,.0f} rows a second")
    print(f"CPU                     {cpu:>12.1f} s, {rows / cpu:,.0f} rows a CPU-second")
    print(f"peak memory             {used.ru_maxrss / 1024:>12.0f} MiB")
    print(f"on disk                 {size / 2**20:>12.0f} MiB")
    print(f"effect in this sample   {realised['att']:>12.3f} points, {realised['att_expected']:.3f} expected")


def file_rows(path: Path) -> int:
    import duckdb

    with duckdb.connect() as con:
        return con.read_parquet(str(path)).count("*").fetchall()[0][0]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
