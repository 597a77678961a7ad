"""Alpha's interval over cases: its additive statistics and their bootstrap; refuses incomplete rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, matrix
from services.analytics.methods.reliability import reliability
from services.analytics.methods.resampling import Bootstrap, bootstrap, drawn_sums, given_sums
from services.analytics.methods.results import CONFIDENCE, Interval, Quantity, Reason, undefined

DRAWS = 2_000


def alpha_statistics(cases: Sequence[npt.ArrayLike]) -> FloatArray:
    """Return what each case adds to alpha over complete rows: cases x (items + 3).

    Parameters
    ----------
    cases : sequence of (rows, items) arrays
        The rows of each case, cases sorted by id; NaN is missing. A case without a complete
        row adds zeros, and is resampled like any other.

    Returns
    -------
    (cases, items + 3) array
        Complete rows n; the items' sums S_1..S_k; the sum of squares over all cells Q; the
        sum of the squared row totals T. Whole numbers for whole-number answers.

    Raises
    ------
    ValueError
        If there is no case, or the cases don't have the same number of items.

    Examples
    --------
    >>> alpha_statistics([[[1, 2], [2, np.nan]], [[3, 5]]]).tolist()
    [[1.0, 1.0, 2.0, 5.0, 9.0], [1.0, 3.0, 5.0, 34.0, 64.0]]
    """
    tables = [matrix(rows, "rows of a case") for rows in cases]
    if len({table.shape[1] for table in tables}) != 1:
        raise ValueError("alpha takes at least one case, and the same items in all of them")
    whole = np.concatenate(tables)
    place = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    complete = ~np.isnan(whole).any(axis=1)
    rows, place = whole[complete], place[complete]
    added = [np.ones(len(rows)), *rows.T, (rows**2).sum(axis=1), rows.sum(axis=1) ** 2]
    return np.column_stack([np.bincount(place, part, len(tables)) for part in added])


def alpha_of_sums(sums: FloatArray) -> FloatArray:
    """Return alpha of each row of summed statistics; NaN where it has none.

    alpha = k/(k-1) (1 - (n Q - sum S_i^2) / (n T - (sum S_i)^2)).

    Parameters
    ----------
    sums : (draws, items + 3) array
        Summed `alpha_statistics`.

    Raises
    ------
    ValueError
        If the rows are too short to hold an item.

    Examples
    --------
    >>> cases = [[[1, 2], [2, 2]], [[3, 5], [4, np.nan]]]
    >>> alpha_of_sums(alpha_statistics(cases).sum(axis=0, keepdims=True)).round(6)
    array([0.857143])
    """
    items = sums.shape[1] - 3
    if items < 1:
        raise ValueError(f"alpha's sums are items + 3 wide, got {sums.shape[1]}")
    rows, totals = sums[:, 0], sums[:, 1:-2]
    within = rows * sums[:, -2] - np.einsum("ij,ij->i", totals, totals)
    whole = rows * sums[:, -1] - totals.sum(axis=1) ** 2
    held = np.full(len(sums), np.nan)
    if items == 1:
        return held
    # A variance lost in rounding is none: below this share of its terms nothing is left of it.
    there = (rows > 1) & (whole > 1e-12 * rows * sums[:, -1])
    np.divide(whole - within, whole, out=held, where=there)
    return np.asarray(items / (items - 1) * held)


def alpha_interval(
    cases: Sequence[npt.ArrayLike],
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = CONFIDENCE,
) -> Bootstrap:
    """Return alpha over complete rows with its intervals over resampled cases: the default interval.

    Rows of one case share raters and subjects; Feldt's interval takes them as independent and
    is half as wide as it should be.

    Parameters
    ----------
    cases : sequence of (rows, items) arrays
        As in `alpha_statistics`.
    rng : Generator
        Seeded by the caller, who stores the seed with the result.
    draws : int
        Resamples of as many cases as there are.
    level : float
        Of the intervals.

    Raises
    ------
    ValueError
        As `alpha_statistics`, `drawn_sums` and `bootstrap`.

    References
    ----------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, 3.8.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> cases = [rng.integers(1, 4, (6, 1)) + rng.integers(0, 3, (6, 4)) for _ in range(20)]
    >>> held = alpha_interval(cases, np.random.default_rng(1), draws=200)
    >>> held.percentile.low < held.value.value < held.percentile.high
    True
    """
    statistics = alpha_statistics(cases)
    return _named(cases, bootstrap(statistics, alpha_of_sums, drawn_sums(statistics, draws, rng), level))


def alpha_interval_given(
    cases: Sequence[npt.ArrayLike], indices: npt.ArrayLike, level: float = CONFIDENCE
) -> Bootstrap:
    """Return alpha with its intervals over exactly these resamples of cases, one a row, from 0.

    Raises
    ------
    ValueError
        As `alpha_statistics`, `given_sums` and `bootstrap`.

    Examples
    --------
    >>> cases = [[[1, 2], [2, 2]], [[3, 5], [4, 4]], [[2, 3], [5, 5]]]
    >>> alpha_interval_given(cases, [[0, 1, 2], [0, 1, 1], [2, 1, 0]]).draws
    3
    """
    statistics = alpha_statistics(cases)
    return _named(cases, bootstrap(statistics, alpha_of_sums, given_sums(statistics, indices), level))


def _named(cases: Sequence[npt.ArrayLike], held: Bootstrap) -> Bootstrap:
    """Say why there is no alpha in alpha's own words: too few items or rows, no variance."""
    if held.value.value is not None or held.clusters < 2:
        return held
    listwise = reliability(np.vstack([matrix(rows, "rows of a case") for rows in cases])).listwise
    reason = listwise.alpha.reason or Reason.NO_VARIANCE
    nothing: Quantity = undefined(reason)
    none = Interval(None, None, reason, held.percentile.level)
    return replace(held, value=nothing, bias=nothing, standard_error=nothing, percentile=none, bca=none)
