"""Exploratory factors: R's uniquenesses, loadings and rotations, Heywood cases, identification."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_exploratory import Exploratory, explore
from services.analytics.methods.factors_extraction import Extraction, uniquenesses
from services.analytics.methods.factors_rotation import Rotation
from services.analytics.methods.factors_sample import Sample, sample_of
from services.analytics.methods.results import Reason

from .factor_references import NAMES, rows, values

BOTH = [(method, factors) for method in Extraction for factors in (1, 2)]


def found(
    sample: Sample, factors: int, method: Extraction, rotation: Rotation = Rotation.NONE
) -> Exploratory:
    held = explore(sample, factors, method, rotation)
    assert not isinstance(held, Reason)
    return held


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("method", "factors"), BOTH)
def test_r_s_factors(name: str, method: Extraction, factors: int) -> None:
    sample = sample_of(rows(name))
    wanted = values(name).get(f"efa_{method}_{factors}")
    if wanted is None:
        # R stopped at the bound of a uniqueness there: so must we, and say it.
        assert explore(sample, factors, method) is Reason.IMPROPER_SOLUTION
        return
    held = found(sample, factors, method)
    assert held.uniquenesses == pytest.approx(wanted["uniquenesses"], abs=2e-5)
    assert abs(held.loadings) == pytest.approx(abs(np.array(wanted["unrotated"])), abs=5e-5)
    assert held.objective.value == pytest.approx(wanted["objective"], abs=1e-7)
    assert held.chi_square.df.value == wanted["df"]
    assert held.chi_square.statistic.value == pytest.approx(wanted["chi2"], abs=1e-4)
    assert held.chi_square.p.value == pytest.approx(wanted["p"], abs=1e-4)
    assert held.residual.value == pytest.approx(wanted["residual"], abs=1e-5)
    assert held.uniquenesses == pytest.approx(wanted["psych_uniquenesses"], abs=5e-3)
    assert held.chi_square.statistic.value == pytest.approx(wanted["psych_chi2"], abs=1e-2)


@pytest.mark.parametrize("method", list(Extraction))
def test_r_s_rotations(method: Extraction) -> None:
    sample, wanted = sample_of(rows("two_factors")), values("two_factors")[f"efa_{method}_2"]
    varimax = found(sample, 2, method, Rotation.VARIMAX)
    oblimin = found(sample, 2, method, Rotation.OBLIMIN)
    assert varimax.loadings == pytest.approx(np.array(wanted["varimax"]), abs=2e-5)
    assert np.array_equal(varimax.correlations, np.eye(2))
    assert oblimin.loadings == pytest.approx(np.array(wanted["oblimin"]), abs=2e-5)
    assert oblimin.correlations[0, 1] == pytest.approx(wanted["oblimin_phi"], abs=2e-5)
    assert oblimin.loadings == pytest.approx(np.array(wanted["psych_oblimin"]), abs=2e-3)


@pytest.mark.parametrize("rotation", list(Rotation))
def test_rotation_leaves_the_model(rotation: Rotation) -> None:
    sample = sample_of(rows("two_factors"))
    plain, turned = found(sample, 2, Extraction.ML), found(sample, 2, Extraction.ML, rotation)
    common = turned.loadings @ turned.correlations @ turned.loadings.T
    assert common == pytest.approx(plain.loadings @ plain.loadings.T, abs=1e-9)
    assert turned.explained.sum() == pytest.approx(turned.communalities.sum() / 8, abs=0.05)
    assert turned.explained[0] >= turned.explained[1]
    assert (turned.loadings.sum(axis=0) > 0).all()


def test_a_matrix_that_fits_exactly_gives_its_loadings_back() -> None:
    pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.75], [0, 0.65], [0, 0.55]])
    common = pattern @ np.array([[1, 0.4], [0.4, 1]]) @ pattern.T
    sample = Sample(500, np.zeros(6), common - np.diag(np.diag(common)) + np.eye(6))
    for method in Extraction:
        held = found(sample, 2, method, Rotation.OBLIMIN)
        assert held.loadings == pytest.approx(pattern, abs=1e-6)
        assert held.correlations[0, 1] == pytest.approx(0.4, abs=1e-6)
        assert held.chi_square.statistic.value == pytest.approx(0.0, abs=1e-8)


@given(st.integers(0, 1_000))
@settings(max_examples=15)
def test_permuting_items_permutes_loadings(seed: int) -> None:
    rng, table = np.random.default_rng(seed), rows("complete_rk_w1")
    items = rng.permutation(6)
    for method in Extraction:
        first = found(sample_of(table), 1, method)
        other = found(sample_of(table[rng.permutation(len(table))][:, items] * 2 + 3), 1, method)
        assert other.loadings[:, 0] == pytest.approx(first.loadings[items, 0], abs=1e-8)


def heywood() -> FloatArray:
    """Correlations that one factor meets only with a unique variance below nothing."""
    return np.array([[1, 0.7, 0.7, 0.6], [0.7, 1, 0.4, 0.3], [0.7, 0.4, 1, 0.3], [0.6, 0.3, 0.3, 1.0]])


@pytest.mark.parametrize("method", list(Extraction))
def test_a_heywood_case_is_no_result(method: Extraction) -> None:
    assert explore(Sample(100, np.zeros(4), heywood()), 1, method) is Reason.IMPROPER_SOLUTION


def test_too_many_factors_are_not_identified() -> None:
    sample = sample_of(rows("complete_rk_w1"))
    assert explore(sample, 4) is Reason.NOT_IDENTIFIED
    assert explore(sample_of(rows("complete_rk_w1")[:, :2]), 1) is Reason.NOT_IDENTIFIED
    with pytest.raises(ValueError, match="at least one"):
        explore(sample, 0)


def test_three_items_have_loadings_but_no_test() -> None:
    held = found(sample_of(rows("complete_rk_w1")[:, :3]), 1, Extraction.ML)
    assert held.chi_square.df.value == 0
    assert held.chi_square.p.reason is Reason.NO_DEGREES_OF_FREEDOM


def test_uncorrelated_items_have_no_factor() -> None:
    for method in Extraction:
        assert explore(Sample(100, np.zeros(4), np.eye(4)), 1, method) is Reason.NOT_IDENTIFIED


def test_a_factor_of_two_items_is_not_identified() -> None:
    correlation = np.eye(5)
    correlation[0, 1] = correlation[1, 0] = 0.5
    for method in Extraction:
        assert explore(Sample(100, np.zeros(5), correlation), 1, method) is Reason.NOT_IDENTIFIED


def test_flat_and_thin_samples_say_why() -> None:
    assert explore(sample_of(np.full((20, 4), 3.0)), 1) is Reason.NO_VARIANCE
    assert explore(sample_of(rows("complete_rk_w1")[:3]), 1) is Reason.TOO_FEW_ROWS


def test_the_least_residuals_are_least() -> None:
    correlation = sample_of(rows("gappy_rk_w1")).correlation
    psi = uniquenesses(correlation, 1, Extraction.MINRES)
    assert not isinstance(psi, Reason)

    def residuals(at: FloatArray) -> float:
        roots = np.linalg.eigvalsh(correlation - np.diag(at))[:-1]
        return float((roots**2).sum())

    least = residuals(psi)
    for item in range(6):
        for step in (-1e-3, 1e-3):
            moved = psi.copy()
            moved[item] += step
            assert residuals(moved) > least
