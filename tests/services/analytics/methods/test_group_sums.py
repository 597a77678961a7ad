"""Group sums: hand values, gaps, rounding that is no variance."""

import numpy as np
import pytest

from services.analytics.methods.group_sums import group_sums


def test_sums_are_those_of_the_rows() -> None:
    held = group_sums([2, 4, 9, np.nan, 1], list("bbaca"))
    assert held.means.tolist() == [5.0, 3.0]
    assert held.sizes.tolist() == [2.0, 2.0]
    assert held.within == 34.0
    assert held.grand_mean == 4.0
    assert held.between == 4.0
    assert (held.rows, held.groups, held.usual_size) == (4, 2, 2.0)


@pytest.mark.parametrize("value", [0.0, 3.0, 10 / 3, 1e8 / 7])
def test_equal_values_leave_exactly_no_spread(value: float) -> None:
    held = group_sums(np.full(9, value), [0, 0, 0, 1, 1, 1, 1, 2, 2])
    assert held.within == held.between == 0.0


def test_nothing_is_no_group() -> None:
    held = group_sums([np.nan], ["a"])
    assert (held.rows, held.groups) == (0, 0)


def test_every_value_has_a_label() -> None:
    with pytest.raises(ValueError, match="one label per row"):
        group_sums([1, 2], ["a"])
