"""An attacker who holds what is published and solves it for what is not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.linalg import null_space


class Sums:
    """Sums of unknown numbers that somebody told.

    Parameters
    ----------
    told : rows of 0 and 1, which of the unknown numbers each told sum is made of
    """

    def __init__(self, told: Iterable[np.ndarray]):
        self._free = null_space(np.array(list(told), dtype=float))

    def give(self, asked: np.ndarray) -> bool:
        """Whether a sum follows exactly: whatever leaves the told sums alone leaves it alone too."""
        return bool(np.allclose(asked @ self._free, 0))
