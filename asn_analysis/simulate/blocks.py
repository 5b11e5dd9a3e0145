"""A simulated city cut into blocks of respondents, so that one of any size is drawn in bounded memory.

The cut is part of how figures come about, and depends on the city alone, never on the machine. A city of
up to `BLOCK` respondents is one block, drawn from the streams of its tables. A larger one is asked quarter
by quarter, its units in order, `BLOCK` respondents at a time; each block has streams of its own, children
of the tables', so that none depends on another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

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
