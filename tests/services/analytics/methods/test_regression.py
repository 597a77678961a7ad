"""Regression: every error family against the literal formulas, and what can't be fitted."""

import numpy as np
import pytest

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.regression import combined, regress
from services.analytics.methods.results import Reason
from services.analytics.methods.sandwich import Errors

Drawn = tuple[FloatArray, FloatArray, IntArray, IntArray]


@pytest.fixture
def drawn() -> Drawn:
    """Unbalanced crossed clusters, three columns with an interaction."""
    rng = np.random.default_rng(20190114)
    case, leader = rng.integers(0, 9, 60), rng.integers(0, 7, 60)
    x, m = rng.normal(3, 1, 60), rng.integers(0, 2, 60).astype(float)
    y = 1 + 0.5 * x + rng.normal(size=9)[case] + rng.normal(size=7)[leader] + rng.normal(size=60)
    return y, design_of(x, m, x * m), case.astype(np.int64), leader.astype(np.int64)


def literal(y: FloatArray, x: FloatArray, code: IntArray, errors: Errors) -> tuple[FloatArray, FloatArray]:
    """The textbook n x n formulas: variances and, for CR2, Satterthwaite's df."""
    n, p = x.shape
    bread = np.linalg.inv(x.T @ x)
    maker = np.eye(n) - x @ bread @ x.T
    residuals = maker @ y
    meat, columns = np.zeros((p, p)), []
    groups = np.unique(code)
    for group in groups:
        own = code == group
        values, vectors = np.linalg.eigh(maker[np.ix_(own, own)])
        power = {Errors.CR2: -0.5, Errors.CR3: -1.0}.get(errors, 0.0)
        adjust = vectors @ np.diag(values**power) @ vectors.T
        score = x[own].T @ adjust @ residuals[own]
        meat += np.outer(score, score)
        columns.append(maker[:, own] @ adjust @ x[own] @ bread)
    grams = np.array(columns)
    factor = {Errors.CR1: 1.0, Errors.CR1S: (n - 1) / (n - p)}.get(errors)
    scale = 1.0 if factor is None else factor * len(groups) / (len(groups) - 1)
    df = []
    for at in range(p):
        gram = grams[:, :, at] @ grams[:, :, at].T
        df.append(np.trace(gram) ** 2 / np.sum(gram**2))
    return np.diag(bread @ meat @ bread) * scale, np.array(df)


@pytest.mark.parametrize("errors", [one for one in Errors if one.clustered])
def test_cluster_families_are_the_literal_formulas(drawn: Drawn, errors: Errors) -> None:
    y, x, case, _ = drawn
    held = regress(y, x, errors, [case])
    variances, df = literal(y, x, case, errors)
    assert held.clusters == (9,)
    for at, one in enumerate(held.coefficients):
        assert one.standard_error.value == pytest.approx(np.sqrt(variances[at]), rel=1e-10)
        wanted = df[at] if errors is Errors.CR2 else 8.0
        assert one.df.value == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("row_wise", "cluster_wise"),
    [(Errors.HC0, Errors.CR0), (Errors.HC2, Errors.CR2), (Errors.HC3, Errors.CR3)],
)
def test_row_families_are_cluster_families_of_single_rows(
    drawn: Drawn, row_wise: Errors, cluster_wise: Errors
) -> None:
    y, x, _, _ = drawn
    rows = regress(y, x, row_wise)
    singles = regress(y, x, cluster_wise, [np.arange(y.size)])
    for one, other in zip(rows.coefficients, singles.coefficients, strict=True):
        assert one.standard_error.value == pytest.approx(other.standard_error.value, rel=1e-10)
        assert one.df.value == 56.0


def test_hc1_scales_hc0(drawn: Drawn) -> None:
    y, x, _, _ = drawn
    plain, scaled = (regress(y, x, errors).slope for errors in (Errors.HC0, Errors.HC1))
    assert plain.standard_error.value is not None
    wanted = plain.standard_error.value * np.sqrt(60 / 56)
    assert scaled.standard_error.value == pytest.approx(wanted, rel=1e-12)


def test_two_way_adds_both_and_takes_the_cells_off(drawn: Drawn) -> None:
    y, x, case, leader = drawn
    held = regress(y, x, Errors.CR2, [case, leader]).slope
    parts = [literal(y, x, code, Errors.CR2) for code in (case, leader, case * 7 + leader)]
    variance = parts[0][0][1] + parts[1][0][1] - parts[2][0][1]
    assert held.standard_error.value == pytest.approx(np.sqrt(variance), rel=1e-10)
    assert held.df.value == pytest.approx(min(parts[0][1][1], parts[1][1][1]), rel=1e-9)


