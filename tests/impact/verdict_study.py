"""What the product's verdict says of the cities of `processes`: the instrument that METHODS quotes.

    python -m tests.impact.verdict_study --units 30 100 --replications 200 --out table.md

draws so many cities of each process, number of units and truth, lets the product look at each of them at
the end of every quarter from the first training on (eight in two years), and counts what it told. Streams are
seeded by process, units and number of the city; the truths share them. With ``--forms`` every look is the
whole analysis of a panel with the answers behind it, checks and caps included: some twenty times slower.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.study import analyse, city_design, finding_of, look
from asn_analysis.impact.verdict import LABELS, decide
from asn_analysis.rules.rules import load_analysis
from tests.impact.answers import with_forms
from tests.impact.processes import PROCESSES, QUARTERS, SESOI, WAVES, City, draw

SEED = 2027
TRUTHS = (0.0, SESOI / 2, SESOI, 2 * SESOI)
UNITS = (10, 30, 100)


@dataclass(frozen=True)
class Told:
    """What the product told of a city at the end of a quarter; the effect None where it refused one."""

    label: str
    effect: Effect | None


def looks_at(city: City, forms: bool = False) -> list[Told]:
    """The product at work, quarter by quarter: here, and in ``covered``, stands how it is asked."""
    rules, design = load_analysis(), city_design()
    told, findings = [], []
    for until in pd.period_range(QUARTERS[WAVES[0]], city.panel["quarter"].max()):
        if forms:
            found = analyse(city.known(until), until, plan_holds=True)
            told.append(Told(found.verdict.label, found.effect))
            continue
        effect = look(city.known(until), until, design)[0]
        findings.append(finding_of(str(until), effect))
        told.append(Told(decide(findings, rules.sesoi, "none", (), rules.consecutive_quarters).label, effect))
    return told


def covered(effect: Effect | None, true: float) -> dict[str, float]:
    """Bias, and whether the headline's and the robust interval hold the truth; NaN where there is none."""
    if effect is None:
        return dict.fromkeys(("bias", "plain", "robust"), np.nan)
    robust = effect.conf_low_robust is not None
    return {
        "bias": effect.estimate - true,
        "plain": float(effect.conf_low <= true <= effect.conf_high),
        "robust": float(effect.conf_low_robust <= true <= effect.conf_high_robust) if robust else np.nan,
    }


def one_city(name: str, units: int, truth: float, number: int, forms: bool = False) -> dict:
    """A row: what was true, what was told at the last look, and which labels were told at any."""
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), units, number])
    city = draw(PROCESSES[name], units, truth, rng)
    told = looks_at(with_forms(city, rng) if forms else city, forms)
    return {
        "process": name,
        "units": units,
        "truth": truth,
        "estimated": told[-1].effect is not None,
        **covered(told[-1].effect, city.true_effect),
        **{label: told[-1].label == label for label in LABELS},
        **{f"ever_{label}": any(look.label == label for look in told) for label in LABELS},
    }


def study(
    names: Iterable[str] = tuple(PROCESSES),
    units: Iterable[int] = UNITS,
    replications: int = 200,
    truths: Iterable[float] = TRUTHS,
    workers: int = 2,
    forms: bool = False,
) -> pd.DataFrame:
    """One row a process, number of units and truth: shares over that many cities."""
    asked = zip(*product(names, units, truths, range(replications)), strict=True)
    if workers == 1:
        return summarise(pd.DataFrame(map(partial(one_city, forms=forms), *asked)))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when a fresh process imports numpy
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        return summarise(pd.DataFrame(pool.map(partial(one_city, forms=forms), *asked, chunksize=20)))


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby(["process", "units", "truth"], sort=False)
    return grouped.mean().assign(n=grouped.size()).reset_index()


COLUMNS = {
    "bias": "bias",
    "plain": "coverage, plain",
    "robust": "coverage, robust",
    **{label: label for label in LABELS},
    **{f"ever_{label}": f"{label}, any look" for label in ("success", "adjust", "harm")},
}


def as_text(table: pd.DataFrame) -> str:
    """The table as Markdown: in each cell the figures at each truth, shares in per cent."""
    lines = [f"| process | units | {' | '.join(COLUMNS.values())} |", f"|---|---|{'---|' * len(COLUMNS)}"]
    for (name, units), rows in table.groupby(["process", "units"], sort=False):
        cells = [" / ".join(_figure(column, value) for value in rows[column]) for column in COLUMNS]
        lines.append(f"| {PROCESSES[name].about} | {units} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(column: str, value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{round(value, 1) + 0.0:.1f}" if column == "bias" else f"{100 * value:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", nargs="+", default=list(PROCESSES), choices=list(PROCESSES))
    parser.add_argument("--units", nargs="+", type=int, default=list(UNITS))
    parser.add_argument("--truths", nargs="+", type=float, default=list(TRUTHS))
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--forms", action="store_true", help="the whole analysis, from answers")
    parser.add_argument("--out", type=Path, help="file for the table; without it, it is printed")
    asked = parser.parse_args(arguments)
    table = study(asked.processes, asked.units, asked.replications, asked.truths, asked.workers, asked.forms)
    text = as_text(table)
    asked.out.write_text(text + "\n", encoding="utf-8") if asked.out else print(text)


if __name__ == "__main__":
    main()
