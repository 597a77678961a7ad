"""The profiled criterion: the dense likelihood, its gradient, one term as in the one-way fit."""

from math import log, pi

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.least_squares import LeastSquares, least_squares
from services.analytics.methods.mixed_profile import MixedProfile
from services.analytics.methods.variance_components import one_way_reml


def drawn(terms: int) -> tuple[FloatArray, FloatArray, list[IntArray]]:
    draws = np.random.default_rng(terms)
    codes = [draws.integers(0, levels, 60) for levels in (12, 7, 3)][:terms]
    codes = [np.unique(code, return_inverse=True)[1].astype(np.int64) for code in codes]
    design = np.column_stack([np.ones(60), draws.normal(5, 2, 60)])
    outcome = design @ [1.0, 0.5] + draws.normal(0, 1, 60)
    outcome = outcome + sum(draws.normal(0, 1, code.max() + 1)[code] for code in codes)
    return outcome, design, codes


def dense(outcome: FloatArray, design: FloatArray, codes: list[IntArray], ratios: FloatArray) -> float:
    n, p = design.shape
    covariance = np.eye(n)
    for code, ratio in zip(codes, ratios, strict=True):
        covariance += ratio**2 * (code[:, None] == code)
    inverse = np.linalg.inv(covariance)
    inner = design.T @ inverse @ design
    left = outcome - design @ np.linalg.solve(inner, design.T @ inverse @ outcome)
    variance = left @ inverse @ left / (n - p)
    logs = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(inner)[1]
    return float(logs + (n - p) * (1 + log(2 * pi * variance)))


def fitted(outcome: FloatArray, design: FloatArray) -> LeastSquares:
    fit = least_squares(outcome, design)
    assert isinstance(fit, LeastSquares)
    return fit


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_it_is_the_dense_likelihood(terms: int) -> None:
    outcome, design, codes = drawn(terms)
    profile = MixedProfile(fitted(outcome, design), codes)
    for ratios in [np.full(terms, 0.7), np.linspace(0, 0.8, terms), np.zeros(terms)]:
        value, gradient = profile.criterion(ratios)
        assert value == pytest.approx(dense(outcome, design, codes, ratios), abs=1e-9)
        for place in range(terms):
            step = np.zeros(terms)
            step[place] = 1e-5
            above, below = (dense(outcome, design, codes, ratios + sign * step) for sign in (1, -1))
            assert gradient[place] == pytest.approx((above - below) / 2e-5, abs=1e-4)


def test_one_term_and_an_intercept_is_the_one_way_criterion() -> None:
    outcome, _, codes = drawn(1)
    fit = one_way_reml(outcome, codes[0])
    profile = MixedProfile(fitted(outcome, np.ones((60, 1))), codes)
    assert fit.between.value is not None
    assert fit.within.value is not None
    ratio = np.array([(fit.between.value / fit.within.value) ** 0.5])
    value, gradient = profile.criterion(ratio)
    assert value == pytest.approx(fit.criterion.value, abs=1e-9)
    assert gradient == pytest.approx([0.0], abs=1e-6)
