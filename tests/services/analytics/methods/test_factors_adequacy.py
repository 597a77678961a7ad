"""KMO, Bartlett, parallel analysis: R's values, and reasons where correlations can't be inverted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.factors_adequacy import parallel_analysis, sampling_adequacy, sphericity
from services.analytics.methods.factors_sample import sample_of
from services.analytics.methods.results import Reason

from .factor_references import NAMES, rows, values


def related(seed: int, n: int = 60, items: int = 5) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.rint(3 + rng.normal(size=(n, 1)) + rng.normal(size=(n, items)))


@pytest.mark.parametrize("name", NAMES)
def test_r_s_adequacy(name: str) -> None:
    wanted, sample = values(name)["adequacy"], sample_of(rows(name))
    held, test = sampling_adequacy(sample), sphericity(sample)
    assert held.overall.value == pytest.approx(wanted["kmo"], rel=1e-10)
    assert [one.value for one in held.items] == pytest.approx(wanted["kmo_items"], rel=1e-10)
    assert test.statistic.value == pytest.approx(wanted["bartlett_chi2"], rel=1e-10)
    assert test.df.value == wanted["bartlett_df"]
    assert test.p.value == pytest.approx(wanted["bartlett_p"], rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("name", NAMES)
def test_r_s_noise(name: str) -> None:
    wanted = values(name)["adequacy"]
    held = parallel_analysis(sample_of(rows(name)), np.random.default_rng(1), draws=4_000)
    assert not isinstance(held, Reason)
    assert held.observed == pytest.approx(wanted["eigenvalues"], rel=1e-10)
    assert held.noise_mean == pytest.approx(wanted["parallel_mean"], abs=0.012)
    assert held.noise_quantile == pytest.approx(wanted["parallel_q95"], abs=0.03)
    above = np.array(wanted["eigenvalues"]) > wanted["parallel_q95"]
    assert held.retained.value == above.sum()


def test_parallel_analysis_is_seeded_and_counts_leading_roots_only() -> None:
    sample = sample_of(related(1))
    first, again = (parallel_analysis(sample, np.random.default_rng(7), draws=1_500) for _ in range(2))
    assert not isinstance(first, Reason)
    assert not isinstance(again, Reason)
    assert np.array_equal(first.noise_quantile, again.noise_quantile)
    noise = parallel_analysis(
        sample_of(np.random.default_rng(3).normal(size=(300, 5))), np.random.default_rng(1)
    )
    assert not isinstance(noise, Reason)
    assert noise.retained.value == 0


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_order_and_a_constant_change_nothing(seed: int) -> None:
    rng, table = np.random.default_rng(seed), related(seed)
    items = rng.permutation(5)
    first, other = sample_of(table), sample_of(table[rng.permutation(len(table))][:, items] + 4)
    assert sphericity(first).statistic.value == pytest.approx(sphericity(other).statistic.value, rel=1e-9)
    mine, theirs = sampling_adequacy(first).items, sampling_adequacy(other).items
    assert [mine[item].value for item in items] == pytest.approx([one.value for one in theirs], rel=1e-9)


def flat_item() -> FloatArray:
    table = related(1)
    table[:, 2] = 10 / 3
    return table


def twice_the_same() -> FloatArray:
    return np.column_stack([related(1), related(1)[:, 0]])


def unanswered_item() -> FloatArray:
    return np.column_stack([related(1), np.full(60, np.nan)])


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.full((20, 4), 3.0), Reason.NO_VARIANCE),
        (flat_item(), Reason.NO_VARIANCE),
        (twice_the_same(), Reason.SINGULAR),
        (unanswered_item(), Reason.TOO_FEW_ROWS),
        (np.array([[1.0, 2, 3], [2, 1, 5], [3, 3, 1]]), Reason.TOO_FEW_ROWS),
        (related(1, n=1), Reason.TOO_FEW_ROWS),
        (related(1)[:, :1], Reason.TOO_FEW_ITEMS),
    ],
)
def test_reasons(table: FloatArray, reason: Reason) -> None:
    sample = sample_of(table)
    held, test = sampling_adequacy(sample), sphericity(sample)
    assert held.overall.reason is test.statistic.reason is test.p.reason is reason
    assert {item.reason for item in held.items} == {reason}
    assert parallel_analysis(sample, np.random.default_rng(1)) is reason


def test_uncorrelated_items_have_nothing_to_share() -> None:
    square = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert sampling_adequacy(sample_of(square)).overall.reason is Reason.NO_VARIANCE
    assert sphericity(sample_of(square)).statistic.value == 0.0


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="draws"):
        parallel_analysis(sample_of(related(1)), np.random.default_rng(1), draws=0)
    with pytest.raises(ValueError, match="quantile"):
        parallel_analysis(sample_of(related(1)), np.random.default_rng(1), quantile=1.0)
