"""Mixed difference in differences: with case and case x wave terms; refuses to leave the latter out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import labels
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.mixed_models import MixedModel, mixed_model
from services.analytics.methods.records import record
from services.analytics.methods.results import Estimate

CASE, CASE_WAVE, RATER = "case", "case:wave", "rater"


@record(eq=False)
class MixedDifference:
    """The difference of the arms' changes by a mixed model.

    Attributes
    ----------
    model : MixedModel
        outcome ~ 1 + arm + after + arm x after, random intercepts `case`, `case:wave` and,
        where raters are given, `rater`; Satterthwaite's degrees of freedom.
    """

    model: MixedModel

    @property
    def effect(self) -> Estimate:
        """The coefficient of arm x after."""
        return self.model.coefficients[3]


def mixed_difference_in_differences(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    after: npt.ArrayLike,
    cases: npt.ArrayLike,
    raters: npt.ArrayLike | None = None,
) -> MixedDifference:
    """Return the difference of the arms' changes on rows below the case, by REML.

    Parameters
    ----------
    outcome : (n,) array
        Rows below the case and wave (given means, dyad means); NaN is missing. One row per
        case and wave can't tell the case x wave term from the residual (`not-identified`):
        take the aggregate of `did` there.
    arm, after : (n,) of 0 and 1
    cases : (n,) labels
    raters : (n,) labels, optional
        The same person over waves and cases.

    Raises
    ------
    ValueError
        If lengths differ, an outcome is infinite or arm or after is neither 0 nor 1.

    Notes
    -----
    What moves a whole case between waves is shared by all its rows. Without a term for it
    the rows count as independent evidence of the change: at nominal 5 % the error of the
    first kind is then 31 %.

    References
    ----------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Software 67(1); Hooper et al. (2016),
    Statistics in Medicine 35, 4718-4728.

    Examples
    --------
    >>> outcome = [2, 3, 3, 5, 2, 2, 3, 3, 1, 2, 4, 4, 2, 4, 2, 3]
    >>> after, cases = [0, 0, 1, 1] * 4, np.repeat(list("abcd"), 4)
    >>> held = mixed_difference_in_differences(outcome, [1] * 8 + [0] * 8, after, cases)
    >>> round(held.effect.value.value, 6), [term.name for term in held.model.terms]
    (0.25, ['case', 'case:wave'])
    """
    rows = np.asarray(outcome).size
    treated, late = treated_of(arm, rows), treated_of(after, rows)
    case = labels(cases, rows, "cases")
    groups: dict[str, npt.ArrayLike] = {CASE: case, CASE_WAVE: 2 * case + late}
    if raters is not None:
        groups[RATER] = labels(raters, rows, "raters")
    return MixedDifference(mixed_model(outcome, design_of(treated, late, treated & late), groups))
