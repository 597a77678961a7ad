"""Moments add up: parts merged equal the whole, bit by bit on whole numbers."""

import numpy as np
import pytest

from services.analytics.methods.moments import complete_rows, moments_of


def with_gaps(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 6, size=(40, 4)).astype(float)
    rows[rng.random(rows.shape) < 0.2] = np.nan
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_parts_merged_are_the_whole(seed: int) -> None:
    rows = with_gaps(seed)
    whole, merged = moments_of(rows), moments_of(rows[:13]) + moments_of(rows[13:])
    assert whole.rows == merged.rows
    assert np.array_equal(whole.covariance, merged.covariance)
    assert np.array_equal(whole.means, merged.means)


def test_pairwise_covariance_is_that_of_the_complete_pairs() -> None:
    rows = with_gaps(7)
    held = moments_of(rows).covariance
    for i in range(4):
        for j in range(4):
            both = ~np.isnan(rows[:, i] + rows[:, j])
            wanted = np.cov(rows[both, i], rows[both, j])[0, 1]
            assert held[i, j] == pytest.approx(wanted, rel=1e-12)


def test_listwise_keeps_the_complete_rows() -> None:
    assert complete_rows(np.array([[1, np.nan], [2, 3]])).tolist() == [[2.0, 3.0]]


def test_one_row_has_no_covariance() -> None:
    assert np.isnan(moments_of([[1, 2]]).covariance).all()
