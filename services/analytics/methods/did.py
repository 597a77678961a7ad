"""Difference in differences: the arms' changes compared; refuses rows as if they were independent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import mean_difference, mean_estimate, treated_of
from services.analytics.methods.arrays import BoolArray, FloatArray, IntArray, labels, vector
from services.analytics.methods.exact import float_mean
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.records import record
from services.analytics.methods.regression import Regression, regress
from services.analytics.methods.results import CONFIDENCE, Estimate
from services.analytics.methods.sandwich import Errors


@record
class DifferenceInDifferences:
    """How much more the intervention arm changed than the control arm.

    Attributes
    ----------
    rows, cases, both : int
        Rows with an outcome; cases among them; cases with rows before and after.
    intervention_change, control_change : Estimate
        Mean change of the cases with both (t, n - 1). The control arm's is its drift.
    aggregate : Estimate
        Their difference: one change per case, Welch.
    clustered : Regression
        outcome ~ 1 + arm + after + arm x after over all rows, CR2 by case.
    """

    rows: int
    cases: int
    both: int
    intervention_change: Estimate
    control_change: Estimate
    aggregate: Estimate
    clustered: Regression

    @property
    def effect(self) -> Estimate:
        """The coefficient of arm x after, CR2 by case."""
        return self.clustered.coefficients[3]


def difference_in_differences(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    after: npt.ArrayLike,
    cases: npt.ArrayLike,
    level: float = CONFIDENCE,
) -> DifferenceInDifferences:
    """Return the difference of the arms' changes, on case means and on the rows.

    Parameters
    ----------
    outcome : (n,) array
        Rows of any level (case scores, given means, dyad means); NaN is missing.
    arm : (n,) of 0 and 1
        The case's arm.
    after : (n,) of 0 and 1
        0 is the wave before, 1 the wave after.
    cases : (n,) labels
    level : float
        Of the intervals.

    Notes
    -----
    Aggregate: a case's change is the mean of its rows after less the mean before, so each
    case weighs the same; on rows each row does. With one row per case and wave the two
    estimates agree. The mixed model with case and case x wave terms stands in
    `did_mixed`.

    Raises
    ------
    ValueError
        If lengths differ, an outcome is infinite, arm or after is neither 0 nor 1, or one
        case has both arms.

    References
    ----------
    Bertrand, Duflo & Mullainathan (2004), QJE 119, 249-275; Bell & McCaffrey (2002).

    Examples
    --------
    >>> outcome, after = [2, 3, 3, 5, 2, 2, 3, 2], [0, 1] * 4
    >>> held = difference_in_differences(outcome, [1] * 4 + [0] * 4, after, list("aabbccdd"))
    >>> round(held.aggregate.value.value, 6), round(held.effect.value.value, 6)
    (2.0, 2.0)
    """
    values = vector(outcome, "outcome")
    treated, late = (treated_of(one, values.size) for one in (arm, after))
    codes = labels(cases, values.size, "cases")
    _refuse_crossing(treated, codes)
    there = ~np.isnan(values)
    values, treated, late, codes = values[there], treated[there], late[there], codes[there]
    changes, arms = _changes(values, treated, late, codes)
    design = design_of(treated, late, treated & late)
    return DifferenceInDifferences(
        rows=values.size,
        cases=np.unique(codes).size,
        both=changes.size,
        intervention_change=mean_estimate(changes[arms], level),
        control_change=mean_estimate(changes[~arms], level),
        aggregate=mean_difference(changes[arms], changes[~arms], level),
        clustered=regress(values, design, Errors.CR2, [codes], level),
    )


def _refuse_crossing(treated: BoolArray, codes: IntArray) -> None:
    crossed = np.intersect1d(codes[treated], codes[~treated])
    if crossed.size:
        raise ValueError(f"{crossed.size} cases have rows in both arms")


def _changes(
    values: FloatArray, treated: BoolArray, late: BoolArray, codes: IntArray
) -> tuple[FloatArray, BoolArray]:
    """Return each case's change and arm, of the cases with rows in both waves."""
    changes, arms = [], []
    for case in np.intersect1d(codes[late], codes[~late]):
        own = codes == case
        means = [float_mean(values[own & wave].tolist()).value for wave in (late, ~late)]
        if means[0] is not None and means[1] is not None:
            changes.append(means[0] - means[1])
            arms.append(bool(treated[own][0]))
    return np.array(changes, dtype=np.float64), np.array(arms, dtype=np.bool_)
