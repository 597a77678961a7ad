"""What the methods are timed against: plain NumPy loops over cases; nothing tuned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def alpha_by_loop(cells: npt.NDArray[np.int8]) -> list[float]:
    """Return alpha of each cube, a NumPy covariance matrix at a time."""
    others = ~np.eye(cells.shape[1], dtype=np.bool_)
    held = []
    for case in cells:
        covariance = np.cov(case[others], rowvar=False)
        items = len(covariance)
        held.append(items / (items - 1) * (1 - np.trace(covariance) / covariance.sum()))
    return held


def relations_by_loop(cells: npt.NDArray[np.int8]) -> Floats:
    """Return the five variance components of each cube by Warner, Kenny and Stoto, case by case."""
    return np.array([_relations(np.mean(case, axis=2, dtype=np.float64)) for case in cells])


def _relations(means: Floats) -> list[float]:
    n = len(means)
    np.fill_diagonal(means, np.nan)
    rows, columns, mean = np.nanmean(means, axis=1), np.nanmean(means, axis=0), np.nanmean(means)
    near, far, both = (n - 1) ** 2 / (n * (n - 2)), (n - 1) / (n * (n - 2)), (n - 1) / (n - 2)
    actor = near * rows + far * columns - both * mean
    partner = near * columns + far * rows - both * mean
    left = means - actor[:, None] - partner - mean
    between = np.nansum(((left + left.T) / 2) ** 2) / ((n - 1) * (n - 2) / 2 - 1)
    within = np.nansum((left - left.T) ** 2) / 2 / ((n - 1) * (n - 2))
    own, dyadic = (between + within) / 2, (between - within) / 2
    noise = ((n - 1) * own + dyadic) / (n * (n - 2))
    crossed = actor @ partner / (n - 1) - ((n - 1) * dyadic + own) / (n * (n - 2))
    return [actor @ actor / (n - 1) - noise, partner @ partner / (n - 1) - noise, own, crossed, dyadic]
