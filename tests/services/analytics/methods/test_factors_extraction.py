"""Extraction: gradients and Hessians against differences, and loadings from uniquenesses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_extraction import (
    Extraction,
    _likelihood,
    _residuals,
    loadings_at,
    uniquenesses,
)
from services.analytics.methods.factors_sample import sample_of

from .factor_references import rows

STEP = 1e-5


def correlation() -> FloatArray:
    return sample_of(rows("two_factors")).correlation


@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([_likelihood, _residuals]))
@settings(max_examples=25)
def test_derivatives_are_those_of_the_discrepancy(seed: int, factors: int, local: object) -> None:
    problem = _likelihood if local is _likelihood else _residuals
    logs = np.log(np.random.default_rng(seed).uniform(0.2, 0.7, 8))
    _, gradient, hessian = problem(correlation(), factors, np.exp(logs))
    for item in range(8):
        step = np.zeros(8)
        step[item] = STEP
        above, below = (problem(correlation(), factors, np.exp(logs + sign * step)) for sign in (1, -1))
        assert gradient[item] == pytest.approx((above[0] - below[0]) / (2 * STEP), abs=1e-7)
        assert hessian[item] == pytest.approx((above[1] - below[1]) / (2 * STEP), abs=1e-5)


@pytest.mark.parametrize("method", list(Extraction))
def test_uniqueness_and_communality_make_the_whole(method: Extraction) -> None:
    psi = uniquenesses(correlation(), 2, method)
    assert isinstance(psi, np.ndarray)
    held = loadings_at(correlation(), 2, psi, method)
    assert (held**2).sum(axis=1) + psi == pytest.approx(np.ones(8), abs=1e-8)
    assert (held.sum(axis=0) >= 0).all()
