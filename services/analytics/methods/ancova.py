"""Ancova: the primary effect of an intervention on case scores; refuses unadjusted standard errors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import FloatArray, IntArray, labels, vector
from services.analytics.methods.records import record
from services.analytics.methods.regression import Regression, regress
from services.analytics.methods.results import CONFIDENCE, Estimate
from services.analytics.methods.sandwich import Errors


@record
class Ancova:
    """The effect on post scores, the pre score and the stratum held fixed.

    Attributes
    ----------
    intervention, control : int
        Cases used, by arm.
    dropped : int
        Cases without pre or post score.
    strata : int
        Strata among the cases used.
    adjusted : Regression
        post ~ 1 + arm + pre + stratum, HC2, t(n - p).
    lin : Regression
        post ~ 1 + arm + c(pre, stratum) + arm x c(pre, stratum), c() centring at the mean
        of the cases used; HC2, t(n - p). Undefined (`not-identified`) when a stratum has
        one arm only.
    """

    intervention: int
    control: int
    dropped: int
    strata: int
    adjusted: Regression
    lin: Regression

    @property
    def effect(self) -> Estimate:
        """The arm's coefficient of the adjusted model (primary)."""
        return self.adjusted.slope

    @property
    def lin_effect(self) -> Estimate:
        """The arm's coefficient of Lin's model: the effect at the mean pre score and stratum."""
        return self.lin.slope


def ancova(
    post: npt.ArrayLike,
    pre: npt.ArrayLike,
    arm: npt.ArrayLike,
    strata: npt.ArrayLike,
    level: float = CONFIDENCE,
) -> Ancova:
    """Return the intervention's effect on the post scores of cases.

    Parameters
    ----------
    post, pre : (n,) arrays
        Case scores after and before; NaN is missing. Cases with both are used.
    arm : (n,) of 0 and 1
        1 is intervention.
    strata : (n,) labels
        As it was allocated (municipality); one label for all where there were none.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        If lengths differ, a score is infinite or an arm is neither 0 nor 1.

    References
    ----------
    Lin (2013), Annals of Applied Statistics 7, 295-318; MacKinnon & White (1985), J.
    Econometrics 29, 305-325; R: sandwich `vcovHC(type = "HC2")`, estimatr `lm_lin`.

    Examples
    --------
    >>> post, pre = [4.0, 3.5, 4.2, 3.9, 3.1, 2.9, 3.0, 2.4], [3, 2.5, 3.4, 3.1, 3.2, 2.8, 3.1, 2.6]
    >>> held = ancova(post, pre, [1, 1, 1, 1, 0, 0, 0, 0], ["A", "A", "B", "B"] * 2)
    >>> round(held.effect.value.value, 4), round(held.lin_effect.value.value, 4)
    (0.979, 0.9777)
    """
    after, before = vector(post, "post"), vector(pre, "pre")
    if after.size != before.size:
        raise ValueError(f"post and pre are of the same cases: {after.size} and {before.size}")
    treated = treated_of(arm, after.size)
    stratum = labels(strata, after.size, "strata")
    kept = ~(np.isnan(after) | np.isnan(before))
    after, treated = after[kept], treated[kept]
    covariates = np.column_stack([before[kept], _dummies(stratum[kept])])
    given = treated.astype(np.float64)
    return Ancova(
        intervention=int(treated.sum()),
        control=int((~treated).sum()),
        dropped=int((~kept).sum()),
        strata=np.unique(stratum[kept]).size,
        adjusted=regress(after, _design(given, covariates), Errors.HC2, level=level),
        lin=regress(after, _lin(given, covariates), Errors.HC2, level=level),
    )


def _lin(given: FloatArray, covariates: FloatArray) -> FloatArray:
    centred = covariates - covariates.mean(axis=0) if given.size else covariates
    return _design(given, np.column_stack([centred, centred * given[:, None]]))


def _design(given: FloatArray, covariates: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(given.size), given, covariates])


def _dummies(codes: IntArray) -> FloatArray:
    """Return a 0/1 column for every stratum present but the first."""
    return np.asarray(codes[:, None] == np.unique(codes)[1:], dtype=np.float64)
