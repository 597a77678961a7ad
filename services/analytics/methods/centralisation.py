"""Centralisation: how far strong ties gather on few people; refuses groups of one."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.methods.ties import Bounded, Ties


class Way(StrEnum):
    """Ties a person gives (rows) or receives (columns)."""

    GIVEN = "given"
    RECEIVED = "received"


def centralisation(ties: Ties, way: Way) -> Bounded:
    """Return Freeman's degree centralisation of the strong ties: 0 even, 1 a star.

    Parameters
    ----------
    ties : Ties
    way : Way
        Whose number of strong ties is compared: given or received.

    Returns
    -------
    Bounded
        sum_i (max d - d_i) / (n - 1)^2. The value takes unknown ties for not strong; the
        bounds are exact: a person's unknown ties are nobody else's, so degrees move alone.
        `too-few-rows` under three people.

    References
    ----------
    Freeman (1978), Social Networks 1, 215-239; R sna `centralization(degree)`, igraph
    `centr_degree(loops = FALSE)`.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> from services.analytics.methods.ties import ties_of
    >>> star = round_robin([[[0], [1], [1]], [[5], [0], [1]], [[5], [0], [0]]])
    >>> held = centralisation(ties_of(dyads_of(star)), Way.RECEIVED)
    >>> held.value.value, held.low.value, held.high.value
    (1.0, 0.75, 1.0)
    """
    if ties.persons < 3:
        nothing = undefined(Reason.TOO_FEW_ROWS)
        return Bounded(nothing, nothing, nothing)
    axis = 1 if way is Way.GIVEN else 0
    least, most = ties.strong.sum(axis=axis), ties.possible.sum(axis=axis)
    full = (ties.persons - 1) ** 2
    return Bounded(
        value=Quantity(_gathered(least) / full),
        low=Quantity(int(np.maximum(least.max() - most, 0).sum()) / full),
        high=Quantity(max(_gathered(_with(least, most, at)) for at in range(least.size)) / full),
    )


def _gathered(degrees: IntArray) -> int:
    return int((degrees.max() - degrees).sum())


def _with(least: IntArray, most: IntArray, at: int) -> IntArray:
    """One person at their most, everybody else at their least."""
    degrees = least.copy()
    degrees[at] = most[at]
    return degrees
