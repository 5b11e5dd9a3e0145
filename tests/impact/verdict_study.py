"""What the product's verdict says of the cities of `processes`: the instrument that METHODS quotes.

    python -m tests.impact.verdict_study --units 30 100 --replications 200 --out table.md

draws so many cities of each process, number of units and truth, lets the product look at each of them at
the end of every surveyed quarter from the first training on (eight in two years), and counts what it told.
Streams are seeded by process, units and number of the city; the truths share them.

Without ``--forms`` a label is that of estimate and intervals, before any check can lower it: errors and power
are both more than a city would see. With it every look is the whole analysis, from answers. With ``--rows``
finished cities are kept, and a study that was stopped goes on.
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
from itertools import chain, product
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import Effect, estimate_on
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.looks import Look, finding_of, known_at, look, who_answers, with_mix_held
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import analyse, city_design
from asn_analysis.impact.verdict import LABELS, decide
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_analysis
from tests.impact.answers import with_forms
from tests.impact.processes import PROCESSES, SESOI, City, draw

SEED = 2027
TRUTHS = (0.0, SESOI / 2, SESOI, 2 * SESOI)
UNITS = (10, 30, 100)
ROUND = 20  # cities of a cell before the next cell is looked at


@dataclass(frozen=True)
class Told:
    """What the product told of a city at the end of a quarter; the effect None where it refused one."""

    label: str
    effect: Effect | None


def looks_at(cities: Sequence[City], forms: bool = False) -> list[list[Told]]:
    """The product at work, quarter by quarter: here, and in ``covered``, stands how it is asked.

    Without forms the cities are one city under several truths, which differ in their outcomes alone.
    """
    if forms:
        return [_analysed(city) for city in cities]
    rules, quarters = load_analysis(), cities[0].looks
    by_city = list(zip(*(look_at_each(cities, until) for until in quarters), strict=True))
    return [_told(quarters, effects, rules) for effects in by_city]


def _analysed(city: City) -> list[Told]:
    """The whole analysis at each look; the look at a quarter is kept, since no answers come in late."""
    kept = {}

    def once(panel: pd.DataFrame, until: pd.Period, design: Design) -> Look:
        if until not in kept:
            kept[until] = look(panel, until, design)
        return kept[until]

    with patch("asn_analysis.impact.study.look", once):
        found = [analyse(city.known(until), until, plan_holds=True) for until in city.looks]
    return [Told(analysis.verdict.label, analysis.effect) for analysis in found]


def _told(
    quarters: Sequence[pd.Period], effects: Sequence[Effect | None], rules: AnalysisRules
) -> list[Told]:
    findings = [finding_of(until, effect) for until, effect in zip(quarters, effects, strict=True)]
    so_far = (findings[: end + 1] for end in range(len(findings)))
    verdicts = [decide(seen, rules.sesoi, "none", (), rules.consecutive_quarters) for seen in so_far]
    return [Told(verdict.label, effect) for verdict, effect in zip(verdicts, effects, strict=True)]


def look_at_each(cities: Sequence[City], until: pd.Period) -> list[Effect | None]:
    """``looks.look`` at each, with what does not depend on the outcome worked out once."""
    design, first = city_design(), cities[0].panel
    row = known_at(cities[0].known(until, first.assign(ikm=np.arange(len(first)))), until)
    try:
        places = lay_out(row, design)
        outcomes = [_laid(city.panel["ikm"].to_numpy(), places) for city in cities]
        effects = estimate_on(places, design, outcomes)
    except DesignError:
        return [None] * len(cities)
    shift = who_answers(row, effects[0])
    if not shift.falsified:
        return effects
    known = (row.assign(ikm=city.panel["ikm"].to_numpy()[row["ikm"]]) for city in cities)
    return [with_mix_held(effect, panel, shift) for effect, panel in zip(effects, known, strict=True)]


def _laid(values: np.ndarray, places: Grid) -> np.ndarray:
    """Rows of a panel as units x periods, by a grid whose outcome is the number of the row."""
    return np.where(places.weight > 0, values[places.outcome.astype(int)], 0.0)


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


def one_city(
    name: str, units: int, number: int, truths: Sequence[float] = TRUTHS, forms: bool = False
) -> list[dict]:
    """A row a truth: what was true, what was told at the last look, and which labels were told at any."""
    cities = [_drawn(name, units, number, truth, forms) for truth in truths]
    asked = {"process": name, "units": units, "number": number}
    rows = zip(truths, cities, looks_at(cities, forms), strict=True)
    return [asked | {"truth": truth} | _row(city, told) for truth, city, told in rows]


def _drawn(name: str, units: int, number: int, truth: float, forms: bool) -> City:
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), units, number])
    city = draw(PROCESSES[name], units, truth, rng)
    return with_forms(city, rng) if forms else city


def _row(city: City, told: Sequence[Told]) -> dict:
    return {
        "estimated": told[-1].effect is not None,
        **covered(told[-1].effect, city.true_effect),
        **{label: told[-1].label == label for label in LABELS},
        **{f"ever_{label}": any(look.label == label for look in told) for label in LABELS},
    }


def study(
    cities: Iterable[tuple[str, int, int]], truths: Sequence[float], workers: int = 1, forms: bool = False
) -> pd.DataFrame:
    """One row a city and truth; ``cities``: process, units and number of each."""
    columns, ask = zip(*cities, strict=True), partial(one_city, truths=truths, forms=forms)
    if workers == 1:
        return pd.DataFrame(chain.from_iterable(map(ask, *columns)))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when a fresh process imports numpy
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        return pd.DataFrame(chain.from_iterable(pool.map(ask, *columns, chunksize=5)))


def kept_study(
    kept: Path | None, names: Sequence[str], units: Sequence[int], truths: Sequence[float], cities: int, **how
) -> pd.DataFrame:
    """The table, in rounds over all processes and sizes; cities in the file ``kept`` are not drawn again.

    Stopped early, it leaves about as many cities in every cell.
    """
    found = [pd.read_csv(kept)] if kept and kept.exists() else []
    done = {key for part in found for key in part.groupby(["process", "units", "number"]).groups}
    for first, name, size in product(range(0, cities, ROUND), names, units):
        asked = product([name], [size], range(first, min(first + ROUND, cities)))
        if left := [city for city in asked if city not in done]:
            found.append(study(left, truths, **how))
            if kept:
                found[-1].to_csv(kept, mode="a", header=not kept.exists(), index=False)
    return summarise(pd.concat(found, ignore_index=True))


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a process, number of units and truth: shares over its cities."""
    grouped = rows.drop(columns="number").groupby(["process", "units", "truth"], sort=False)
    return grouped.mean().assign(n=grouped.size()).reset_index()


