"""Exact means: whole-number ratios added as fractions, rounded once; refuses order dependence."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import fsum, sqrt

import numpy as np

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.results import Quantity, Reason, undefined

_FEW = 256


def mean_of_ratios(sums: IntArray, counts: IntArray) -> Fraction | None:
    """Return the mean of sums / counts where counts > 0, exactly; None where no count is.

    Parameters
    ----------
    sums, counts : int arrays of one shape
        Numerators and denominators; a count of 0 is left out.

    Notes
    -----
    Ratios of one denominator are added as integers first: the result does not depend
    on the order of the entries, and rounding happens once, in `float()`.

    Examples
    --------
    >>> mean_of_ratios(np.array([3, 4, 0]), np.array([1, 2, 0]))
    Fraction(5, 2)
    """
    few = counts.size <= _FEW
    if few:
        return _mean_of(*_in_a_loop(sums.ravel().tolist(), counts.ravel().tolist()))
    return _mean_of(*_by_count(sums, counts))


def _mean_of(rows: int, by_count: Mapping[int, int]) -> Fraction | None:
    if rows == 0:
        return None
    if len(by_count) == 1:
        ((count, total),) = by_count.items()
        return Fraction(total, count * rows)
    return sum((Fraction(total, count) for count, total in by_count.items()), Fraction(0)) / rows


def _by_count(sums: IntArray, counts: IntArray) -> tuple[int, dict[int, int]]:
    """Return how many counts there are, and the sum of the numerators over each."""
    known = counts > 0
    found = {int(count): int(sums[counts == count].sum()) for count in np.unique(counts[known])}
    return int(known.sum()), found


def _in_a_loop(sums: Sequence[int], counts: Sequence[int]) -> tuple[int, dict[int, int]]:
    """Do the same in a loop: of a team's few cells, each call of NumPy takes longer than all of it."""
    rows, found = 0, dict[int, int]()
    for part, count in zip(sums, counts, strict=True):
        if count > 0:
            rows += 1
            found[count] = found.get(count, 0) + part
    return rows, found


def mean_of_few_ratios(sums: Sequence[int], counts: Sequence[int]) -> Quantity:
    """Return the mean of few sums / counts where counts > 0, rounded once; `no-data` where no count is.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    The same number as `rounded(mean_of_ratios(sums, counts))`, to the bit: Python divides whole numbers
    into the nearest float, so ratios of one denominator need no fraction.

    Examples
    --------
    >>> mean_of_few_ratios([3, 4, 0], [1, 2, 0]).value
    2.5
    """
    rows, by_count = _in_a_loop(sums, counts)
    if rows and len(by_count) == 1:
        ((count, total),) = by_count.items()
        return Quantity(total / (count * rows))
    return rounded(_mean_of(rows, by_count))


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact mean of the values that exist; None of none.

    Examples
    --------
    >>> mean([Fraction(1, 2), None, Fraction(1)])
    Fraction(3, 4)
    """
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def rounded(value: Fraction | None, reason: Reason = Reason.NO_DATA) -> Quantity:
    """Return the nearest float of an exact value, or undefined for `reason`.

    Examples
    --------
    >>> rounded(Fraction(1, 3)).value
    0.3333333333333333
    """
    return undefined(reason) if value is None else Quantity(float(value))


def float_mean(values: list[float]) -> Quantity:
    """Return the mean of floats, their sum rounded once; undefined (`no-data`) of none.

    Examples
    --------
    >>> float_mean([0.1, 0.2, 0.3]).value
    0.19999999999999998
    """
    return Quantity(fsum(values) / len(values)) if values else undefined(Reason.NO_DATA)


def float_sd(values: list[float]) -> Quantity:
    """Return the standard deviation (ddof 1); undefined (`too-few-rows`) under two values.

    Examples
    --------
    >>> float_sd([1.0, 3.0]).value
    1.4142135623730951
    """
    if len(values) < 2:
        return undefined(Reason.TOO_FEW_ROWS)
    centre = fsum(values) / len(values)
    return Quantity(sqrt(fsum((value - centre) ** 2 for value in values) / (len(values) - 1)))
