"""The slope over resampled clusters: the regression's own, draw by draw; none where x stands still."""

import numpy as np
import pytest

from services.analytics.methods.least_squares import design_of
from services.analytics.methods.regression import regress
from services.analytics.methods.resampling import cluster_weights
from services.analytics.methods.results import Reason
from services.analytics.methods.sandwich import Errors
from services.analytics.methods.slope_bootstrap import slope_interval, slope_of_sums, slope_statistics

RNG = np.random.default_rng(6)
CASES = np.repeat(np.arange(9), 3)
X = RNG.uniform(1, 5, 27)
Y = 0.5 * X + RNG.normal(size=27)


def test_each_draw_is_the_regression_of_the_drawn_rows() -> None:
    indices = RNG.integers(0, 9, (20, 9))
    found = slope_of_sums(cluster_weights(indices, 9) @ slope_statistics(X, Y, CASES))
    for draw, slope in zip(indices, found, strict=True):
        rows = np.concatenate([np.flatnonzero(case == CASES) for case in draw])
        fit = regress(Y[rows], design_of(X[rows]), Errors.HC0)
        assert slope == pytest.approx(fit.slope.value.value, abs=1e-12)


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    one, again, other = (slope_interval(X, Y, CASES, seed) for seed in (1, 1, 2))
    assert one == again
    assert one.percentile != other.percentile
    assert one.clusters == 9


def test_shifted_scales_give_the_same_slope() -> None:
    one = slope_interval(X, Y, CASES, seed=1)
    moved = slope_interval(X + 1e6, Y - 1e6, CASES, seed=1)
    assert moved.value.value == pytest.approx(one.value.value, abs=1e-6)


def test_an_x_that_stands_still_has_no_slope() -> None:
    found = slope_interval(np.full(27, 3.0), Y, CASES, seed=1)
    assert (found.value.value, found.value.reason) == (None, Reason.NO_VARIANCE)


def test_one_cluster_has_a_slope_and_no_interval() -> None:
    found = slope_interval(X, Y, np.zeros(27), seed=1)
    assert found.value.value is not None
    assert found.percentile.reason is Reason.TOO_FEW_CLUSTERS


def test_no_row_at_all() -> None:
    found = slope_interval([], [], [], seed=1)
    assert found.value.value is None


def test_refuses_gaps_and_other_sums() -> None:
    with pytest.raises(ValueError, match="complete"):
        slope_statistics([1, np.nan], [1, 2], [0, 1])
    with pytest.raises(ValueError, match="5 wide"):
        slope_of_sums(np.zeros((1, 4)))
