"""Rotation: simple structure found again for two and three factors, order and signs settled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_rotation import Rotated, Rotation, rotate
from services.analytics.methods.results import Reason

SIMPLE = np.kron(np.diag([0.8, 0.7, 0.6]), np.ones((3, 1)))


def turned(loadings: FloatArray, rotation: Rotation) -> Rotated:
    held = rotate(loadings, rotation)
    assert not isinstance(held, Reason)
    return held


def spin(seed: int, size: int) -> FloatArray:
    return np.asarray(np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0])


@given(st.integers(0, 1_000))
@settings(max_examples=15)
def test_varimax_undoes_any_turn(seed: int) -> None:
    held = turned(SIMPLE @ spin(seed, 3), Rotation.VARIMAX)
    assert held.loadings == pytest.approx(SIMPLE, abs=1e-8)
    assert np.array_equal(held.correlations, np.eye(3))


@pytest.mark.parametrize("between", [0.0, 0.3, 0.5])
def test_oblimin_finds_correlated_factors(between: float) -> None:
    phi = np.full((3, 3), between) + (1 - between) * np.eye(3)
    roots, vectors = np.linalg.eigh(SIMPLE @ phi @ SIMPLE.T)
    held = turned(vectors[:, -3:] * np.sqrt(roots[-3:]), Rotation.OBLIMIN)
    assert held.loadings == pytest.approx(SIMPLE, abs=1e-6)
    assert held.correlations == pytest.approx(phi, abs=1e-6)


@pytest.mark.parametrize("rotation", list(Rotation))
def test_one_factor_has_nowhere_to_turn(rotation: Rotation) -> None:
    held = turned(np.array([[-0.8], [-0.6], [0.1]]), rotation)
    assert held.loadings[:, 0].tolist() == [0.8, 0.6, -0.1]


def test_an_item_that_loads_on_nothing_stays_there() -> None:
    held = turned(np.vstack([SIMPLE[:, :2], np.zeros((1, 2))]) @ spin(1, 2), Rotation.VARIMAX)
    assert held.loadings[-1].tolist() == [0.0, 0.0]
