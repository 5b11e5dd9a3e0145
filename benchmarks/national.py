"""A country's cities on a Dask cluster: does time grow as cities do, and what does a dead worker cost?

One city is one job: a worker reads it, analyses it and makes all its briefs as `asn briefs` does on one
machine, so that no head has to read them all. Makes simulated cities, runs 5, 10 and 20 of them on a local
cluster of two workers with one thread each, then 10 again while a worker is killed, compares every byte, and
prints the table and writes ``benchmarks/national.md``. About a quarter of an hour.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from bench_batch import DATA, GIB, PeakMemory
from distributed import Client, LocalCluster, as_completed

from asn_analysis.run.hashes import folder_hashes

TABLE = Path(__file__).with_suffix(".md")
WORKERS = 2
CITIES = 514  # kabupaten and kota of Indonesia
NODE_CORES = 16


def make_city(data: str, out: str) -> None:
    """What a worker does; a run that was cut off goes on where it stood."""
    from asn_analysis.cli import main as asn

    arguments = ["briefs", "--data", data, "--out", out, "--workers", "1"]
    asn.main(arguments, standalone_mode=False)


@dataclass(frozen=True)
class Measured:
    """One run: seconds, and the peak bytes of the worker that took most."""

    cities: int
    briefs: int
    seconds: float
    peak: int


@contextmanager
def workers() -> Iterator[Client]:
    """A cluster as fresh as a new one; each worker works on one city at a time."""
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        yield client


def run(cities: Sequence[Path], out: Path, kill_after: float = 0) -> Measured:
    """Make the briefs of some cities; where asked, kill a worker meanwhile."""
    with workers() as client:
        pids = list(client.run(os.getpid).values())
        if kill_after:
            threading.Timer(kill_after, os.kill, (pids[0], signal.SIGKILL)).start()
        start = time.monotonic()
        with ExitStack() as stack:
            watched = [stack.enter_context(PeakMemory(psutil.Process(pid))) for pid in pids]
            jobs = [client.submit(make_city, str(city), str(out / city.name)) for city in cities]
            for job in as_completed(jobs):
                job.result()
            seconds = time.monotonic() - start
        made = len(list(out.rglob("record.json")))
        return Measured(len(cities), made, seconds, max(memory.peak for memory in watched))


def simulate(folder: Path, number: int, units: int) -> list[Path]:
    """Cities that differ in their seed."""
    cities = [folder / f"city-{place:03}" for place in range(number)]
    for seed, city in enumerate(cities, start=1):
        options = ["--units", str(units), "--respondents", "30", "--seed", str(seed)]
        command = [sys.executable, "-m", "asn_analysis", "simulate", str(city), *options]
        subprocess.run(command, check=True, capture_output=True)
    return cities


def measure(work: Path, sizes: Sequence[int], units: int) -> list[str]:
    """Lines of the table."""
    cities = simulate(work / "cities", max(sizes), units)
    runs = [run(cities[:size], work / f"out-{size}") for size in sizes]
    half = len(sizes) // 2
    calm = runs[half]
    hurt = run(cities[: calm.cities], work / "hurt", kill_after=calm.seconds / 2)
    same = pages(work / "hurt") == pages(work / f"out-{calm.cities}")
    large = run([DATA], work / "large")
    lines = [
        "| cities | briefs | seconds | seconds a city | peak memory of a worker |",
        "|---|---|---|---|---|",
    ]
    lines += [row(found) for found in (*runs, large)]
    hours = CITIES * large.seconds / 3600
    return [
        *lines,
        "",
        "The last row is the example, on one worker of the two.",
        "",
        f"A worker killed halfway through {calm.cities} cities: {hurt.seconds - calm.seconds:+.0f} s "
        f"({hurt.seconds:.0f} in all); every page {'the same' if same else 'NOT THE SAME'}.",
        "",
        f"On paper: {CITIES} cities of {large.briefs} briefs are {hours:.0f} hours of one worker, so "
        f"{60 * hours / NODE_CORES:.0f} minutes on a machine of {NODE_CORES} cores with "
        f"{NODE_CORES * large.peak / GIB:.0f} GiB, or {60 * hours / (4 * NODE_CORES):.0f} on four of them.",
    ]


def row(found: Measured) -> str:
    """One run as a line of the table."""
    each = found.seconds / found.cities
    return (
        f"| {found.cities} | {found.briefs} | {found.seconds:.0f} | {each:.1f} | {found.peak / GIB:.2f} GiB |"
    )


def pages(out: Path) -> dict[str, str]:
    """What readers get, by path; not run.json and run.log, which tell the seconds that it took."""
    found = folder_hashes(out)
    return {name: digest for name, digest in found.items() if not Path(name).name.startswith("run.")}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        description=__doc__,
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 10, 20], help="numbers of cities")
    parser.add_argument("--units", type=int, default=10, help="units of each simulated city")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        lines = measure(Path(work), given.sizes, given.units)
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, load "
    lines += ["", f"{machine}{os.getloadavg()[0]:.1f}. `python benchmarks/national.py`."]
    text = "\n".join(["# A country's cities on a Dask cluster", "", *lines]) + "\n"
    print(text)
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
