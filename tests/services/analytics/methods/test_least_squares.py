"""The fit before any uncertainty: hand values, dependence, scale."""

import numpy as np
import pytest

from services.analytics.methods.least_squares import LeastSquares, design_of, least_squares
from services.analytics.methods.results import Reason


def test_the_fit_solves_the_normal_equations() -> None:
    rng = np.random.default_rng(5)
    x, y = design_of(rng.normal(size=30), 1e6 * rng.normal(size=30)), rng.normal(size=30)
    held = least_squares(y, x)
    assert isinstance(held, LeastSquares)
    wanted = np.linalg.lstsq(x, y, rcond=None)[0]
    assert held.coefficients == pytest.approx(wanted, rel=1e-9)
    assert held.basis @ np.linalg.inv(held.unbasis) == pytest.approx(x, rel=1e-9, abs=1e-9)


def test_a_repeated_column_is_not_identified() -> None:
    x = np.array([1.0, 2.0, 4.0, 8.0])
    assert least_squares([1, 2, 3, 5], design_of(x, 3 * x + 2)) is Reason.NOT_IDENTIFIED


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"size|dimension"):
        design_of([1, 2], [1, 2, 3])


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="fit"):
        least_squares([1, 2, 3], design_of([1, 2]))
