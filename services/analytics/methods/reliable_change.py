"""Reliable change: whether one score moved more than it errs; refuses a verdict on a person."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

from services.analytics.methods.noncentral import normal_quantile
from services.analytics.methods.records import record
from services.analytics.methods.results import CONFIDENCE, Quantity, Reason, undefined


class ChangeDirection(StrEnum):
    """What can be said of a change."""

    ROSE = "rose"
    FELL = "fell"
    WITHIN_ERROR = "within-error"


@record
class ReliableChange:
    """A change against what measurement error alone would give.

    Attributes
    ----------
    change : Quantity
        Post less pre, in scale points.
    standard_error : Quantity
        Of a difference of two measurements.
    index : Quantity
        change / standard_error.
    direction : ChangeDirection or None
        `rose` or `fell` where |index| passes the normal quantile of the level; None where
        the index is undefined.
    """

    change: Quantity
    standard_error: Quantity
    index: Quantity
    direction: ChangeDirection | None


def reliable_change(
    pre: Quantity, post: Quantity, sd: Quantity, reliability: Quantity, level: float = CONFIDENCE
) -> ReliableChange:
    """Return the reliable-change index of one score (a case's, a unit's).

    Parameters
    ----------
    pre, post : Quantity
        The same score in two waves.
    sd : Quantity
        Standard deviation of the score among its peers in the first wave.
    reliability : Quantity
        Of that score at that level, in [0, 1): alpha for a form, ICC(2) for a case mean.
    level : float
        Two-sided.

    Notes
    -----
    index = (post - pre) / (sd sqrt(2 (1 - reliability))). A negative reliability leaves it
    undefined (`negative-variance`), as does none to spare (`no-residual-variance`) and an
    sd of 0 (`no-variance`).

    Raises
    ------
    ValueError
        If the reliability is above 1, the sd is negative or the level outside (0, 1).

    References
    ----------
    Jacobson & Truax (1991), J. Consulting and Clinical Psychology 59, 12-19.

    Examples
    --------
    >>> held = reliable_change(Quantity(3.0), Quantity(3.9), Quantity(0.5), Quantity(0.8))
    >>> round(held.index.value, 4), held.direction.value
    (2.846, 'rose')
    """
    bound = normal_quantile((1 + level) / 2)
    error = _standard_error(sd, reliability)
    if pre.value is None or post.value is None:
        lost = undefined(pre.reason or post.reason or Reason.NO_DATA)
        return ReliableChange(lost, error, lost, None)
    change = Quantity(post.value - pre.value)
    if error.value is None:
        return ReliableChange(change, error, error, None)
    index = (post.value - pre.value) / error.value
    moved = ChangeDirection.ROSE if index > 0 else ChangeDirection.FELL
    return ReliableChange(
        change, error, Quantity(index), moved if abs(index) > bound else ChangeDirection.WITHIN_ERROR
    )


def _standard_error(sd: Quantity, reliability: Quantity) -> Quantity:
    if sd.value is None or reliability.value is None:
        return undefined(sd.reason or reliability.reason or Reason.NO_DATA)
    if reliability.value > 1 or sd.value < 0:
        raise ValueError(f"no such reliability {reliability.value} or standard deviation {sd.value}")
    if reliability.value < 0:
        return undefined(Reason.NEGATIVE_VARIANCE)
    if reliability.value == 1:
        return undefined(Reason.NO_RESIDUAL_VARIANCE)
    if sd.value == 0:
        return undefined(Reason.NO_VARIANCE)
    return Quantity(sd.value * sqrt(2 * (1 - reliability.value)))
