"""Which figures may leave, said anew in few lines; shares nothing with what it is to check."""

from collections.abc import Collection
from math import sqrt

from tests.support.whole_steps import ENOUGH

ALMOST = 1 - 1e-7
"""How wide a range must be in points of the scale, but for rounding."""


def leaves_open(values: Collection[float]) -> bool:
    """Tell whether mean, number and spread leave each answer a point of the scale."""
    number, total = len(values), sum(values)
    mean = total / number
    reach = sqrt(sum((value - mean) ** 2 for value in values) / number) * sqrt(number - 1)
    return _is_wide(max(mean - reach, _least(number, total)), min(mean + reach, _most(number, total)))


def mean_leaves_open(values: Collection[float]) -> bool:
    """Tell whether mean and number alone do, as they stand for a case that is shown by itself."""
    number, total = len(values), sum(values)
    return number > 0 and _is_wide(_least(number, total), _most(number, total))


def is_of_enough(values: Collection[float]) -> bool:
    """Tell whether enough people stand behind their values, and these stay open."""
    return len(values) >= ENOUGH and leaves_open(values)


def are_apart(some: Collection[str], others: Collection[str]) -> bool:
    """Tell whether nobody or enough people are in one and not in the other, either way."""
    return all(
        len(gone) == 0 or len(gone) >= ENOUGH for gone in (set(some) - set(others), set(others) - set(some))
    )


def _least(number: int, total: float) -> float:
    """Return what one answer is at least, were all others the highest."""
    return max(1.0, total - 5.0 * (number - 1))


def _most(number: int, total: float) -> float:
    return min(5.0, total - 1.0 * (number - 1))


def _is_wide(low: float, high: float) -> bool:
    return high - low >= ALMOST
