"""Structures: slopes against differences, settled signs, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.factors_structure import structure_of
from services.analytics.methods.results import Reason

THREE = structure_of([[0, 1], [2, 3], [6, 4, 5]], 7)


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_slopes_are_those_of_the_covariances(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-0.8, 0.9, THREE.parameters)
    slopes = THREE.slopes(values)
    for at in range(THREE.parameters):
        step = np.zeros(THREE.parameters)
        step[at] = 1e-5
        wanted = (THREE.covariance(values + step) - THREE.covariance(values - step)) / 2e-5
        assert slopes[at] == pytest.approx(wanted, abs=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_settling_signs_leaves_the_covariances(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-0.8, 0.9, THREE.parameters)
    settled = THREE.settled(values)
    assert THREE.covariance(settled) == pytest.approx(THREE.covariance(values), abs=1e-12)
    assert (THREE.loadings(settled).sum(axis=0) >= 0).all()


def test_items_keep_the_groups_order() -> None:
    assert THREE.items.tolist() == [0, 1, 2, 3, 6, 4, 5]
    assert THREE.spare == 28 - 17


@pytest.mark.parametrize("by", [[[0, 1]], [[0], [1, 2, 3]], [[0, 1, 2], [3]]])
def test_too_few_items_a_factor_are_not_identified(by: list[list[int]]) -> None:
    assert structure_of(by, 6).problem() is Reason.NOT_IDENTIFIED


@pytest.mark.parametrize("by", [[], [[]], [[0, 0, 1]], [[0, 1, 9]], [[-1, 0, 1]]])
def test_structures_that_are_none_are_refused(by: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="factor"):
        structure_of(by, 6)
