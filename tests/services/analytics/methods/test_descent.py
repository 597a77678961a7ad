"""Descent: exact minima, bounds, traps at zero, criteria without a minimum."""

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.descent import Lowest, curvature, lowest
from services.analytics.methods.results import Reason

BOTH = np.array([True, True])


def found(held: Lowest | Reason) -> Lowest:
    assert isinstance(held, Lowest)
    return held


def test_a_quadratic_in_squares_is_found_to_the_last_digits() -> None:
    def bowl(at: FloatArray) -> tuple[float, FloatArray]:
        variances = at**2 - np.array([2.0, 0.3])
        return float(variances @ variances), 4 * at * variances

    held = found(lowest(bowl, np.ones(2), BOTH))
    assert held.at**2 == pytest.approx([2.0, 0.3], rel=1e-10)
    assert held.inside.all()


def test_what_is_lowest_at_zero_ends_exactly_there() -> None:
    def bowl(at: FloatArray) -> tuple[float, FloatArray]:
        variances = at**2 - np.array([2.0, -0.3])
        return float(variances @ variances), 4 * at * variances

    held = found(lowest(bowl, np.ones(2), BOTH))
    assert held.at[1] == 0.0
    assert held.inside.tolist() == [True, False]


def test_a_start_near_zero_is_lifted_off_it() -> None:
    def bowl(at: FloatArray) -> tuple[float, FloatArray]:
        variances = at**2 - np.array([2.0, 0.3])
        return float(variances @ variances), 4 * at * variances

    held = found(lowest(bowl, np.array([1.0, 1e-9]), BOTH))
    assert held.at[1] ** 2 == pytest.approx(0.3, rel=1e-9)


def test_a_slope_without_end_is_no_minimum() -> None:
    def slope(at: FloatArray) -> tuple[float, FloatArray]:
        return float(-at.sum()), -np.ones(2)

    assert lowest(slope, np.ones(2), BOTH) is Reason.NOT_CONVERGED


def test_curvature_is_symmetric_and_of_the_inside_only() -> None:
    def saddle(at: FloatArray) -> tuple[float, FloatArray]:
        return float(at[0] ** 2 * at[1]), np.array([2 * at[0] * at[1], at[0] ** 2])

    held = curvature(saddle, np.array([1.5, 2.0]), BOTH)
    assert held == pytest.approx(np.array([[4.0, 3.0], [3.0, 0.0]]), abs=1e-8)
    assert curvature(saddle, np.array([1.5, 2.0]), np.array([True, False])).shape == (1, 1)
