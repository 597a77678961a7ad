"""Sandwiches: hand values and the names of the families."""

import numpy as np
import pytest

from services.analytics.methods.least_squares import LeastSquares, design_of, least_squares
from services.analytics.methods.results import Reason
from services.analytics.methods.sandwich import Errors, Sandwich, clustered, heteroskedastic


@pytest.fixture
def fit() -> LeastSquares:
    held = least_squares([1, 2, 2, 4], design_of([0, 1, 2, 3]))
    assert isinstance(held, LeastSquares)
    return held


@pytest.mark.parametrize(("errors", "variance"), [(Errors.HC0, 0.515 / 25), (Errors.HC1, 1.03 / 25)])
def test_hand_values(fit: LeastSquares, errors: Errors, variance: float) -> None:
    held = heteroskedastic(fit, errors)
    assert isinstance(held, Sandwich)
    assert held.variances[1] == pytest.approx(variance)
    assert held.df == (2.0, 2.0)


def test_cr0_by_hand(fit: LeastSquares) -> None:
    # Residuals .1 .2 -.7 .4, centred x -1.5 -.5 .5 1.5: cluster sums -.25 and .25.
    held = clustered(fit, np.array([0, 0, 1, 1]), Errors.CR0)
    assert isinstance(held, Sandwich)
    assert held.variances[1] == pytest.approx(0.125 / 25)


def test_one_cluster_is_too_few(fit: LeastSquares) -> None:
    assert clustered(fit, np.zeros(4, np.int64), Errors.CR2) is Reason.TOO_FEW_CLUSTERS


def test_the_families_know_whether_they_need_clusters() -> None:
    assert [one.value for one in Errors if not one.clustered] == ["hc0", "hc1", "hc2", "hc3"]
