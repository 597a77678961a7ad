"""REML with one intercept: reference values, lme4 on gaps, zero variance, scale, degenerate groups."""

from math import log, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.group_sums import group_sums
from services.analytics.methods.icc import one_way
from services.analytics.methods.results import Reason
from services.analytics.methods.variance_components import (
    EmpiricalBayes,
    Spread,
    empirical_bayes,
    one_way_reml,
    reml_of_sums,
)

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import dyad_values, given_values
from .test_icc import NAMES, values_by_case

R = computed_by_r("agreement")


def dense_criterion(values: FloatArray, codes: FloatArray, between: float, within: float) -> float:
    covariance = between * (codes[:, None] == codes) + within * np.eye(values.size)
    inverse = np.linalg.inv(covariance)
    weight = inverse.sum()
    left = values - inverse.sum(axis=0) @ values / weight
    logs = np.linalg.slogdet(covariance)[1] + log(weight) + (values.size - 1) * log(2 * pi)
    return float(logs + left @ inverse @ left)


@pytest.mark.parametrize("name", NAMES)
def test_reference(twelve: TwelveCases, agrees: Compare, name: str) -> None:
    held = one_way_reml(*values_by_case(twelve, name))
    agrees(f"icc/{name}/tau2_reml", held.between)
    agrees(f"icc/{name}/sigma2_reml", held.within)
    agrees(f"icc/{name}/icc1_reml", held.icc)
    agrees(f"icc/{name}/mu_reml", held.mean)
    agrees(f"icc/{name}/se_mu_reml", held.standard_error)
    agrees(f"icc/{name}/reml_crit", held.criterion)


@pytest.mark.parametrize("wave", [1, 2])
@pytest.mark.parametrize("name", ["dyads", "given"])
def test_unbalanced_groups_agree_with_lme4(name: str, wave: int) -> None:
    values, groups = dyad_values(wave) if name == "dyads" else given_values(wave)
    key = f"{name}_w{wave}"
    fit = one_way_reml(values, groups)
    found = [fit.between, fit.within, fit.mean, fit.standard_error, fit.criterion]
    assert [one.value for one in found] == pytest.approx(R[f"{key}/reml"], rel=2e-6)
    assert fit.criterion.value == pytest.approx(R[f"{key}/reml"][4], abs=1e-8)
    assert fit.against_zero.value == pytest.approx(R[f"{key}/against_zero"], rel=1e-5)
    held = empirical_bayes(values, groups)
    assert isinstance(held, EmpiricalBayes)
    assert held.estimates.tolist() == pytest.approx(R[f"{key}/eb"], rel=1e-6)
    assert held.spread.tolist() == pytest.approx(R[f"{key}/eb_sd"], rel=1e-5)
    assert (held.prediction_errors > held.spread).all()


def test_no_neighbour_is_lower() -> None:
    values, groups = dyad_values(1)
    codes = np.unique(groups, return_inverse=True)[1].astype(float)
    fit = one_way_reml(values, groups)
    assert fit.between.value is not None
    assert fit.within.value is not None
    best = dense_criterion(values, codes, fit.between.value, fit.within.value)
    assert fit.criterion.value == pytest.approx(best, abs=1e-9)
    for first, second in [(1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)]:
        moved = dense_criterion(values, codes, fit.between.value * first, fit.within.value * second)
        assert moved > best


def test_zero_variance_is_said_and_every_group_stands_at_the_mean() -> None:
    values, groups = [1.0, 5.0, 2.0, 4.0, 3.0, 2.5], list("aabbcc")
    fit = one_way_reml(values, groups)
    assert fit.spread is Spread.ZERO
    assert (fit.between.value, fit.icc.value, fit.against_zero.value) == (0.0, 0.0, 1.0)
    assert fit.within.value == pytest.approx(float(np.var(values, ddof=1)))
    held = empirical_bayes(values, groups)
    assert isinstance(held, EmpiricalBayes)
    assert held.estimates.tolist() == pytest.approx([fit.mean.value] * 3)
    assert held.spread.tolist() == [0.0, 0.0, 0.0]
    assert (held.prediction_errors > 0).all()


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([], [], Reason.NO_DATA),
        ([1, 2], list("aa"), Reason.TOO_FEW_CLUSTERS),
        ([1, 2, 3], list("abc"), Reason.NOT_IDENTIFIED),
        ([2, 2, 2, 2], list("aabb"), Reason.NO_VARIANCE),
        ([1, 1, 2, 2], list("aabb"), Reason.NO_RESIDUAL_VARIANCE),
    ],
)
def test_undefined(values: list[float], groups: list[str], reason: Reason) -> None:
    fit = one_way_reml(values, groups)
    assert fit.between.reason is fit.icc.reason is fit.criterion.reason is fit.against_zero.reason is reason
    assert fit.spread is None
    assert empirical_bayes(values, groups) is reason


def test_nearly_no_residual_still_converges() -> None:
    fit = one_way_reml([1, 1 + 1e-5, 2, 2 - 1e-5, 4, 4 + 1e-5], list("aabbcc"))
    assert fit.icc.value == pytest.approx(1.0, abs=1e-8)
    assert fit.between.value == pytest.approx(float(np.var([1, 2, 4], ddof=1)), rel=1e-4)


def test_ten_thousand_groups_are_no_burden_to_the_digits() -> None:
    draws = np.random.default_rng(11)
    sizes = draws.integers(2, 9, 10_000)
    groups = np.repeat(np.arange(10_000), sizes)
    values = draws.normal(3, 0.5, 10_000)[groups] + draws.normal(0, 1, groups.size)
    fit = reml_of_sums(group_sums(values, groups))
    assert fit.between.value == pytest.approx(0.25, abs=0.02)
    assert fit.within.value == pytest.approx(1.0, abs=0.02)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(4, 20)), min_size=8, max_size=40), st.integers(-5, 5)
)
def test_relabelling_and_a_constant(rows: list[tuple[int, int]], constant: int) -> None:
    groups, values = np.array(rows).T
    fit = one_way_reml(values / 4, groups)
    turned = one_way_reml(values[::-1] / 4 + constant, 7 - groups[::-1])
    assert fit.between.reason is turned.between.reason
    if fit.between.value is not None and fit.mean.value is not None:
        assert turned.between.value == pytest.approx(fit.between.value, abs=1e-6)
        assert turned.criterion.value == pytest.approx(fit.criterion.value, abs=1e-8)
        assert turned.mean.value == pytest.approx(fit.mean.value + constant, abs=1e-6)


@given(st.lists(st.tuples(*[st.integers(1, 9)] * 4), min_size=3, max_size=9))
def test_balanced_groups_give_the_anova_or_zero(rows: list[tuple[int, int, int, int]]) -> None:
    values, groups = np.array(rows).ravel(), np.repeat(np.arange(len(rows)), 4)
    fit, anova = one_way_reml(values, groups), one_way(values, groups)
    if fit.icc.value is not None and anova.icc1_usual_size.value is not None:
        assert fit.icc.value == pytest.approx(max(anova.icc1_usual_size.value, 0.0), abs=1e-7)
