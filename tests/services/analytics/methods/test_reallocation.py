"""Re-allocation: all differences against a literal listing, large strata, and drawn ones in chunks."""

import numpy as np
import pytest

from services.analytics.methods.reallocation import (
    Allocated,
    MonteCarlo,
    Statistic,
    allocated,
    drawn_differences,
    every_difference,
)


def held_of(values: list[float], arm: list[int], strata: str, statistic: Statistic) -> Allocated:
    held = allocated(values, arm, list(strata), statistic)
    assert isinstance(held, Allocated)
    return held


@pytest.mark.parametrize("statistic", Statistic)
def test_the_observed_difference_is_among_all(statistic: Statistic) -> None:
    held = held_of([5, 4, 1, 2, 3.5, 2.5, 6], [1, 1, 0, 0, 1, 0, 1], "AAAABBB", statistic)
    found = every_difference(held)
    assert found.size == held.possible == 18
    assert np.isclose(found, held.observed).any()


def test_within_strata_weighs_by_cases() -> None:
    held = held_of([5, 4, 1, 2, 7], [1, 0, 0, 1, 1], "AABBB", Statistic.WITHIN_STRATA)
    assert held.observed == pytest.approx((2 * (5 - 4) + 3 * (4.5 - 1)) / 5)
    alone = held_of([5, 4, 1], [1, 0, 1], "AAB", Statistic.WITHIN_STRATA)
    assert alone.observed == pytest.approx(1.0)


def test_a_stratum_of_many_with_one_treated_is_quick() -> None:
    values = np.arange(3000.0)
    held = held_of(values.tolist(), [1] + [0] * 2999, "A" * 3000, Statistic.DIFFERENCE)
    assert every_difference(held).size == 3000


def test_draws_keep_every_stratum_s_count() -> None:
    held = held_of([1, 0, 0, 0, 10, 0], [1, 0, 0, 1, 1, 0], "AAABBB", Statistic.DIFFERENCE)
    every = set(every_difference(held).round(9).tolist())
    drawn = drawn_differences(held, MonteCarlo(np.random.default_rng(3), 25_001))
    assert drawn.size == 25_001
    assert set(drawn.round(9).tolist()) == every
