"""Draws of one seed are the same whichever eigenvectors a processor finds."""

from __future__ import annotations

import numpy as np
import pytest

from asn_analysis.impact.draws import normal_draws

EIGH = np.linalg.eigh
# Its first two values are equal, so that any two directions at right angles in their plane are eigenvectors.
COVARIANCE = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 5.0]])
TOGETHER = np.array([[2.0, 1.2, 0.4], [1.2, 3.0, 1.0], [0.4, 1.0, 1.5]])


def turned(covariance):
    """What another library may give: the vectors of equal values turned in their plane, and all reversed."""
    values, vectors = EIGH(covariance)
    turn = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    return values, -vectors @ (turn if np.isclose(values[0], values[1]) else np.eye(3))


@pytest.mark.parametrize("covariance", [COVARIANCE, TOGETHER])
def test_draws_are_those_of_every_machine(covariance, monkeypatch):
    here = normal_draws(covariance, (50, 2), np.random.default_rng(1))
    monkeypatch.setattr(np.linalg, "eigh", turned)
    there = normal_draws(covariance, (50, 2), np.random.default_rng(1))
    assert here.shape == (50, 2, 3)
    np.testing.assert_allclose(here, there, atol=1e-12)


def test_draws_have_the_covariance():
    drawn = normal_draws(TOGETHER, (200_000,), np.random.default_rng(1))
    np.testing.assert_allclose(np.cov(drawn.T), TOGETHER, atol=0.03)


def test_a_covariance_without_full_rank_draws_what_goes_together():
    """One direction alone: numpy's rounding makes its other values a little less than 0."""
    drawn = normal_draws(np.full((3, 3), 4.0), (100,), np.random.default_rng(1))
    np.testing.assert_allclose(drawn[:, 0], drawn[:, 1], atol=1e-6)
    assert drawn[:, 0].std() == pytest.approx(2.0, abs=0.4)