COLUMNS = {
    "bias": "bias",
    "plain": "coverage, plain",
    "robust": "coverage, robust",
    **{label: label for label in LABELS},
    **{f"ever_{label}": f"{label}, any look" for label in ("success", "adjust", "harm")},
}


def as_text(table: pd.DataFrame) -> str:
    """The table as Markdown: in each cell the figures at each truth (one if alike), shares in per cent."""
    lines = [f"| process | units | {' | '.join(COLUMNS.values())} |", f"|---|---|{'---|' * len(COLUMNS)}"]
    for (name, units), rows in table.groupby(["process", "units"], sort=False):
        cells = [_cell([_figure(column, value) for value in rows[column]]) for column in COLUMNS]
        lines.append(f"| {PROCESSES[name].about} | {units} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figures: list[str]) -> str:
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def _figure(column: str, value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{round(value, 1) + 0.0:.1f}" if column == "bias" else f"{100 * value:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", nargs="+", default=list(PROCESSES), choices=list(PROCESSES))
    parser.add_argument("--units", nargs="+", type=int, default=list(UNITS))
    parser.add_argument("--truths", nargs="+", type=float, default=list(TRUTHS))
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--forms", action="store_true", help="the whole analysis, from answers")
    parser.add_argument("--rows", type=Path, help="file that keeps the cities")
    parser.add_argument("--out", type=Path, help="file for the table; without it, it is printed")
    a = parser.parse_args(arguments)
    table = kept_study(
        a.rows, a.processes, a.units, a.truths, a.replications, workers=a.workers, forms=a.forms
    )
    text = as_text(table)
    a.out.write_text(text + "\n", encoding="utf-8") if a.out else print(text)


if __name__ == "__main__":
    main()