def test_two_way_may_leave_a_negative_variance() -> None:
    y = [1.0, 2.0, 2.0, 1.0]
    held = regress(y, np.ones((4, 1)), Errors.CR0, [[0, 0, 1, 1], [0, 1, 0, 1]]).intercept
    assert held.value.value == pytest.approx(1.5)
    assert held.standard_error.reason is Reason.NEGATIVE_VARIANCE


def test_order_of_rows_and_names_of_clusters_do_not_matter(drawn: Drawn) -> None:
    y, x, case, _ = drawn
    order = np.random.default_rng(1).permutation(y.size)
    named = np.array([f"S{code:03}" for code in case])
    first = regress(y, x, Errors.CR2, [case]).slope
    second = regress(y[order], x[order], Errors.CR2, [named[order]]).slope
    assert first.standard_error.value == pytest.approx(second.standard_error.value, rel=1e-10)


def test_a_cluster_the_fit_follows_takes_the_pseudo_inverse_under_cr2_only() -> None:
    x = np.column_stack([np.ones(6), [1, 1, 0, 0, 0, 0], [0.0, 0, 1, 2, 3, 4]])
    y, code = [1.0, 3, 2, 2, 5, 4], [0, 0, 1, 1, 2, 2]
    assert regress(y, x, Errors.CR2, [code]).coefficients[2].standard_error.value is not None
    held = regress(y, x, Errors.CR3, [code]).coefficients[2]
    assert held.value.value is not None
    assert held.standard_error.reason is Reason.FULL_LEVERAGE


def test_a_row_the_fit_follows_leaves_hc3_undefined() -> None:
    held = regress([1, 2, 4, 3], design_of([0, 0, 0, 1]), Errors.HC3).slope
    assert held.value.value == pytest.approx(3 - 7 / 3)
    assert held.standard_error.reason is Reason.FULL_LEVERAGE


@pytest.mark.parametrize(
    ("y", "x", "reason"),
    [
        ([1.0, 2.0], [1.0, 2.0], Reason.TOO_FEW_ROWS),
        ([], [], Reason.TOO_FEW_ROWS),
        ([1.0, 2.0, 4.0], [3.0, 3.0, 3.0], Reason.NOT_IDENTIFIED),
        ([1.0, 2.0, 4.0], [0.0, 0.0, 0.0], Reason.NOT_IDENTIFIED),
        ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], Reason.NO_VARIANCE),
    ],
)
def test_what_cannot_be_fitted_says_why(y: list[float], x: list[float], reason: Reason) -> None:
    held = regress(y, design_of(x), Errors.HC3)
    assert held.slope.value.reason is held.slope.p.reason is held.r_squared.reason is reason
    assert held.n == len(y)


def test_a_perfect_fit_has_a_slope_and_no_uncertainty() -> None:
    held = regress([1.1, 2.1, 3.1, 4.1], design_of([1, 2, 3, 4]), Errors.HC3)
    assert held.slope.value.value == pytest.approx(1.0)
    assert held.slope.p.reason is Reason.NO_RESIDUAL_VARIANCE
    assert held.r_squared.value == 1.0


def test_one_cluster_is_too_few() -> None:
    held = regress([1, 2, 2, 4], design_of([0, 1, 2, 3]), Errors.CR2, [[1, 1, 1, 1]]).slope
    assert held.value.value == pytest.approx(0.9)
    assert held.standard_error.reason is Reason.TOO_FEW_CLUSTERS


def test_errors_and_clusters_must_match() -> None:
    design = design_of([0, 1, 2])
    with pytest.raises(ValueError, match="clusterings"):
        regress([1, 2, 4], design, Errors.CR2)
    with pytest.raises(ValueError, match="clusterings"):
        regress([1, 2, 4], design, Errors.HC3, [[1, 1, 2]])
    with pytest.raises(ValueError, match="one label per row"):
        regress([1, 2, 4], design, Errors.CR2, [[1, 2]])
    with pytest.raises(ValueError, match="complete"):
        regress([1, 2, np.nan], design, Errors.HC3)


def test_weighted_sums_are_the_coefficients_and_whatever_is_made_of_them(drawn: Drawn) -> None:
    y, x, code = drawn[0], drawn[1], drawn[2]
    held = regress(y, x, Errors.CR2, [code])
    assert combined(y, x, np.eye(x.shape[1]), code) == held.coefficients
    (twice,) = combined(y, x, 2 * np.eye(x.shape[1])[1:2], code)
    slope = held.slope
    assert twice.df == slope.df
    assert (twice.value.value, twice.standard_error.value) == pytest.approx(
        (2 * (slope.value.value or 0.0), 2 * (slope.standard_error.value or 0.0))
    )


def test_weighted_sums_of_what_cannot_be_fitted_say_why() -> None:
    found = combined([1, 2, 3], design_of([4, 4, 4]), [[1, 0], [1, 5]], [0, 1, 2])
    assert [each.value.reason for each in found] == [Reason.NOT_IDENTIFIED] * 2
