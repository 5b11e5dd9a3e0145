"""Draws from a normal distribution whose covariance is known, the same on every machine."""

from __future__ import annotations

import numpy as np


def normal_draws(covariance: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draws with mean 0 and this covariance (K x K, perhaps without full rank): (*shape, K).

    By the symmetric root, of which there is one. Which way eigenvectors point, and which of those with equal
    values are found, is the processor's own affair, and a root made of them alone would draw another city.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return rng.standard_normal((*shape, len(root))) @ root
