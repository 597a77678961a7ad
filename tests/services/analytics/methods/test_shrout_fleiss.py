"""The six intraclass correlations: the 1979 table, psych on gaps, perfect and absent agreement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.results import Reason
from services.analytics.methods.shrout_fleiss import Intraclass, ShroutFleiss, shrout_fleiss

from .gappy_cases import computed_by_r
from .gappy_groups import coding

R = computed_by_r("agreement")
SIX = {
    "ICC1": "icc_1_1",
    "ICC2": "icc_2_1",
    "ICC3": "icc_3_1",
    "ICC1k": "icc_1_k",
    "ICC2k": "icc_2_k",
    "ICC3k": "icc_3_k",
}


def one_of(held: ShroutFleiss, name: str) -> Intraclass:
    found = getattr(held, SIX[name])
    assert isinstance(found, Intraclass)
    return found


def test_the_table_of_1979() -> None:
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    held = shrout_fleiss(table)
    found = [one_of(held, name).value.value for name in SIX]
    assert found == pytest.approx([0.17, 0.29, 0.71, 0.44, 0.62, 0.91], abs=5e-3)
    assert (held.targets, held.raters) == (6, 4)


@pytest.mark.parametrize("name", SIX)
def test_complete_rows_agree_with_psych(name: str) -> None:
    held = shrout_fleiss(coding("ordered"))
    one = one_of(held, name)
    value, f, df1, df2, p, low, high = R[f"shrout_fleiss/{name}"]
    assert held.targets == R["shrout_fleiss/n"]
    assert [one.value.value, one.f.value] == pytest.approx([value, f], rel=1e-10)
    assert one.df == (df1, df2)
    assert one.p.value == pytest.approx(p, rel=1e-7)
    assert [one.interval.low, one.interval.high] == pytest.approx([low, high], rel=1e-8)


def test_raters_who_agree_but_for_their_level() -> None:
    held = shrout_fleiss([[1, 2], [2, 3], [4, 5]])
    assert held.icc_3_1.value.value == held.icc_3_k.value.value == 1.0
    assert held.icc_3_1.f.reason is Reason.NO_RESIDUAL_VARIANCE
    agreed = held.icc_2_1.value.value
    assert agreed is not None
    assert 0 < agreed < 1
    assert held.icc_1_1.value.value is not None


def test_raters_who_agree_fully() -> None:
    held = shrout_fleiss([[1, 1], [2, 2], [4, 4]])
    assert [one_of(held, name).value.value for name in SIX] == [1.0] * 6


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.zeros((0, 3)), Reason.TOO_FEW_ROWS),
        ([[1, 2, np.nan], [1, 2, 3]], Reason.TOO_FEW_ROWS),
        ([[1], [2], [3]], Reason.TOO_FEW_ITEMS),
        (np.full((4, 3), 10 / 3), Reason.NO_VARIANCE),
    ],
)
def test_undefined(table: list[list[float]], reason: Reason) -> None:
    held = shrout_fleiss(table)
    for name in SIX:
        assert one_of(held, name).value.reason is one_of(held, name).interval.reason is reason


def test_a_mean_of_raters_who_disagree_more_than_chance() -> None:
    held = shrout_fleiss(np.array([[1, 5], [5, 1], [1, 5], [5, 1.5]]))
    assert held.icc_1_1.value.value is not None
    assert held.icc_1_1.value.value < 0


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=3, max_size=12), st.integers(1, 7))
def test_order_and_a_constant_change_nothing(rows: list[tuple[int, int, int]], constant: int) -> None:
    table = np.array(rows, dtype=float)
    held, turned = shrout_fleiss(table), shrout_fleiss(table[::-1, ::-1] + constant)
    for name in SIX:
        one, two = one_of(held, name).value, one_of(turned, name).value
        assert one.reason is two.reason
        if one.value is not None:
            assert two.value == pytest.approx(one.value, abs=1e-9, rel=1e-6)
