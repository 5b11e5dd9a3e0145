"""What respondents of the simulated city answer; the formulas stand in `draft`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from asn_analysis.rules.rules import load_skm
from asn_analysis.simulate.city import (
    DIGITAL_SHARES,
    EFFECT_SHARES,
    ITEMS,
    KIND_SHIFTS,
    PROFILE,
    City,
    Plan,
    cut_normal,
    ramp_up,
)


def cell_sizes(city: City, units: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Respondents of each unit and quarter (units x quarters), skewed to the right."""
    shape = (len(units), city.quarters)
    spread = np.exp(rng.normal(0, 0.45, (shape[0], 1)) + rng.normal(0, 0.2, shape))
    size = city.respondents * np.clip(spread / spread.mean(), city.respondents_least, city.respondents_most)
    return np.maximum(1, size.round()).astype(int)


def training_effects(city: City, kind: str | None) -> np.ndarray:
    """Full effect of a kind of training on each element, on the scale 1-4."""
    shares = EFFECT_SHARES + KIND_SHIFTS[kind] if kind else np.zeros(len(ITEMS))
    return city.effect / load_skm().scale * len(ITEMS) * shares


def expected_scores(city: City, plan: Plan, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Expected answers (units x quarters x elements) as they are, and had nobody been trained."""
    n, quarter = len(plan.units), np.arange(city.quarters)
    own = cut_normal(rng, city.unit_element_sd, (n, 1, len(ITEMS)))
    level = city.level + city.trend * (quarter - quarter.mean())
    level = (
        level
        + cut_normal(rng, city.unit_sd, (n, 1))
        + cut_normal(rng, city.unit_quarter_sd, (n, len(quarter)))
    )
    level = level + city.drift * quarter * np.isfinite(plan.cohort)[:, None]
    digital = ramp_up(quarter - plan.live[:, None], city.digital_ramp)[:, :, None]
    untrained = (
        level[:, :, None] / load_skm().scale
        + PROFILE
        - PROFILE.mean()
        + own
        - own.mean(axis=2, keepdims=True)
    )
    untrained = untrained + digital * DIGITAL_SHARES * city.digital_effect / load_skm().scale * len(ITEMS)
    effects = np.array([training_effects(city, kind) for kind in plan.kind])
    ramp = ramp_up(quarter - plan.cohort[:, None], city.effect_ramp)
    return untrained + ramp[:, :, None] * effects[:, None, :], untrained


def locations(city: City, scores: np.ndarray) -> np.ndarray:
    """Latent location of those who do not straight-line that makes `scores` the mean over all."""
    straight = city.straight_liners * (3 + city.straight_fours)
    attentive = (scores - straight) / (1 - city.straight_liners)
    grid = np.linspace(-6, 6, 6001)
    expected = 1 + sum(ndtr(grid - threshold) for threshold in city.thresholds)
    return np.interp(attentive, expected, grid)


@dataclass(frozen=True)
class Raised:
    """What training added in a sample: sums of whole numbers, the same however the sample was cut.

    Attributes
    ----------
    points : ndarray
        Answers with training minus answers without, summed (units x quarters x elements; scale 1-4).
    given : ndarray
        How many answered (same shape).
    """

    points: np.ndarray
    given: np.ndarray

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> "Raised":
        return cls(np.zeros(shape), np.zeros(shape))

    def add(self, cells: tuple[slice, slice], part: "Raised") -> None:
        """Add what a block of respondents shows in these cells."""
        self.points[cells] += part.points
        self.given[cells] += part.given

    @property
    def means(self) -> np.ndarray:
        """How much training raised the mean answer of each cell and element."""
        return self.points / np.maximum(1, self.given)


def draw_answers(
    city: City, sizes: np.ndarray, scores: np.ndarray, untrained: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, Raised]:
    """Answers (respondents x elements, 0 = missing) in the order of `sizes`, and what training added."""
    cell = np.repeat(np.arange(sizes.size), sizes.ravel())
    n = len(cell)
    with_training, without = (locations(city, s).reshape(sizes.size, -1) for s in (scores, untrained))
    person = np.sqrt(city.respondent_share) * rng.standard_normal(n)
    straight = np.where(rng.random(n) < city.straight_liners, 3 + (rng.random(n) < city.straight_fours), 0)
    answers = np.empty((n, len(ITEMS)), np.uint8)
    points, given = np.empty((2, sizes.size, len(ITEMS)))
    for k in range(len(ITEMS)):
        noise = person + np.sqrt(1 - city.respondent_share) * rng.standard_normal(n)
        filled = rng.random(n) >= city.missing
        trained, otherwise = (
            answered(city.thresholds, where[cell, k] + noise, straight) for where in (with_training, without)
        )
        answers[:, k] = trained * filled
        points[:, k] = np.bincount(cell, (trained.astype(float) - otherwise) * filled, sizes.size)
        given[:, k] = np.bincount(cell, filled, sizes.size)
    shape = (*sizes.shape, len(ITEMS))
    return answers, Raised(points.reshape(shape), given.reshape(shape))


def answered(thresholds: tuple[float, ...], latent: np.ndarray, straight: np.ndarray) -> np.ndarray:
    attentive = 1 + sum(latent > threshold for threshold in thresholds)
    return np.where(straight > 0, straight, attentive).astype(np.uint8)
