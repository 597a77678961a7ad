"""Confirmatory factors and omega: lavaan's estimates, errors, indices; reasons where there is none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_confirmatory import (
    Confirmatory,
    Parameter,
    confirm,
    confirm_with_gaps,
    omega,
)
from services.analytics.methods.factors_fit_indices import FitIndices
from services.analytics.methods.factors_sample import Sample, sample_of
from services.analytics.methods.results import Reason

from .factor_references import NAMES, WITH_GAPS, groups, rows, values

MODELS = ("one", "more")


def model(name: str, kind: str) -> list[list[int]]:
    return groups(name) if kind == "more" else [list(range(rows(name).shape[1]))]


def numbers(parameters: tuple[Parameter, ...]) -> tuple[list[Any], list[Any]]:
    return [one.value.value for one in parameters], [one.standard_error.value for one in parameters]


def some(found: object) -> list[Any]:
    """What R writes: a list, or a single value unboxed."""
    return list(found) if isinstance(found, list) else [found]


def test_r_s_fit_where_it_is_proper(name: str, kind: str, way: str) -> None:
    wanted = values(name)[f"{way}_{kind}"]
    table, by = rows(name), model(name, kind)
    held = confirm(sample_of(table), by) if way == "cfa" else confirm_with_gaps(table, by)
    if min(wanted["uniquenesses"]) <= 0 or max(map(abs, some(wanted["correlations"]) or [0])) >= 1:
        assert held is Reason.IMPROPER_SOLUTION
        return
    if isinstance(held, Reason):
        # Three factors can correlate below 1 two by two, and still not be together.
        assert held is Reason.IMPROPER_SOLUTION
        assert impossible(some(wanted["correlations"]))
        return
    assert held.rows == wanted["n"]
    assert_parameters(held, wanted)
    assert_fit(held.fit, wanted)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.function is test_r_s_fit_where_it_is_proper:
        cases = [(name, kind, "cfa") for name in NAMES for kind in MODELS]
        cases += [(name, kind, "fiml") for name in WITH_GAPS for kind in MODELS]
        metafunc.parametrize(("name", "kind", "way"), cases)


def impossible(correlations: list[float]) -> bool:
    held = np.eye(3)
    held[np.triu_indices(3, 1)] = correlations
    return bool(np.linalg.eigvalsh(held + held.T - np.eye(3))[0] <= 0)


def assert_parameters(held: Confirmatory, wanted: dict[str, Any]) -> None:
    for ours, theirs in (
        (held.loadings, "loadings"),
        (held.uniquenesses, "uniquenesses"),
        (held.correlations, "correlations"),
    ):
        found, errors = numbers(ours)
        assert found == pytest.approx(some(wanted[theirs]), abs=2e-5)
        assert errors == pytest.approx(some(wanted[f"{theirs}_se"]), abs=2e-5)
    if "intercepts" in wanted:
        found, errors = numbers(held.intercepts)
        assert found == pytest.approx(wanted["intercepts"], abs=1e-5)
        assert errors == pytest.approx(wanted["intercepts_se"], abs=1e-5)
    assert [one.value for one in held.standardised] == pytest.approx(wanted["standardised"], abs=2e-5)
    assert [one.value for one in held.omegas] == pytest.approx(some(wanted["omegas"]), abs=1e-5)


def assert_fit(fit: FitIndices, wanted: dict[str, Any]) -> None:
    assert fit.chi_square.statistic.value == pytest.approx(wanted["chi2"], abs=1e-5)
    assert fit.chi_square.df.value == wanted["df"]
    assert fit.chi_square.p.value == pytest.approx(wanted["p"], abs=1e-6)
    assert fit.baseline.statistic.value == pytest.approx(wanted["baseline_chi2"], abs=1e-4)
    assert fit.baseline.df.value == wanted["baseline_df"]
    assert fit.cfi.value == pytest.approx(wanted["cfi"], abs=1e-6)
    assert fit.tli.value == pytest.approx(wanted["tli"], abs=1e-6)
    assert fit.rmsea.value == pytest.approx(wanted["rmsea"], abs=1e-5)
    ends = [fit.rmsea_interval.low, fit.rmsea_interval.high]
    assert ends == pytest.approx(wanted["rmsea_ci"], abs=1e-5)
    assert ends == pytest.approx(wanted["lavaan_rmsea_ci"], abs=1e-4)
    assert fit.close_fit.value == pytest.approx(wanted["rmsea_close"], abs=1e-5)
    assert fit.srmr.value == pytest.approx(wanted["srmr"], abs=1e-5)
    assert fit.log_likelihood.value == pytest.approx(wanted["logl"], abs=1e-5)
    assert fit.aic.value == pytest.approx(wanted["aic"], abs=1e-4)
    assert fit.bic.value == pytest.approx(wanted["bic"], abs=1e-4)
    assert fit.parameters == wanted["npar"]


@pytest.mark.parametrize("name", NAMES)
def test_omega_is_that_of_the_one_factor_model(name: str) -> None:
    wanted = values(name)["cfa_one"]["omegas"]
    assert omega(sample_of(rows(name))).value == pytest.approx(wanted, abs=1e-6)


def test_a_matrix_that_fits_exactly_gives_its_parameters_back() -> None:
    pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.75], [0, -0.65], [0, 0.55]])
    common = pattern @ np.array([[1, 0.4], [0.4, 1]]) @ pattern.T
    sample = Sample(500, np.zeros(6), common - np.diag(np.diag(common)) + np.eye(6))
    held = confirm(sample, [[0, 1, 2], [3, 4, 5]])
    assert not isinstance(held, Reason)
    assert numbers(held.loadings)[0] == pytest.approx(pattern.sum(axis=1), abs=1e-9)
    assert held.correlations[0].value.value == pytest.approx(0.4, abs=1e-9)
    assert held.fit.chi_square.statistic.value == pytest.approx(0.0, abs=1e-8)
    assert (held.fit.cfi.value, held.fit.rmsea.value) == (1.0, 0.0)
    assert (held.fit.tli.value or 0) > 1


def test_complete_rows_fit_the_same_either_way() -> None:
    table = rows("complete_rk_w1")
    listwise, gaps = confirm(sample_of(table), [range(6)]), confirm_with_gaps(table, [range(6)])
    assert not isinstance(listwise, Reason)
    assert not isinstance(gaps, Reason)
    assert numbers(gaps.loadings)[0] == pytest.approx(numbers(listwise.loadings)[0], abs=1e-9)
    assert gaps.fit.chi_square.statistic.value == pytest.approx(
        listwise.fit.chi_square.statistic.value, abs=1e-8
    )
    assert gaps.fit.parameters == listwise.fit.parameters + 6


@given(st.integers(0, 1_000))
@settings(max_examples=10)
def test_order_and_a_constant_change_nothing(seed: int) -> None:
    rng, table = np.random.default_rng(seed), rows("two_factors")
    items = rng.permutation(8)
    place = np.argsort(items)
    moved = table[rng.permutation(len(table))][:, items] + 10
    first = confirm(sample_of(table), groups("two_factors"))
    other = confirm(sample_of(moved), [[int(place[item]) for item in one] for one in groups("two_factors")])
    assert not isinstance(first, Reason)
    assert not isinstance(other, Reason)
    assert numbers(other.loadings)[0] == pytest.approx(numbers(first.loadings)[0], abs=1e-9)
    assert other.fit.rmsea.value == pytest.approx(first.fit.rmsea.value, abs=1e-9)


def heywood() -> FloatArray:
    return np.array([[1, 0.7, 0.7, 0.6], [0.7, 1, 0.4, 0.3], [0.7, 0.4, 1, 0.3], [0.6, 0.3, 0.3, 1.0]])


def test_a_heywood_case_is_no_result() -> None:
    sample = Sample(100, np.zeros(4), heywood())
    assert confirm(sample, [range(4)]) is Reason.IMPROPER_SOLUTION
    assert omega(sample).reason is Reason.IMPROPER_SOLUTION


@pytest.mark.parametrize("by", [[[0, 1]], [[0], [1, 2]], [[0, 1, 2], [3]]])
def test_too_few_items_a_factor_are_not_identified(by: list[list[int]]) -> None:
    table = rows("complete_rk_w1")
    assert confirm(sample_of(table), by) is Reason.NOT_IDENTIFIED
    assert confirm_with_gaps(table, by) is Reason.NOT_IDENTIFIED


def test_pairs_of_items_whose_factors_don_t_correlate_are_not_identified() -> None:
    sample = Sample(200, np.zeros(4), np.kron(np.eye(2), np.array([[1, 0.5], [0.5, 1]])))
    assert confirm(sample, [[0, 1], [2, 3]]) in {Reason.NOT_IDENTIFIED, Reason.NOT_CONVERGED}


def test_three_items_have_omega_but_no_fit() -> None:
    held = confirm(sample_of(rows("complete_rk_w1")), [[0, 1, 2]])
    assert not isinstance(held, Reason)
    fit = held.fit
    assert fit.cfi.reason is fit.tli.reason is fit.rmsea.reason is Reason.NO_DEGREES_OF_FREEDOM
    assert fit.rmsea_interval.reason is fit.close_fit.reason is Reason.NO_DEGREES_OF_FREEDOM
    assert held.omegas[0].value is not None


def test_thin_and_flat_samples_say_why() -> None:
    table = rows("complete_rk_w1")
    assert omega(sample_of(table[:, :2])).reason is Reason.TOO_FEW_ITEMS
    assert omega(sample_of(table[:3])).reason is Reason.TOO_FEW_ROWS
    assert omega(sample_of(np.full((20, 4), 3.0))).reason is Reason.NO_VARIANCE
    assert confirm_with_gaps(np.full((20, 4), 3.0), [range(4)]) is Reason.NO_VARIANCE
    assert confirm_with_gaps(np.full((20, 4), np.nan), [range(4)]) is Reason.NO_DATA


def test_negative_covariances_reverse_no_item() -> None:
    table = rows("complete_rk_w1").copy()
    table[:, 0] = 6 - table[:, 0]
    held, plain = (
        confirm(sample_of(table), [range(6)]),
        confirm(sample_of(rows("complete_rk_w1")), [range(6)]),
    )
    assert not isinstance(held, Reason)
    assert not isinstance(plain, Reason)
    assert (held.loadings[0].value.value or 0) < 0
    assert held.fit.chi_square.statistic.value == pytest.approx(
        plain.fit.chi_square.statistic.value, abs=1e-8
    )
    assert (held.omegas[0].value or 0) < (plain.omegas[0].value or 0)


def test_items_that_all_oppose_each_other_have_no_common_factor() -> None:
    apart = np.full((4, 4), -0.3) + 1.3 * np.eye(4)
    assert omega(Sample(100, np.zeros(4), apart)).value is None
