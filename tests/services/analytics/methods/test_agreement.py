"""Kappas: irr and psych on gaps, weights, fixed scales, coders of one category."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.agreement import Weights, cohen_kappa, fleiss_kappa
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.results import Reason

from .gappy_cases import computed_by_r
from .gappy_groups import coding

R = computed_by_r("agreement")


def test_cohen_agrees_with_irr_and_psych() -> None:
    codes = coding("codes")
    held = cohen_kappa(codes[:, 0], codes[:, 1])
    assert held.value.value == pytest.approx(R["cohen/plain"], rel=1e-12)
    assert held.standard_error.value == pytest.approx(R["cohen/plain_se"], rel=1e-9)
    assert held.units == R["cohen/n"]


@pytest.mark.parametrize("weights", [Weights.LINEAR, Weights.QUADRATIC])
def test_weighted_agrees_with_irr(weights: Weights) -> None:
    codes = coding("ordered")
    held = cohen_kappa(codes[:, 0], codes[:, 1], weights)
    assert held.value.value == pytest.approx(R[f"cohen/{weights.value}"], rel=1e-12)


@pytest.mark.parametrize("weights", Weights)
def test_the_standard_error_is_the_delta_method_s(weights: Weights) -> None:
    codes = coding("ordered")[:, :2]
    codes = codes[~np.isnan(codes).any(axis=1)].astype(int) - 1
    shares = np.zeros((5, 5))
    np.add.at(shares, tuple(codes.T), 1 / len(codes))
    agreed = weights.of(5)

    def kappa(at: FloatArray) -> float:
        expected = at.sum(axis=1) @ agreed @ at.sum(axis=0) / at.sum() ** 2
        return float(((agreed * at).sum() / at.sum() - expected) / (1 - expected))

    steps = np.eye(25).reshape(25, 5, 5) * 1e-6
    slopes = np.array([(kappa(shares + step) - kappa(shares - step)) / 2e-6 for step in steps])
    flat = shares.ravel()
    variance = (flat @ slopes**2 - (flat @ slopes) ** 2) / len(codes)
    held = cohen_kappa(codes[:, 0], codes[:, 1], weights)
    assert held.standard_error.value == pytest.approx(np.sqrt(variance), rel=1e-6)


def test_fleiss_agrees_with_irr() -> None:
    held = fleiss_kappa(coding("codes"))
    units, value, z, _ = R["fleiss"]
    assert held.units == units
    assert held.value.value == pytest.approx(value, rel=1e-12)
    assert held.standard_error.value == pytest.approx(value / z, rel=1e-10)
    assert held.interval.reason is Reason.NOT_ASKED


def test_an_unused_category_moves_only_weighted_agreement() -> None:
    first, second = [1, 1, 2, 5, 5], [1, 2, 2, 5, 1]
    scale = [1, 2, 3, 4, 5]
    plain = [cohen_kappa(first, second, categories=one).value.value for one in (None, scale)]
    assert plain[0] == pytest.approx(plain[1])
    narrow, wide = (cohen_kappa(first, second, Weights.LINEAR, one).value.value for one in (None, scale))
    assert narrow != pytest.approx(wide)
    with pytest.raises(ValueError, match="not all among"):
        cohen_kappa(first, second, categories=[1, 2, 3])


def test_disagreement_is_negative() -> None:
    value = cohen_kappa([1, 1, 2, 2], [2, 2, 1, 1]).value.value
    assert value == pytest.approx(-1.0)


def test_full_agreement_is_one_without_an_error() -> None:
    held = cohen_kappa([1, 2, 3, 1], [1, 2, 3, 1])
    assert held.value.value == 1.0
    assert held.standard_error.reason is held.interval.reason is Reason.NO_RESIDUAL_VARIANCE
    assert fleiss_kappa([[1, 1], [2, 2], [3, 3]]).value.value == 1.0


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [], Reason.NO_DATA),
        ([1, np.nan], [np.nan, 2], Reason.NO_DATA),
        ([2, 2], [2, 2], Reason.NO_VARIANCE),
    ],
)
def test_cohen_undefined(first: list[float], second: list[float], reason: Reason) -> None:
    held = cohen_kappa(first, second)
    assert held.value.reason is held.p.reason is held.interval.reason is reason


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (np.zeros((0, 2)), Reason.NO_DATA),
        ([[1], [2]], Reason.TOO_FEW_ITEMS),
        ([[3, 3], [3, 3]], Reason.NO_VARIANCE),
        ([[1, np.nan], [np.nan, 2]], Reason.NO_DATA),
    ],
)
def test_fleiss_undefined(codes: list[list[float]], reason: Reason) -> None:
    assert fleiss_kappa(codes).value.reason is reason


def test_two_coders_code_the_same_units() -> None:
    with pytest.raises(ValueError, match="same units"):
        cohen_kappa([1, 2], [1])


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=40))
def test_coders_and_order_are_exchangeable(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs).T
    for weights in Weights:
        one = cohen_kappa(first, second, weights).value
        two = cohen_kappa(5 - second[::-1], 5 - first[::-1], weights).value
        assert one.reason is two.reason
        if one.value is not None:
            assert two.value == pytest.approx(one.value, abs=1e-12)
