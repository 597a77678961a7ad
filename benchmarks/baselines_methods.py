"""What the methods are timed against: pingouin, statsmodels and plain loops over cases; nothing tuned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pingouin
from statsmodels.regression.mixed_linear_model import MixedLM

Floats = npt.NDArray[np.float64]


def frames_of(cells: npt.NDArray[np.int8]) -> list[Any]:
    """Return each cube's dyads x items as a data frame; cells are cases x n x n x items, all answered."""
    members = cells.shape[1]
    others = ~np.eye(members, dtype=np.bool_)
    return [pd.DataFrame(case[others].astype(np.float64)) for case in cells]


def alpha_by_pingouin(frames: Sequence[Any]) -> list[float]:
    """Return alpha of each frame."""
    return [float(pingouin.cronbach_alpha(frame)[0]) for frame in frames]


def alpha_by_loop(cells: npt.NDArray[np.int8]) -> list[float]:
    """Return alpha of each cube, a NumPy covariance matrix at a time."""
    others = ~np.eye(cells.shape[1], dtype=np.bool_)
    held = []
    for case in cells:
        covariance = np.cov(case[others], rowvar=False)
        items = len(covariance)
        held.append(items / (items - 1) * (1 - np.trace(covariance) / covariance.sum()))
    return held


def bootstrap_by_pingouin(frames: Sequence[Any], indices: npt.NDArray[np.int64]) -> Floats:
    """Return alpha of each resample of cases: their frames below each other, pingouin on the result."""
    return np.array(
        [
            pingouin.cronbach_alpha(pd.concat([frames[at] for at in draw], ignore_index=True))[0]
            for draw in indices
        ]
    )


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


def reml_by_statsmodels(values: Floats, groups: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return the variances between and within groups by MixedLM."""
    fit = MixedLM(values, np.ones((values.size, 1)), groups).fit(reml=True)
    return float(np.asarray(fit.cov_re)[0, 0]), float(fit.scale)
