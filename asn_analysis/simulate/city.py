"""The simulated city before anybody is asked: its constants, its units, and who is trained when.

How these make answers is told in `draft`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd

from asn_analysis.rules.rules import load_skm
from asn_analysis.rules.yaml_files import parsed

HERE = files("asn_analysis.simulate")
SAYINGS = parsed((HERE / "sayings.yml").read_bytes())  # what citizens and offices write
ITEMS = load_skm().codes
NEWEST_QUARTER = pd.Period("2026Q3", freq="Q-DEC")
RECORDED_SEED = 1

# Element minus unit mean on 1-4, averaged over published tables of six units.
PROFILE = np.array([-0.04, -0.08, -0.11, 0.18, -0.03, 0.00, 0.02, 0.13, -0.08])
# Shares of the training effect: large on competence and conduct, none on cost and facilities.
EFFECT_SHARES = np.array([0.06, 0.14, 0.14, 0.00, 0.06, 0.26, 0.26, 0.08, 0.00])
KIND_SHIFTS = {
    "managerial": np.array([0, 0.08, 0, 0, 0, -0.04, -0.04, 0, 0]),
    "technical": np.array([0, 0, 0.04, 0, 0, 0.04, -0.08, 0, 0]),
    "communication": np.array([0, 0, -0.04, 0, 0, -0.04, 0.08, 0, 0]),
}
DIGITAL_SHARES = np.array([0, 0.4, 0.6, 0, 0, 0, 0, 0, 0])

# Civil servants and users a year of a typical unit of each type; order of magnitude only.
SIZES = {
    "kelurahan": (8, 2_400),
    "kecamatan": (18, 6_000),
    "puskesmas": (34, 24_000),
    "pustu": (4, 4_000),
    "opd": (40, 5_000),
    "rsud": (180, 60_000),
    "mpp": (16, 9_500),
}

# One independent random stream a table; append only, or every later table moves.
STREAMS = (
    "units",
    "roll_out",
    "digital_plan",
    "cells",
    "respondents",
    "answers",
    "trainings",
    "digital_services",
    "complaints",
    "consultations",
    "staff",
    "follow_ups",
)


WIDTH = 75  # of the index, which goes from 25 to 100
MOST_QUARTERS = 80
MOST_IN_A_CELL = 1_000_000
MOST_RESPONDENTS = 2_000_000_000  # more than the country has adults; some 20 GB on the disk


@dataclass(frozen=True)
class City:
    """Every constant of the simulation that is a number; points are IKM points (25-100)."""

    seed: int = RECORDED_SEED
    units: int | None = None  # None: the real list; more than it holds are invented
    quarters: int = 16
    respondents: float = 45.0  # mean of a unit's quarter: reports have 20 to 120
    respondents_least: float = 4 / 9  # times the mean: 20 of 45
    respondents_most: float = 8 / 3  # times the mean: 120 of 45
    effect: float = 2.5  # full effect of training, a little above the smallest effect of interest
    effect_ramp: tuple[float, ...] = (1 / 3, 2 / 3, 1.0)
    drift: float = 0.0  # points a quarter that ever-trained units gain anyway: breaks parallel trends
    trained_share: float = 0.73
    waves: int = 8
    quarters_before: int = 4  # at least so many before the first wave
    repeat_share: float = 0.3  # trained units that are trained again
    digital_share: float = 0.45
    digital_effect: float = 1.0
    digital_ramp: tuple[float, ...] = (0.5, 1.0)
    staff_application_share: float = 0.3
    level: float = 82.0  # gives a grand mean of 82-84 with the effects on top
    trend: float = 0.2  # points a quarter
    unit_sd: float = 3.1  # 3.0 after the cut at two standard deviations
    unit_quarter_sd: float = 1.2  # 1.15 after the cut
    unit_element_sd: float = 0.06  # the weakest element differs between units
    # Answers 1 to 4 given by 1, 8, 50 and 41 % at an index of 82.8: item SD 0.65.
    thresholds: tuple[float, float, float] = (-2.33, -1.34, 0.23)
    respondent_share: float = 0.25  # rho: alpha about 0.72, respondent SD about 9
    straight_liners: float = 0.05  # with the chance ones, 3-10 %
    straight_fours: float = 0.35  # the other straight-liners answer 3
    missing: float = 0.02
    comments: float = 0.03
    complaints: float = 0.75  # a unit's quarter: some hundreds a year in the city
    complaints_change: float = -0.08

    def __post_init__(self) -> None:
        if self.quarters < self.quarters_before + 2:
            raise ValueError(f"quarters must be at least {self.quarters_before + 2}, got {self.quarters}")
        if self.units is not None and self.units < 2:
            raise ValueError(f"units must be at least 2, got {self.units}")
        if not 1 <= self.respondents <= MOST_IN_A_CELL:
            raise ValueError(f"respondents must be 1 to {MOST_IN_A_CELL:,} a unit and quarter")
        for name in ("effect", "drift"):
            if not abs(getattr(self, name)) <= WIDTH:  # nan is not, either
                raise ValueError(f"{name} must be index points from -{WIDTH} to {WIDTH}")
        if self.quarters > MOST_QUARTERS:
            raise ValueError(f"quarters must be at most {MOST_QUARTERS}, got {self.quarters}")
        if (self.units or 1) * self.quarters * self.respondents > MOST_RESPONDENTS:
            raise ValueError(f"a city has at most {MOST_RESPONDENTS:,} respondents in all")


@dataclass(frozen=True)
class Plan:
    """Who is trained and who goes live when; arrays run along the rows of `units`.

    `cohort` and `live` count quarters from the first one; infinity means never.
    """

    units: pd.DataFrame
    quarters: pd.PeriodIndex
    cohort: np.ndarray
    kind: np.ndarray
    live: np.ndarray

    @property
    def last_day(self) -> pd.Timestamp:
        return self.quarters[-1].end_time.normalize()


def streams(seed: int) -> dict[str, np.random.Generator]:
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    return {name: np.random.default_rng(child) for name, child in zip(STREAMS, children, strict=True)}


def cut_normal(rng: np.random.Generator, sd: float, shape: int | tuple[int, ...]) -> np.ndarray:
    """Normal draws whose tails beyond two standard deviations are drawn in: the SD becomes 0.96 sd."""
    return sd * np.clip(rng.standard_normal(shape), -2, 2)


def pick(
    rng: np.random.Generator, choices: Sequence[str], n: int, p: Sequence[float] | None = None
) -> np.ndarray:
    """n draws from `choices`, as objects."""
    return np.array(choices, dtype=object)[rng.choice(len(choices), n, p=p)]


def dates_within(
    quarters: pd.PeriodIndex,
    rng: np.random.Generator,
    *,
    first: int = 0,
    days: int = 90,
    workdays: bool = False,
) -> pd.Series:
    """A day of each quarter, from its day `first` to before its day `days`, counted from 0."""
    day = quarters.start_time + pd.to_timedelta(rng.integers(first, days, len(quarters)), unit="D")
    if workdays:
        day += pd.to_timedelta(np.where(day.dayofweek >= 5, 7 - day.dayofweek, 0), unit="D")
    return pd.Series(day)


def ramp_up(event_time: np.ndarray, ramp: tuple[float, ...]) -> np.ndarray:
    """Share of the full effect: 0 before the event, then `ramp`, whose last value stays."""
    steps = np.array((0.0, *ramp))
    return steps[np.clip(event_time, -1, len(ramp) - 1).astype(int) + 1]


def city_units(city: City, rng: np.random.Generator) -> pd.DataFrame:
    """The real units, an even selection of them, or all of them and invented kelurahan."""
    with (HERE / "serang_units.csv").open(encoding="utf-8") as file:
        real = pd.read_csv(file)
    wanted = city.units or len(real)
    rows = np.linspace(0, len(real) - 1, min(wanted, len(real))).round().astype(int)
    units = pd.concat([real.iloc[rows], _invented(wanted - len(real))], ignore_index=True)
    staff, users = np.array([SIZES[unit_type] for unit_type in units["unit_type"]]).T
    units["annual_users"] = (users * np.exp(cut_normal(rng, 0.35, wanted))).round(-1).astype(int)
    units["staff"] = np.maximum(3, staff * np.exp(cut_normal(rng, 0.2, wanted))).round().astype(int)
    return units


def _invented(n: int) -> pd.DataFrame:
    numbers = range(1, n + 1)
    return pd.DataFrame(
        {
            "unit_id": [f"SIM-{number:06d}" for number in numbers],
            "name": [f"Kelurahan Simulasi {number}" for number in numbers],
            "unit_type": "kelurahan",
        }
    )


def roll_out(city: City, units: pd.DataFrame, rng: dict[str, np.random.Generator]) -> Plan:
    """Training dealt out within unit types, going live dealt out within cohorts."""
    quarters = pd.period_range(end=NEWEST_QUARTER, periods=city.quarters, freq="Q-DEC")
    first = max(city.quarters_before, (city.quarters - city.waves) // 2 + 1)
    waves = np.arange(first, min(first + city.waves, city.quarters))
    cohort = dealt_out(units["unit_type"].to_numpy(str), city.trained_share, waves, rng["roll_out"])
    kind = np.where(np.isfinite(cohort), pick(rng["roll_out"], tuple(KIND_SHIFTS), len(units)), None)
    live_quarters = np.arange(2, city.quarters - 1)
    live = dealt_out(cohort, city.digital_share, live_quarters, rng["digital_plan"])
    return Plan(units, quarters, cohort, kind, live)


def dealt_out(strata: np.ndarray, share: float, waves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A wave for `share` of the units, balanced over strata by systematic steps; infinity for the others."""
    order = np.lexsort((rng.random(len(strata)), strata))
    taken = order[np.diff(np.floor(np.arange(len(strata) + 1) * share + rng.random())) > 0]
    wave = np.full(len(strata), np.inf)
    wave[taken] = rng.permutation(waves)[np.arange(len(taken)) % len(waves)]
    return wave
