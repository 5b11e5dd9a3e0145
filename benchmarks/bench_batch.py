"""How fast a quarter is made, against papermill and nbconvert from the command line; how much memory.

Run by `make bench`; prints the table and writes ``benchmarks/batch.md``. Both ways run the same
notebooks on the same prepared documents in one session: first the batch, then the naive way on a
sample of units, then the batch again, so that a machine that gets slower cannot flatter either.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import psutil

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import read_dataset
from asn_analysis.run.hashes import NOTEBOOKS

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data" / "example"
TABLE = Path(__file__).with_name("batch.md")
NAIVE_WORKERS = 2
LANGUAGES = ("id", "en")
CORRECTED = ("--reason", "One answer corrected.", "--despite-few")
GIB = 2**30


class PeakMemory:
    """Samples the memory of a process and all below it; shared pages count once (Linux) or each time."""

    def __init__(self, process: psutil.Process) -> None:
        self.process, self.peak, self.done = process, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.done.wait(0.5):
            self.peak = max(self.peak, sum(_memory(process) for process in self._tree()))

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.Error:
            return []


def _memory(process: psutil.Process) -> int:
    try:
        return getattr(process.memory_full_info(), "pss", 0) or process.memory_info().rss
    except psutil.Error:
        return 0


def run_batch(out: Path, data: Path = DATA, *options: str) -> tuple[float, float]:
    """Seconds and peak bytes of one `asn briefs`."""
    command = [
        sys.executable,
        "-m",
        "asn_analysis",
        "briefs",
        "--data",
        str(data),
        "--out",
        str(out),
        *options,
    ]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with PeakMemory(psutil.Process(process.pid)) as memory:
        status = process.wait()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return time.monotonic() - start, memory.peak


def run_naive(documents: dict[str, Path], folder: Path) -> dict[str, float]:
    """Seconds that each brief takes: the papermill command, then `jupyter nbconvert` for each language.

    Both pages come from one executed notebook, as in the batch; running it once a page would be slower still.
    """
    tools = Path(sys.executable).parent
    convert = [tools / "jupyter", "nbconvert", "--to", "html", "--no-input"]

    def make(scope: str) -> float:
        notebook = NOTEBOOKS / ("city_brief.ipynb" if scope == "city" else "unit_brief.ipynb")
        done = folder / f"{scope}.ipynb"
        start = time.monotonic()
        for command in (
            [tools / "papermill", notebook, done, "-p", "prepared", documents[scope], "--no-progress-bar"],
            *([*convert, done, "--output", f"{scope}.{language}"] for language in LANGUAGES),
        ):
            subprocess.run([str(part) for part in command], check=True, capture_output=True)
        return time.monotonic() - start

    with ThreadPoolExecutor(NAIVE_WORKERS) as workers:
        return dict(zip(documents, workers.map(make, documents), strict=True))


def documents_of(out: Path, folder: Path, sample: int) -> tuple[dict[str, Path], int]:
    """The city's document and those of evenly spread units; and how many units there are."""
    dataset = read_dataset(DATA)
    city = city_inputs(dataset, choose_quarter(dataset))
    found = json.loads((out / str(city.quarter) / "city" / "record.json").read_text(encoding="utf-8"))
    codes = [unit["unit_id"] for unit in city.about["units"]]
    step = max(1, len(codes) // sample)
    wanted: list[Inputs] = [city, *(unit_inputs(city, code, found) for code in codes[::step][:sample])]
    documents = {}
    for inputs in wanted:
        documents[inputs.scope] = folder / f"{inputs.scope}.json"
        documents[inputs.scope].write_text(inputs.to_json(), encoding="utf-8")
    return documents, len(codes)


def change_one_unit(data: Path) -> None:
    """One respondent of one unit answers one point lower."""
    path = data / "responses.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE responses AS FROM '{path}'")
        con.execute(
            "UPDATE responses SET u7 = u7 - 1 WHERE response_id = (SELECT max(response_id) FROM responses "
            "WHERE unit_id = 'PKM-03' AND u7 > 1)"
        )
        con.execute(f"COPY responses TO '{path}' (FORMAT parquet)")


def measure(work: Path, sample: int) -> list[tuple[str, str, str]]:
    """Rows of the table: what, measured, wanted."""
    first, memory = run_batch(work / "first")
    documents, n_units = documents_of(work / "first", work, sample)
    start = time.monotonic()
    naive = run_naive(documents, work)
    sampled = time.monotonic() - start
    second, _ = run_batch(work / "second")
    again, _ = run_batch(work / "second")
    shutil.copytree(DATA, work / "changed")
    change_one_unit(work / "changed")
    changed, _ = run_batch(work / "second", work / "changed", *CORRECTED)
    units = [seconds for scope, seconds in naive.items() if scope != "city"]
    whole = (naive["city"] + n_units * statistics.mean(units)) / NAIVE_WORKERS
    batch = (first + second) / 2
    drawn = f"{len(units)} of {n_units} units and the city took {sampled:.0f} s; extrapolated"
    return [
        (
            f"the quarter, {n_units + 1} briefs in two languages",
            f"{batch:.0f} s ({first:.0f}, {second:.0f})",
            "",
        ),
        ("the naive way on 2 workers, two pages a brief", f"{whole:.0f} s ({drawn})", ""),
        ("times faster", f"{whole / batch:.1f}", "at least 12"),
        ("again, nothing changed", f"{again:.1f} s", "under 3 s"),
        ("again, one unit's answer changed", f"{changed:.1f} s", "under 5 s"),
        ("peak memory of the process tree", f"{memory / GIB:.2f} GiB", "under 1.5 GiB"),
    ]


def as_table(rows: list[tuple[str, str, str]]) -> str:
    cores, load = os.cpu_count(), os.getloadavg()[2] if hasattr(os, "getloadavg") else float("nan")
    lines = ["| | measured | wanted |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    where = f"Python {platform.python_version()}, {platform.system()}, {cores} cores, load {load:.1f}."
    return "# A quarter of briefs: time and memory\n\n" + "\n".join(lines) + f"\n\n{where} `make bench`.\n"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=24, help="units of the naive way")
    with tempfile.TemporaryDirectory() as work:
        table = as_table(measure(Path(work), parser.parse_args().sample))
    print(table)
    TABLE.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
