"""Bulk pooled: scores, reliability and social relations from summed statistics; reads no answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, frozen
from services.analytics.methods.bulk_statistics import MIDDLE, BulkStatistics, Layout
from services.analytics.methods.cube import Tally
from services.analytics.methods.moments import Moments
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.methods.round_robin_sums import RoundRobinSums

_ROUNDING = 1e-13


def merged(parts: Sequence[BulkStatistics]) -> FloatArray:
    """Return the statistics of every case, cases x statistics, in the order the buckets were made from.

    Parameters
    ----------
    parts : sequence of BulkStatistics
        One per bucket of `buckets_of`; together they hold each place once.

    Raises
    ------
    ValueError
        If their items differ, or the places aren't 0..cases-1.

    Examples
    --------
    >>> from services.analytics.methods.bulk import buckets_of
    >>> from services.analytics.methods.bulk_statistics import bulk_statistics
    >>> from services.analytics.methods.cube import rectangular
    >>> cubes = [rectangular([[[4]], [[5]]]), rectangular([[[1]]]), rectangular([[[2]], [[3]]])]
    >>> table = merged([bulk_statistics(bucket) for bucket in buckets_of(cubes)])
    >>> table[:, Layout(1).item_sums].ravel()
    array([9., 1., 5.])
    """
    if len({one.layout for one in parts}) != 1:
        raise ValueError("statistics of one instrument, and at least one bucket of them")
    places: IntArray = np.concatenate([one.places for one in parts])
    if not np.array_equal(np.sort(places), np.arange(places.size)):
        raise ValueError("the buckets hold every place once")
    table = np.empty((places.size, parts[0].layout.size))
    for one in parts:
        table[one.places] = one.table.T
    return table


def tally_of(layout: Layout, sums: FloatArray) -> Tally:
    """Return the counts of asked cells by what was answered.

    Examples
    --------
    >>> layout = Layout(1)
    >>> sums = np.zeros(layout.size)
    >>> sums[layout.column("asked")] = sums[layout.column("not_answered")] = 3
    >>> tally_of(layout, sums)
    Tally(asked=3, valid=0, dont_know=0, dont_work_with=0, not_answered=3)
    """
    names = ("asked", "valid", "dont_know", "dont_work_with", "not_answered")
    return Tally(*(round(_at(layout, sums, name)) for name in names))


def item_means_of(layout: Layout, sums: FloatArray) -> tuple[Quantity, ...]:
    """Return each item's mean over all its valid cells (the dimension bars).

    Examples
    --------
    >>> [one.reason.value for one in item_means_of(Layout(2), np.zeros(Layout(2).size))]
    ['no-data', 'no-data']
    """
    pairs = zip(sums[layout.item_sums], sums[layout.item_counts], strict=True)
    return tuple(_ratio(float(total), float(count)) for total, count in pairs)


def pooled_cells_of(layout: Layout, sums: FloatArray) -> Quantity:
    """Return the mean of all valid cells."""
    return _ratio(float(sums[layout.item_sums].sum()), _at(layout, sums, "valid"))


def mean_of_dyads_of(layout: Layout, sums: FloatArray) -> Quantity:
    """Return the mean of all dyad means."""
    return _ratio(_at(layout, sums, "dyad_sum"), _at(layout, sums, "dyads"))


def mean_of_cases_of(layout: Layout, sums: FloatArray) -> Quantity:
    """Return the mean of the case scores."""
    return _ratio(_at(layout, sums, "score"), _at(layout, sums, "scored"))


def sd_of_cases_of(layout: Layout, sums: FloatArray) -> Quantity:
    """Return the standard deviation (ddof 1) of the case scores; of whole weights only.

    Examples
    --------
    >>> sd_of_cases_of(Layout(2), np.zeros(Layout(2).size)).reason.value
    'too-few-rows'
    """
    scored = _at(layout, sums, "scored")
    if scored < 2:
        return undefined(Reason.TOO_FEW_ROWS)
    squares = _at(layout, sums, "score_squares")
    moved = _at(layout, sums, "score") - MIDDLE * scored
    left = squares - moved * moved / scored
    return Quantity(sqrt(left / (scored - 1)) if left > _ROUNDING * squares else 0.0)


def moments_of_sums(layout: Layout, sums: FloatArray) -> Moments:
    """Return the moments of complete rows, as `alpha_from_moments` takes them.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> from services.analytics.methods.bulk_statistics import bulk_statistics
    >>> from services.analytics.methods.reliability import alpha_from_moments
    >>> held = bulk_statistics(bucket_of([[[[1, 2]], [[2, 2]], [[3, 5]]]], round_robin=False))
    >>> round(alpha_from_moments(moments_of_sums(held.layout, held.summed())).alpha.value, 6)
    0.857143
    """
    k = layout.items
    rows = _at(layout, sums, "complete_rows")
    products = np.zeros((k, k))
    upper = np.triu_indices(k)
    products[upper] = sums[layout.products]
    products.T[upper] = sums[layout.products]
    return Moments(
        rows=round(rows),
        counts=frozen(np.full((k, k), rows)),
        sums=frozen(np.repeat(sums[layout.row_sums, None], k, axis=1)),
        products=frozen(products),
    )


def alpha_sums_of(layout: Layout, table: FloatArray) -> FloatArray:
    """Return what alpha and its bootstrap over cases stand on: cases x (items + 3).

    Parameters
    ----------
    layout : Layout
    table : (any, statistics) array
        Statistics of cases (`merged`), or sums of them, one a row.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> from services.analytics.methods.bulk_statistics import bulk_statistics
    >>> held = bulk_statistics(bucket_of([[[[1, 2]], [[2, 0]]], [[[3, 5]], [[0, 0]]]], round_robin=False))
    >>> alpha_sums_of(held.layout, held.table.T).tolist()
    [[1.0, 1.0, 2.0, 5.0, 9.0], [1.0, 3.0, 5.0, 34.0, 64.0]]
    """
    k = layout.items
    products = table[:, layout.products]
    first, second = np.triu_indices(k)
    squares = products[:, first == second].sum(axis=1)
    rows = table[:, layout.column("complete_rows")]
    whole = 2 * products.sum(axis=1) - squares
    return np.column_stack([rows, table[:, layout.row_sums], squares, whole])


def round_robins_of_bucket(held: BulkStatistics, weights: npt.ArrayLike | None = None) -> RoundRobinSums:
    """Return the invariants of the complete round robins among the cases.

    Parameters
    ----------
    held : BulkStatistics
    weights : (cases,) of 0 and 1, optional
        Which cases to take; all when left out.

    Raises
    ------
    ValueError
        If the bucket holds no round robins, or there is not one weight per case.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> from services.analytics.methods.bulk_statistics import bulk_statistics
    >>> held = bulk_statistics(bucket_of([[[[0], [1], [2]], [[3], [0], [4]], [[5], [5], [0]]]]))
    >>> round_robins_of_bucket(held).sums.ravel().tolist()
    [400.0, 158.0, 136.0, 126.0, 80.0, 66.0]
    """
    if held.members is None:
        raise ValueError("social relations need round robins")
    chosen = np.ones(held.places.size) if weights is None else np.asarray(weights)
    if chosen.shape != held.places.shape:
        raise ValueError(f"one weight per case: {held.places.size} cases, shape {chosen.shape}")
    taken = (held.of("complete") > 0) & (chosen > 0)
    sums = held.table[held.layout.invariants][:, taken]
    return RoundRobinSums(held.members, frozen(held.of("total")[taken]), frozen(sums))


def _at(layout: Layout, sums: FloatArray, name: str) -> float:
    return float(sums[layout.column(name)])


def _ratio(total: float, count: float) -> Quantity:
    return Quantity(total / count) if count else undefined(Reason.NO_DATA)
