"""Forms behind the cells of `processes`: who answered what, so that the whole analysis can be asked.

A form's nine answers are cuts of a latent opinion at the thresholds of published surveys (1, 8, 50 and 41 %
answer 1 to 4 at an index of 82.8); items of one person correlate at 0.28, so that alpha is about 0.72 and the
standard deviation of a form about 9. The mean opinion of a cell is what the cell drew before: the same city,
told by its forms.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from asn_analysis.measures.panel import with_means
from asn_analysis.rules.rules import load_skm
from tests.impact.processes import City

THRESHOLDS = np.array([-2.33, -1.34, 0.23])
BETWEEN_ITEMS = 0.28
MISSING = 0.02
# Elements against their mean, on 1-4, and where an effect shows: not in cost (u4) nor facilities (u9).
PROFILE = np.array([-0.04, -0.08, -0.11, 0.18, -0.03, 0.0, 0.02, 0.13, -0.07])
MOVED = np.array([1, 1, 1, 0, 1, 1, 1, 1, 0]) * 9 / 7
OPINIONS = np.linspace(-6, 6, 2401)
EXPECTED = 1 + ndtr(OPINIONS[:, None] - THRESHOLDS).sum(axis=1)


def with_forms(city: City, rng: np.random.Generator) -> City:
    """The city with the answers behind its cells, its index counted from them."""
    n = city.panel["n_respondents"].to_numpy()
    cell = np.repeat(np.arange(len(n)), n)
    place = np.arange(len(cell)) - np.repeat(np.cumsum(n) - n, n)
    group = place < city.panel["sex: P"].to_numpy()[cell]
    person = _persons(cell, n, city.hidden["noise"].to_numpy(), rng)
    own = rng.standard_normal((len(cell), 9))
    own = np.sqrt(1 - BETWEEN_ITEMS) * (own - own.mean(axis=1, keepdims=True))
    opinion = _opinions(city)[group.astype(int), cell] + person[:, None] + own
    answers = 1 + (opinion[:, :, None] > THRESHOLDS).sum(axis=2)
    answers[rng.random(answers.shape) < MISSING] = 0
    moments = pd.concat([_moments(cell, answers, len(n)), _scores(cell, answers, len(n))], axis=1)
    bare = city.panel.drop(columns="ikm")
    return replace(city, panel=with_means(pd.concat([bare, moments], axis=1)))


def _persons(cell: np.ndarray, n: np.ndarray, noise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What all nine answers of a person share; its mean over a cell is the noise already drawn."""
    drawn = rng.standard_normal(len(cell))
    drawn += (noise / np.sqrt(n) - np.bincount(cell, drawn, len(n)) / n)[cell]
    return np.sqrt(BETWEEN_ITEMS + (1 - BETWEEN_ITEMS) / 9) * drawn


def _opinions(city: City) -> np.ndarray:
    """Where opinions of a group and cell lie on each element (2 x cells x 9)."""
    mean, effect = (city.hidden[name].to_numpy()[:, None] for name in ("mean", "effect"))
    score = (mean + effect * (MOVED - 1)) / 25 + PROFILE
    gap = city.process.mix_gap / 50 * np.array([-1, 1])[:, None, None]
    return np.interp(score + gap, EXPECTED, OPINIONS)


def _moments(cell: np.ndarray, answers: np.ndarray, cells: int) -> pd.DataFrame:
    """Per item the number of answers and the sums of their first three powers."""
    table = {}
    for item, code in enumerate(load_skm().codes):
        counts = np.bincount(cell * 5 + answers[:, item], minlength=5 * cells).reshape(cells, 5)[:, 1:]
        for power, name in enumerate(("n", "sum", "sum2", "sum3")):
            table[f"{name}_{code}"] = counts @ np.arange(1, 5) ** power
    return pd.DataFrame(table)


def _scores(cell: np.ndarray, answers: np.ndarray, cells: int) -> pd.DataFrame:
    given = (answers > 0).sum(axis=1)
    score = answers.sum(axis=1)[given > 0] / given[given > 0]
    scored = cell[given > 0]
    columns = {"n_scored": None, "sum_score": score, "sum2_score": score**2}
    return pd.DataFrame({name: np.bincount(scored, by, cells) for name, by in columns.items()})
