"""Who answers in the simulated city, cut into blocks: date, service, channel, demography, a few remarks.

Nothing here depends on training, and none of it changes an answer: a brief that finds a shift in who
answers finds chance, save for the channel, which moves online where a unit goes live.

The cut is part of how figures come about, and depends on the city alone, never on the machine. A city of
up to `BLOCK` respondents is one block, drawn from the streams of its tables. A larger one is asked quarter
by quarter, its units in order, `BLOCK` respondents at a time; each block has streams of its own, children
of the tables', so that none depends on another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.rules.rules import load_skm
from asn_analysis.simulate.city import SAYINGS, Plan, ramp_up

BLOCK = 500_000


@dataclass(frozen=True)
class Block:
    """Respondents drawn together.

    Attributes
    ----------
    units, quarters : slice
        The cells it reaches, in the plan's units and quarters.
    sizes : ndarray
        Its respondents in each of those cells; a large cell continues in the next block.
    first : int
        Respondents of the city before it.
    """

    units: slice
    quarters: slice
    sizes: np.ndarray
    first: int

    @property
    def cells(self) -> tuple[slice, slice]:
        return self.units, self.quarters

    def people(self) -> tuple[np.ndarray, np.ndarray]:
        """Unit and quarter of each respondent, counted in the plan's."""
        unit, quarter = np.divmod(
            np.repeat(np.arange(self.sizes.size), self.sizes.ravel()), self.sizes.shape[1]
        )
        return unit + self.units.start, quarter + self.quarters.start


@dataclass(frozen=True)
class Streams:
    """Random streams of one block; `units` gives every block the same figures of the units."""

    answers: np.random.Generator
    respondents: np.random.Generator
    units: np.random.Generator


def blocks(sizes: np.ndarray, most: int) -> list[Block]:
    """The city cut into blocks of up to `most` respondents; `sizes` counts them by unit and quarter."""
    n_units, n_quarters = sizes.shape
    if sizes.sum() <= most:
        return [Block(slice(0, n_units), slice(0, n_quarters), sizes, 0)]
    before = np.cumsum([0, *sizes.sum(axis=0)])
    return [
        Block(units, slice(quarter, quarter + 1), part[units, None], int(before[quarter]) + start)
        for quarter in range(n_quarters)
        for start, units, part in _runs(sizes[:, quarter], most)
    ]


def _runs(sizes: np.ndarray, most: int) -> Iterator[tuple[int, slice, np.ndarray]]:
    """Each run of `most` respondents of a quarter: where it starts, its units, how many of each unit."""
    edges = np.concatenate([[0], np.cumsum(sizes)])
    for start in range(0, int(edges[-1]), most):
        part = np.diff(np.clip(edges, start, start + most))
        reached = np.flatnonzero(part)
        yield start, slice(int(reached[0]), int(reached[-1]) + 1), part


def streams_of(rng: dict[str, np.random.Generator], n_blocks: int) -> list[Streams]:
    """Streams of each block: the tables' own for one block, children of theirs for more."""
    answers, respondents = rng["answers"], rng["respondents"]
    if n_blocks == 1:
        return [Streams(answers, respondents, respondents)]
    seed = respondents.bit_generator.seed_seq
    return [
        Streams(*own, np.random.default_rng(seed))
        for own in zip(answers.spawn(n_blocks), respondents.spawn(n_blocks), strict=True)
    ]


SCHOOLS = ("SD", "SMP", "SMA", "D1-D3", "D4/S1", "S2/S3")
OCCUPATIONS = ("PNS", "TNI", "POLRI", "swasta", "wirausaha", "pelajar", "lainnya")


