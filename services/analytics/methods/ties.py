"""Ties: which dyads are strong, which unknown; refuses a threshold that float noise decides."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from services.analytics.methods.arrays import BoolArray, frozen
from services.analytics.methods.dyads import Dyads
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity

STRONG = 4.0
"""Scale points from which a dyad mean is a strong tie: "agree"; not validated, hence a parameter."""


@record
class Bounded:
    """A quantity from what is known, and what it could be had everybody answered.

    Attributes
    ----------
    value : Quantity
        Over the dyads that have a mean.
    low, high : Quantity
        Over every way the asked dyads without a mean could have been strong or not.
    """

    value: Quantity
    low: Quantity
    high: Quantity


@record(eq=False)
class Ties:
    """Who holds whom for a strong tie: rows are raters; the diagonal is nobody's.

    Attributes
    ----------
    threshold : float
        In scale points; a dyad mean at it is strong.
    strong, unknown : (n, n) bool
        Asked dyads whose mean reaches the threshold; asked dyads without a mean.
    asked : (n, n) bool
    """

    threshold: float
    strong: BoolArray
    unknown: BoolArray
    asked: BoolArray

    @property
    def persons(self) -> int:
        """People on both axes."""
        return int(self.strong.shape[0])

    @property
    def known(self) -> BoolArray:
        """Asked dyads with a mean."""
        return self.asked & ~self.unknown

    @property
    def possible(self) -> BoolArray:
        """Dyads that are strong or could be."""
        return self.strong | self.unknown


def ties_of(dyads: Dyads, threshold: float = STRONG) -> Ties:
    """Return the strong ties of a group rating itself.

    Parameters
    ----------
    dyads : Dyads
        Square: raters and subjects are the same people in the same order.
    threshold : float
        Compared as the decimal it is written as, exactly.

    Raises
    ------
    ValueError
        If the dyads aren't square or the threshold isn't finite.

    References
    ----------
    Wasserman & Faust (1994), Social Network Analysis, chapter 4.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> held = ties_of(dyads_of(round_robin([[[0, 0], [4, 4]], [[5, 2], [0, 0]]])))
    >>> held.strong.tolist()
    [[False, True], [False, False]]
    """
    raters, subjects = dyads.counts.shape
    if raters != subjects:
        raise ValueError(f"a network is square, got {raters} raters of {subjects} subjects")
    if not np.isfinite(threshold):
        raise ValueError(f"a threshold is a number of scale points, got {threshold}")
    # 3.9 is meant as 39/10, not as the float beside it: whole numbers decide who is strong.
    bound = Fraction(str(threshold))
    others = ~np.eye(raters, dtype=np.bool_)
    asked = dyads.asked & others
    reaches = dyads.sums * bound.denominator >= dyads.counts * bound.numerator
    return Ties(
        threshold=threshold,
        strong=frozen(reaches & dyads.included & asked),
        unknown=frozen(asked & ~dyads.included),
        asked=frozen(asked),
    )
