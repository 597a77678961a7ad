"""Percent change: of one mean, and of several items both ways; refuses percents of nothing."""

from __future__ import annotations

from collections.abc import Sequence

from services.analytics.methods.exact import float_mean
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined


def percent_change(before: float, after: float) -> float:
    """Return how much more `after` is than `before`, in percent of `before`.

    Raises
    ------
    ValueError
        If `before` is not above zero: nothing has no percent.

    Examples
    --------
    >>> percent_change(2.0, 2.5)
    25.0
    """
    if before <= 0:
        raise ValueError(f"percent are of something above zero, not of {before}")
    return 100 * (after - before) / before


@record
class AverageChange:
    """How several items change together.

    Attributes
    ----------
    items : int
        How many.
    before, after : Quantity
        Mean of the items' means.
    difference : Quantity
        after - before, in scale points.
    percent_of_averages : Quantity
        Percent change of the average: of `before` to `after`.
    average_of_percents : Quantity
        Average of the items' own percent changes; items that began low weigh more in it.
    """

    items: int
    before: Quantity
    after: Quantity
    difference: Quantity
    percent_of_averages: Quantity
    average_of_percents: Quantity


def average_change(before: Sequence[float], after: Sequence[float]) -> AverageChange:
    """Return the change of several items' means, averaged both ways.

    Parameters
    ----------
    before, after : (items,)
        Each item's mean in two waves, in the same order.

    Notes
    -----
    100 (mean b_i - mean a_i) / mean a_i, and mean 100 (b_i - a_i) / a_i. They agree only where
    all items began alike. Undefined (`no-data`) of no items.

    Raises
    ------
    ValueError
        If the items are not as many in both, or one began at zero or below.

    References
    ----------
    Samspil, `docs/methods.md`, effects.

    Examples
    --------
    >>> held = average_change([2.0, 4.0], [3.0, 4.0])
    >>> held.difference.value, round(held.percent_of_averages.value, 2), held.average_of_percents.value
    (0.5, 16.67, 25.0)
    """
    if len(before) != len(after):
        raise ValueError(f"items have both means: {len(before)} before, {len(after)} after")
    percents = [percent_change(*both) for both in zip(before, after, strict=True)]
    first, last = float_mean(list(before)), float_mean(list(after))
    if first.value is None or last.value is None:
        nothing = undefined(Reason.NO_DATA)
        return AverageChange(0, nothing, nothing, nothing, nothing, nothing)
    return AverageChange(
        items=len(before),
        before=first,
        after=last,
        difference=Quantity(last.value - first.value),
        percent_of_averages=Quantity(percent_change(first.value, last.value)),
        average_of_percents=float_mean(percents),
    )
