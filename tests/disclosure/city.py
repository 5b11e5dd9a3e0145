"""A small city full of small cells, seen twice: when a quarter is published, and a quarter later.

Every city here has a *twin*, in which the same forms lie differently among the units that are withheld.
Whoever cannot tell a city from its twin cannot know anything of a withheld unit but what all of them
together are.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from asn_analysis.simulate.simulation import simulate
from tests.changed import read_responses, write_responses

THEN, NOW = "2026Q2", "2026Q3"
FEW, BESIDE, HALF_ASKED, GROWING, LATE, NEW, ALONE = range(7)  # units by the part that they play


@dataclass
class City:
    """A data set whose forms can be changed before it is written somewhere else."""

    source: Path
    forms: pd.DataFrame
    units: tuple[str, ...]

    @classmethod
    def simulated(cls, folder: Path) -> City:
        simulate(folder, units=8, quarters=8, respondents=18, effect=4.0, seed=7)
        forms = read_responses(folder / "responses.parquet")
        forms = forms.assign(quarter=forms["date"].dt.to_period("Q").astype(str))
        return cls(folder, forms.astype({"u9": "UInt8"}), tuple(sorted(forms["unit_id"].unique())))

    def at(self, unit: int, quarter: str) -> pd.Index:
        """The forms of a unit in a quarter."""
        here = (self.forms["unit_id"] == self.units[unit]) & (self.forms["quarter"] == quarter)
        return self.forms.index[here]

    def keep(self, unit: int, quarter: str, number: int) -> None:
        self.forms = self.forms.drop(self.at(unit, quarter)[number:])

    def move(self, giver: int, taker: int, quarter: str, number: int = 1) -> None:
        self.forms.loc[self.at(giver, quarter)[:number], "unit_id"] = self.units[taker]

    def swap(self, one: int, other: int, quarter: str) -> None:
        """Exchange a form between two units."""
        first, second = self.at(one, quarter)[0], self.at(other, quarter)[-1]
        names = [self.forms.at[place, "unit_id"] for place in (first, second)]
        self.forms.loc[[first, second], "unit_id"] = names[::-1]

    def add(self, quarter: str, numbers: dict[int, int]) -> None:
        """Forms that come in later, with answers all over the scale."""
        rng = np.random.default_rng(len(self.forms))
        rows = self.forms[self.forms["quarter"] == quarter].head(sum(numbers.values())).copy()
        rows["unit_id"] = np.repeat([self.units[unit] for unit in numbers], list(numbers.values()))
        rows["response_id"] = [f"L{place}" for place in range(len(rows))]
        for code in range(1, 10):
            rows[f"u{code}"] = rng.integers(1, 5, len(rows)).astype("uint8")
        self.forms = pd.concat([self.forms, rows], ignore_index=True)

    def write(self, folder: Path) -> Path:
        shutil.copytree(self.source, folder)
        write_responses(folder / "responses.parquet", self.forms.drop(columns="quarter"))
        return folder


def when_published(base: City, twin: bool) -> City:
    """The city as it is when THEN is published; in the twin the same forms lie otherwise."""
    city = replace(base, forms=base.forms[base.forms["quarter"] < NOW])
    for quarter in city.forms["quarter"].unique():
        city.keep(NEW, quarter, 0)  # a unit that nobody has asked yet
    city.keep(FEW, THEN, 3)
    city.keep(BESIDE, THEN, 6)
    city.keep(FEW, "2025Q4", 1)  # one form in an earlier quarter
    city.forms.loc[city.at(HALF_ASKED, THEN)[1:], "u9"] = pd.NA  # one person answered an element
    if twin:
        city.move(FEW, BESIDE, THEN)
        city.swap(FEW, HALF_ASKED, THEN)
    return city


def a_quarter_later(base: City, then: City, twin: bool) -> City:
    """NOW has been asked, and a few forms of THEN came in late, some from a unit not asked before."""
    newest = base.forms[base.forms["quarter"] == NOW]
    city = replace(then, forms=pd.concat([then.forms, newest], ignore_index=True))
    city.add(THEN, {LATE: 1, GROWING: 3, NEW: 2} if twin else {LATE: 2, GROWING: 1, NEW: 3})
    city.keep(ALONE, NOW, 2)
    return city
