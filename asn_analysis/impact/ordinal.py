"""Does the conclusion hang on scoring the answers 1, 2, 3, 4?

Cut-point effects do not score: the effects on P(answer <= k), k = 1, 2, 3, by the headline's own
imputation. If all have one sign, no monotone scoring reverses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from asn_analysis.impact.average import Average, averages_on
from asn_analysis.impact.checks import FAILED, INFORMATIONAL, PASSED, Check
from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import lay_out, spread
from asn_analysis.measures.estimate import tidied

ANSWERS = (1, 2, 3, 4)
POWERS = ("n", "sum", "sum2", "sum3")


def answer_counts(n: np.ndarray, sums: np.ndarray, squares: np.ndarray, cubes: np.ndarray) -> np.ndarray:
    """Counts of the answers 1 to 4 from their power sums (... x 4), exactly, by a Vandermonde solve."""
    powers = np.vander(ANSWERS, increasing=True).T
    totals = np.stack([n, sums, squares, cubes], axis=-1).astype(float)
    return np.rint(totals @ np.linalg.inv(powers).T)


def answers_to(cells: pd.DataFrame, code: str) -> np.ndarray:
    """How many of each cell gave each answer to an element (cells x 4)."""
    return answer_counts(*(cells[f"{power}_{code}"].to_numpy(dtype=float) for power in POWERS))


def cut_point_effects(panel: pd.DataFrame, design: Design, given: np.ndarray) -> tuple[Average, ...]:
    """Effects on the share of answers at most 1, 2 and 3, from how many gave each (``given``, cells x 4)."""
    answered = given.sum(axis=1)
    share = np.divide(
        given.cumsum(axis=1), answered[:, None], out=np.full_like(given, np.nan), where=answered[:, None] > 0
    )
    own = replace(design, outcome="share", weight="answered")
    cells = panel.assign(share=share[:, 0], answered=answered)
    grid = lay_out(cells, own)
    found = averages_on(grid, own, list(np.moveaxis(spread(cells, own, grid, share[:, :3], 0.0), 2, 0)))
    return tuple(replace(each, term=f"at_most_{k + 1}") for k, each in enumerate(found))


def scoring(effects: Sequence[Average], equal_spaced: float) -> Check:
    """Does the sign depend on how the answers are scored?

    Parameters
    ----------
    effects : what ``cut_point_effects`` returns; a better answer lowers all three
    equal_spaced : the effect when answers count 1, 2, 3, 4
    """
    table = tidied(effects).drop(columns="statistic")
    estimates = np.array([effect.estimate for effect in effects])
    shown_up = any(effect.conf_high < 0 for effect in effects)
    shown_down = any(effect.conf_low > 0 for effect in effects)
    values = {"equal_spaced": equal_spaced, "n_better": int((estimates < 0).sum())}
    if shown_up and shown_down:
        return Check("scoring", FAILED, "sign_depends_on_scoring", values, True, table)
    if (estimates < 0).any() and (estimates > 0).any():
        return Check("scoring", INFORMATIONAL, "one_cut_point_differs", values, False, table)
    return Check("scoring", PASSED, "one_sign", values, False, table)