def respondents(
    plan: Plan, block: Block, answers: np.ndarray, streams: Streams, comments: float
) -> pd.DataFrame:
    """One row a respondent, ordered by unit and date, under a running `number`; an answer of 0 is missing."""
    unit, quarter = block.people()
    rng = streams.respondents
    table = pd.DataFrame(
        {
            "number": np.arange(block.first, block.first + len(unit)) + 1,
            "unit_id": pd.Categorical.from_codes(unit, plan.units["unit_id"]),
            "date": survey_days(plan.quarters, unit, quarter, rng),
            "service": services(plan.units["unit_type"].to_numpy(), unit, rng),
            "channel": channels(plan, unit, quarter, rng),
            **demography(women(plan, streams.units)[unit], rng),
        }
    )
    for k, item in enumerate(load_skm().codes):
        table[item] = pd.arrays.IntegerArray(answers[:, k], answers[:, k] == 0)
    table["comment"] = pd.array(remarks(answers, rng, comments), dtype="str")
    return table


def survey_days(
    quarters: pd.PeriodIndex, unit: np.ndarray, quarter: np.ndarray, rng: np.random.Generator
) -> pd.DatetimeIndex:
    """A working day of the quarter, ascending within the cell."""
    days = [pd.bdate_range(q.start_time, q.end_time.normalize()) for q in quarters]
    first = np.cumsum([0, *map(len, days)])
    lengths = np.diff(first)
    place = first[quarter] + (rng.random(len(unit)) * lengths[quarter]).astype(int)
    ascending = np.sort(unit * first[-1] + place) % first[-1]
    return days[0].append(days[1:])[ascending]


def services(unit_types: np.ndarray, unit: np.ndarray, rng: np.random.Generator) -> pd.Categorical:
    names = sorted({name for group in SAYINGS["services"].values() for name in group})
    offered = [np.array([names.index(name) for name in SAYINGS["services"][t]]) for t in unit_types]
    counts = np.array([len(o) for o in offered])
    table = np.array([np.pad(o, (0, counts.max() - len(o))) for o in offered])
    chosen = (rng.random(len(unit)) ** 1.5 * counts[unit]).astype(int)
    return pd.Categorical.from_codes(table[unit, chosen], names)


def channels(plan: Plan, unit: np.ndarray, quarter: np.ndarray, rng: np.random.Generator) -> pd.Categorical:
    """8 % answer online, up to 28 % within four quarters of the unit going live; 7 % outreach."""
    online = 0.08 + 0.20 * ramp_up(quarter - plan.live[unit], (0.25, 0.5, 0.75, 1.0))
    draw = rng.random(len(unit))
    codes = np.select([draw < online, draw < online + 0.07], [1, 2], 0)
    return pd.Categorical.from_codes(codes, ["counter", "online", "outreach"])


def women(plan: Plan, rng: np.random.Generator) -> np.ndarray:
    """Share of women among a unit's respondents, the same in all its quarters."""
    return rng.uniform(0.46, 0.60, len(plan.units))


def demography(women: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    """Most between 21 and 45 years, SMA and D4/S1 the largest groups; `women`: chance of each to be one."""
    n = len(women)
    age = np.clip(rng.normal(34, 10, n).round(), 17, 76).astype(np.uint8)
    school = rng.choice(6, n, p=[0.05, 0.12, 0.40, 0.12, 0.27, 0.04])
    work = rng.choice(7, n, p=[0.10, 0.01, 0.01, 0.32, 0.25, 0.02, 0.29])
    # Nobody under 22 has a degree or an office yet; most of them still study.
    young = age < 22
    work = np.where(young, np.where(rng.random(n) < 0.7, 5, 3), work)
    return {
        "sex": pd.Categorical.from_codes((rng.random(n) < women).astype(int), ["L", "P"]),
        "age": age,
        "education": pd.Categorical.from_codes(np.where(young, np.minimum(school, 2), school), SCHOOLS),
        "occupation": pd.Categorical.from_codes(work, OCCUPATIONS),
    }


def remarks(answers: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """A few write something: about their lowest element if it is below 3, praise otherwise."""
    comments = np.full(len(answers), None, dtype=object)
    filled = np.where(answers == 0, 4, answers)
    for i in np.flatnonzero(rng.random(len(answers)) < share):
        said = SAYINGS["remarks"][filled[i].argmin()] if filled[i].min() < 3 else SAYINGS["praise"]
        comments[i] = said[rng.integers(len(said))]
    return comments
