"""A quantity is a finite number or a reason; an interval has both ends or neither."""

import pytest

from services.analytics.methods.results import (
    Interval,
    Quantity,
    Reason,
    quantity,
    share,
    undefined,
    undefined_estimate,
)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_quantity_refuses_what_is_no_number(value: float | None) -> None:
    with pytest.raises(ValueError, match="quantity"):
        Quantity(value)


def test_quantity_refuses_a_number_beside_a_reason() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Quantity(0.0, Reason.NO_DATA)


def test_zero_is_a_number() -> None:
    assert quantity(0.0) == Quantity(0.0)
    assert share(0, 3).value == 0


def test_an_empty_whole_is_undefined() -> None:
    assert share(0, 0) == undefined(Reason.NO_DATA)


@pytest.mark.parametrize(
    ("low", "high", "reason"),
    [(1.0, None, None), (2.0, 1.0, None), (0.0, 1.0, Reason.NO_DATA), (0.0, float("nan"), None)],
)
def test_interval_refuses_half_an_interval(
    low: float | None, high: float | None, reason: Reason | None
) -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(low, high, reason)


def test_undefined_estimate_keeps_the_value_it_is_given() -> None:
    held = undefined_estimate(Reason.NO_RESIDUAL_VARIANCE, Quantity(0.5))
    assert held.value.value == 0.5
    assert held.p.reason is held.interval.reason is Reason.NO_RESIDUAL_VARIANCE


def test_reasons_are_kebab_case() -> None:
    assert all(reason == reason.lower() and "_" not in reason for reason in Reason)
