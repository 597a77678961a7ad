"""The six invariants: as computed from raw effects, additive, whatever the order of members."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.round_robin_sums import (
    component_weights,
    components_of,
    round_robin_sums,
    sums_of_columns,
)

CASES = st.integers(4, 8).flatmap(
    lambda n: hnp.arrays(
        np.int64, st.tuples(st.integers(1, 5), st.just(n), st.just(n)), elements=st.integers(6, 30)
    )
)


def from_effects(means: FloatArray) -> list[float]:
    """Warner, Kenny and Stoto, step by step from effects."""
    n = len(means)
    held = means.copy()
    np.fill_diagonal(held, np.nan)
    rows, columns, mean = np.nanmean(held, axis=1), np.nanmean(held, axis=0), np.nanmean(held)
    near, far, both = (n - 1) ** 2 / (n * (n - 2)), (n - 1) / (n * (n - 2)), (n - 1) / (n - 2)
    actor = near * rows + far * columns - both * mean
    partner = near * columns + far * rows - both * mean
    left = held - actor[:, None] - partner - mean
    between = np.nansum(((left + left.T) / 2) ** 2) / ((n - 1) * (n - 2) / 2 - 1)
    within = np.nansum((left - left.T) ** 2) / 2 / ((n - 1) * (n - 2))
    own, dyadic = (between + within) / 2, (between - within) / 2
    noise = ((n - 1) * own + dyadic) / (n * (n - 2))
    crossed = actor @ partner / (n - 1) - ((n - 1) * dyadic + own) / (n * (n - 2))
    return [actor @ actor / (n - 1) - noise, partner @ partner / (n - 1) - noise, own, crossed, dyadic]


@given(CASES)
def test_components_are_those_of_the_effects(whole: FloatArray) -> None:
    cases = whole / 6
    found = components_of(round_robin_sums(cases))
    for column, means in zip(found.T, cases, strict=True):
        assert column == pytest.approx(from_effects(means), abs=1e-10)


@given(CASES)
def test_pooling_sums_is_pooling_cases(whole: FloatArray) -> None:
    sums = round_robin_sums(whole / 6)
    pooled = component_weights(sums.size) @ sums.sums.sum(axis=1)
    assert pooled == pytest.approx(components_of(sums).sum(axis=1), rel=1e-12, abs=1e-12)


@given(CASES, st.randoms(use_true_random=False), st.integers(-3, 3))
def test_members_are_exchangeable_and_a_constant_moves_nothing(
    whole: FloatArray, draws: Random, constant: int
) -> None:
    order = list(range(whole.shape[1]))
    draws.shuffle(order)
    turned = whole[:, order][:, :, order]
    held, other = round_robin_sums(whole), round_robin_sums(turned)
    assert (held.sums == other.sums).all()
    moved = components_of(round_robin_sums(whole / 6 + constant))
    assert moved == pytest.approx(components_of(round_robin_sums(whole / 6)), abs=1e-9)


def test_both_layouts_and_an_unread_diagonal() -> None:
    draws = np.random.default_rng(2)
    cases = draws.integers(6, 31, (7, 5, 5)) / 6
    holed = cases.copy()
    holed[:, range(5), range(5)] = np.nan
    first = round_robin_sums(cases)
    second = sums_of_columns(np.ascontiguousarray(holed.transpose(1, 2, 0)))
    assert (first.sums == second.sums).all()
    assert first.cases == 7
    assert first.means == pytest.approx(np.nanmean(holed, axis=(1, 2)))


def test_gaps_shapes_and_small_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        round_robin_sums(np.array([[[0, np.nan], [1, 0]]]))
    with pytest.raises(ValueError, match="cases x n x n"):
        round_robin_sums([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="4 members"):
        components_of(round_robin_sums(np.ones((1, 3, 3))))
