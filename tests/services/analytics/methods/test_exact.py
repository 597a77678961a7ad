"""Exact means do not depend on order and round once."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.exact import (
    float_mean,
    float_sd,
    mean,
    mean_of_few_ratios,
    mean_of_ratios,
    rounded,
)
from services.analytics.methods.results import Reason

RATIO = st.integers(0, 6).flatmap(lambda count: st.tuples(st.integers(count, 5 * count), st.just(count)))


@given(st.lists(RATIO, max_size=30).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_mean_of_ratios_is_exact_in_any_order(
    both: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    held = [mean_of_ratios(*_columns(rows)) for rows in both]
    known = [Fraction(total, count) for total, count in both[0] if count]
    assert held[0] == held[1] == (sum(known, Fraction(0)) / len(known) if known else None)


@given(st.lists(RATIO, max_size=30))
def test_the_mean_of_few_is_the_same_to_the_bit(rows: list[tuple[int, int]]) -> None:
    exactly = rounded(mean_of_ratios(*_columns(rows)))
    assert mean_of_few_ratios([total for total, _ in rows], [count for _, count in rows]) == exactly


def _columns(rows: list[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def test_nothing_has_no_mean() -> None:
    assert mean([None]) is None
    assert rounded(None).reason is Reason.NO_DATA
    assert float_mean([]).reason is Reason.NO_DATA
    assert float_sd([3.0]).reason is Reason.TOO_FEW_ROWS


def test_sd_uses_ddof_one() -> None:
    assert float_sd([2.0, 4.0, 6.0]).value == 2.0
