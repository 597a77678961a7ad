"""Fit indices at their edges; their values are lavaan's in test_factors_confirmatory."""

import numpy as np
import pytest

from services.analytics.methods.factors_fit_indices import Discrepancy, bentler_srmr, fit_indices
from services.analytics.methods.results import Reason


def test_worse_than_no_model_is_zero() -> None:
    assert fit_indices(Discrepancy(100, 90.0, 9, 80.0, 15), 0.2, -10.0, 12).cfi.value == 0.0


def test_less_than_its_degrees_of_freedom_is_perfect() -> None:
    held = fit_indices(Discrepancy(100, 5.0, 9, 10.0, 15), 0.0, -10.0, 12)
    assert (held.cfi.value, held.rmsea.value, held.rmsea_interval.low) == (1.0, 0.0, 0.0)
    over = fit_indices(Discrepancy(100, 5.0, 9, 100.0, 15), 0.0, -10.0, 12)
    assert (over.tli.value or 0) > 1


def test_a_baseline_that_fits_leaves_no_tli() -> None:
    assert fit_indices(Discrepancy(100, 5.0, 9, 15.0, 15), 0.0, -10.0, 12).tli.reason is Reason.NO_VARIANCE


def test_the_interval_holds_the_estimate() -> None:
    held = fit_indices(Discrepancy(240, 40.0, 9, 800.0, 15), 0.05, -10.0, 12)
    low, high = held.rmsea_interval.low, held.rmsea_interval.high
    assert low is not None
    assert high is not None
    assert low < (held.rmsea.value or 0) < high
    assert held.rmsea_interval.level == 0.9


def test_mean_residuals_count_where_they_are_fitted() -> None:
    square = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert bentler_srmr(square, square) == 0.0
    assert bentler_srmr(square, square, np.array([0.5, 0.0])) == pytest.approx(np.sqrt(0.25 / 5))
