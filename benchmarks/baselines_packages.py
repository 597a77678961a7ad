"""What the methods are timed against: pingouin and statsmodels as their manuals say; nothing tuned."""

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


def bootstrap_by_pingouin(frames: Sequence[Any], indices: npt.NDArray[np.int64]) -> Floats:
    """Return alpha of each resample of cases: their frames below each other, pingouin on the result."""
    return np.array(
        [
            pingouin.cronbach_alpha(pd.concat([frames[at] for at in draw], ignore_index=True))[0]
            for draw in indices
        ]
    )


def reml_by_statsmodels(values: Floats, groups: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return the variances between and within groups by MixedLM."""
    fit = MixedLM(values, np.ones((values.size, 1)), groups).fit(reml=True)
    return float(np.asarray(fit.cov_re)[0, 0]), float(fit.scale)
