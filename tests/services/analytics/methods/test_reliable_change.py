"""Reliable change: the formula, its verdict at the level, and scores that err without bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.reliable_change import ChangeDirection, reliable_change
from services.analytics.methods.results import Quantity, Reason, undefined

SD, RELIABILITY = Quantity(0.5), Quantity(0.8)


@given(st.floats(1, 5), st.floats(1, 5), st.floats(0.1, 2), st.floats(0, 0.99))
def test_the_index_is_its_formula(pre: float, post: float, sd: float, reliability: float) -> None:
    held = reliable_change(Quantity(pre), Quantity(post), Quantity(sd), Quantity(reliability))
    error = sd * (1 - reliability) ** 0.5
    assert held.index.value == pytest.approx((post - pre) / (error**2 + error**2) ** 0.5, abs=1e-9)
    assert held.index.value is not None
    moved = abs(held.index.value) > 1.959963984540054
    assert (held.direction is not ChangeDirection.WITHIN_ERROR) is moved


def test_directions() -> None:
    found = [reliable_change(Quantity(3.0), Quantity(post), SD, RELIABILITY) for post in (4.0, 3.1, 2.0)]
    assert [one.direction for one in found] == [
        ChangeDirection.ROSE,
        ChangeDirection.WITHIN_ERROR,
        ChangeDirection.FELL,
    ]
    wide = reliable_change(Quantity(3.0), Quantity(4.0), SD, RELIABILITY, level=0.999)
    assert wide.direction is ChangeDirection.WITHIN_ERROR


@pytest.mark.parametrize(
    ("sd", "reliability", "reason"),
    [
        (undefined(Reason.TOO_FEW_ROWS), RELIABILITY, Reason.TOO_FEW_ROWS),
        (SD, undefined(Reason.NO_VARIANCE), Reason.NO_VARIANCE),
        (SD, Quantity(-0.1), Reason.NEGATIVE_VARIANCE),
        (SD, Quantity(1.0), Reason.NO_RESIDUAL_VARIANCE),
        (Quantity(0.0), RELIABILITY, Reason.NO_VARIANCE),
    ],
)
def test_errors_that_are_not_known_leave_the_change(
    sd: Quantity, reliability: Quantity, reason: Reason
) -> None:
    held = reliable_change(Quantity(3.0), Quantity(3.5), sd, reliability)
    assert held.change.value == 0.5
    assert held.index.reason is reason
    assert held.direction is None


def test_a_missing_wave_is_undefined() -> None:
    held = reliable_change(undefined(Reason.MISSING_RULE), Quantity(3.5), SD, RELIABILITY)
    assert held.change.reason is held.index.reason is Reason.MISSING_RULE
    assert held.standard_error.value is not None


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="reliability"):
        reliable_change(Quantity(3.0), Quantity(3.5), SD, Quantity(1.1))
    with pytest.raises(ValueError, match="probability"):
        reliable_change(Quantity(3.0), Quantity(3.5), SD, RELIABILITY, level=1.0)
