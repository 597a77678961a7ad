"""Nested components: lme4, the crossed fit, balanced cases by hand, limits, invariances, calibration."""

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from services.analytics.methods.mixed_models import mixed_model
from services.analytics.methods.nested_components import NestedBayes, nested_bayes, nested_reml
from services.analytics.methods.results import Reason
from services.analytics.methods.variance_components import Spread, empirical_bayes

from .gappy_cases import computed_by_r, gappy
from .gappy_groups import CASES, dyad_matrices

R = computed_by_r("nested_components")
Rows = tuple[list[float], list[Any], list[Any]]


def gappy_rows() -> Rows:
    members = {
        case: sorted(row["professional_id"] for row in gappy("members") if row["case_id"] == case)
        for case in CASES.cases
    }
    rows = [
        (float(means[i, j]), case, members[case][i])
        for case, means in zip(CASES.cases, dyad_matrices(1), strict=True)
        for i, j in zip(*np.nonzero(~np.isnan(means)), strict=True)
    ]
    values, cases, raters = zip(*rows, strict=True)
    return list(values), list(cases), list(raters)


def balanced_rows() -> Rows:
    """Eight cases of five raters with four dyads each, as the R script lays them out."""
    cases = np.repeat(np.arange(8), 20).tolist()
    raters = np.tile(np.repeat(np.arange(5), 4), 8).tolist()
    return R["balanced/values"], cases, raters


def made_up(seed: int, cases: int = 40, between: float = 0.4) -> tuple[Rows, np.ndarray]:
    """Return dyads of cases of three to seven with a known truth, and the truth."""
    draw = np.random.default_rng(seed)
    truth = 3 + between * draw.standard_normal(cases)
    rows: Rows = ([], [], [])
    for case in range(cases):
        size = int(draw.integers(3, 8))
        for rater in range(size):
            own = truth[case] + 0.5 * draw.standard_normal()
            for _ in range(int(draw.integers(1, size))):
                for column, value in zip(
                    rows, (own + 0.6 * draw.standard_normal(), case, rater), strict=True
                ):
                    column.append(value)
    return rows, truth


def bayes(rows: Rows) -> NestedBayes:
    found = nested_bayes(*rows)
    assert isinstance(found, NestedBayes)
    return found


class TestComponents:
    @pytest.mark.parametrize(("name", "rows"), [("gappy", gappy_rows()), ("balanced", balanced_rows())])
    def test_are_those_of_lme4(self, name: str, rows: Rows) -> None:
        found = nested_reml(*rows)
        for part in ("between", "among", "within", "against_zero"):
            assert getattr(found, part).value == pytest.approx(R[f"{name}/{part}"], rel=1e-5), part
        assert bayes(rows).errors.tolist() == pytest.approx(R[f"{name}/errors"], rel=1e-5)

    @pytest.mark.parametrize("between", [0.0, 0.1, 0.4])
    def test_are_those_of_the_general_mixed_model(self, between: float) -> None:
        (values, cases, raters), _ = made_up(1, 12, between)
        found = nested_reml(values, cases, raters)
        inside = [f"{case} {rater}" for case, rater in zip(cases, raters, strict=True)]
        held = mixed_model(values, np.ones((len(values), 1)), {"case": cases, "rater": inside})
        wanted = [term.variance.value for term in held.terms]
        assert [found.between.value, found.among.value] == pytest.approx(wanted, abs=1e-8)
        assert found.within.value == pytest.approx(held.residual.value, rel=1e-8)
        assert (found.n, found.groups, found.clusters) == (len(values), 12, len(set(inside)))

    def test_of_one_value_a_cluster_are_those_of_one_intercept(self) -> None:
        values, cases, _ = made_up(2, 9)[0]
        found, plain = bayes((values, cases, list(range(len(values))))), empirical_bayes(values, cases)
        assert not isinstance(plain, Reason)
        assert found.fit.between.value == pytest.approx(plain.fit.between.value, rel=1e-12)
        assert found.fit.among.value == pytest.approx(plain.fit.within.value, rel=1e-12)
        assert found.estimates.tolist() == pytest.approx(plain.estimates.tolist(), abs=1e-12)
        assert found.spread.tolist() == pytest.approx(plain.prediction_errors.tolist(), abs=1e-12)

    def test_of_raters_who_rate_all_alike_are_those_of_raters(self) -> None:
        found = nested_reml([1, 1, 3, 4, 4, 6], list("aaabbb"), [1, 1, 2, 1, 1, 2])
        # Raters 1, 3 and 4, 6: mean squares 2 within and 9 between, two raters a case.
        assert (found.among.value, found.within.value) == (2.0, 0.0)
        assert found.between.value == pytest.approx(3.5, abs=1e-9)

    def test_control_taking_dyads_as_independent_errs_less_than_they_do(self) -> None:
        values, cases, raters = balanced_rows()
        alone = bayes((values, cases, list(range(len(values)))))
        assert (bayes((values, cases, raters)).errors > 1.3 * alone.errors).all()


class TestShrinkage:
    def test_of_a_balanced_design_is_the_closed_form(self) -> None:
        values, cases, raters = balanced_rows()
        found = bayes((values, cases, raters))
        cube = np.array(values).reshape(8, 5, 4)
        within = cube.var(axis=2, ddof=1).mean()
        among = 4 * cube.mean(axis=2).var(axis=1, ddof=1).mean()
        between = 20 * cube.mean(axis=(1, 2)).var(ddof=1)
        shrunken = 1 - among / between
        raw, mean = cube.mean(axis=(1, 2)), cube.mean()
        assert found.fit.within.value == pytest.approx(within, rel=1e-8)
        assert found.errors.tolist() == pytest.approx([sqrt(among / 20)] * 8, rel=1e-7)
        assert found.reliability.tolist() == pytest.approx([shrunken] * 8, rel=1e-7)
        assert found.estimates.tolist() == pytest.approx(
            (mean + shrunken * (raw - mean)).tolist(), rel=1e-8
        )
        own = shrunken * among / 20 + (1 - shrunken) ** 2 * between / 20 / 8
        assert found.spread.tolist() == pytest.approx([sqrt(own)] * 8, rel=1e-7)
        assert found.estimates.tolist() == pytest.approx(R["balanced/predicted"], rel=1e-6)

    def test_with_gaps_is_near_the_best_prediction(self) -> None:
        """That weighs raters otherwise than the mean of dyads, which is the score people see."""
        assert bayes(gappy_rows()).estimates.tolist() == pytest.approx(R["gappy/predicted"], abs=0.02)

    def test_without_variance_between_all_are_the_mean(self) -> None:
        rows = ([1.0, 5, 2, 4, 1, 5, 2, 4], list("aaaabbbb"), [1, 1, 2, 2, 1, 1, 2, 2])
        found = bayes(rows)
        assert (found.fit.spread, found.fit.between.value) == (Spread.ZERO, 0.0)
        assert found.fit.against_zero.value == 1.0
        assert set(found.estimates.tolist()) == {found.mean} == {3.0}
        assert found.below(0, 3.0) == 0.5

    def test_of_very_many_raters_is_the_raw_mean(self) -> None:
        draw = np.random.default_rng(3)
        cases, raters = np.repeat(np.arange(4), 8000), np.arange(32000) // 4
        values = np.array([2.0, 3, 3.5, 4])[cases] + draw.standard_normal(32000)
        found = bayes((values.tolist(), cases.tolist(), raters.tolist()))
        assert found.estimates.tolist() == pytest.approx(found.raw.tolist(), abs=1e-3)
        assert (found.reliability > 0.999).all()

    def test_lies_between_the_raw_mean_and_the_common_mean(self) -> None:
        found = bayes(made_up(4)[0])
        assert (np.abs(found.estimates - found.mean) < np.abs(found.raw - found.mean)).all()
        assert ((found.estimates - found.mean) * (found.raw - found.mean) > 0).all()


class TestInvariance:
    def test_the_order_of_rows_changes_nothing(self) -> None:
        rows, _ = made_up(5)
        order = np.random.default_rng(0).permutation(len(rows[0]))
        values, cases, raters = ([column[at] for at in order] for column in rows)
        one, other = bayes(rows), nested_bayes(values, cases, raters)
        assert isinstance(other, NestedBayes)
        assert other.estimates.tolist() == pytest.approx(one.estimates.tolist(), abs=1e-10)
        assert other.spread.tolist() == pytest.approx(one.spread.tolist(), abs=1e-10)

    def test_other_labels_move_groups_and_nothing_else(self) -> None:
        (values, cases, raters), _ = made_up(6)
        one = bayes((values, cases, raters))
        other = bayes((values, [-int(str(case)) for case in cases], [f"r{each}" for each in raters]))
        assert other.estimates[::-1].tolist() == pytest.approx(one.estimates.tolist(), abs=1e-10)

    def test_a_shift_and_a_scale_go_through(self) -> None:
        (values, cases, raters), _ = made_up(7)
        one = bayes((values, cases, raters))
        other = bayes(([1000 + 2 * value for value in values], cases, raters))
        assert other.estimates.tolist() == pytest.approx((1000 + 2 * one.estimates).tolist(), rel=1e-9)
        assert other.spread.tolist() == pytest.approx((2 * one.spread).tolist(), rel=1e-7)
        assert other.below(0, 1006) == pytest.approx(one.below(0, 3), abs=1e-7)

    def test_missing_values_are_not_there(self) -> None:
        (values, cases, raters), _ = made_up(8)
        with_gap = bayes(([*values, float("nan")], [*cases, 99], [*raters, 1]))
        assert with_gap.estimates.tolist() == bayes((values, cases, raters)).estimates.tolist()


class TestProbability:
    def test_is_the_normals_tail(self) -> None:
        found = bayes(made_up(9)[0])
        z = (3.0 - found.estimates[0]) / found.spread[0]
        assert found.below(0, 3.0) == pytest.approx(erfc(-z / sqrt(2)) / 2, abs=1e-15)

    def test_is_as_often_true_as_it_says(self) -> None:
        """2,400 cases of 60 studies; a share errs by .02 at the most (one standard error)."""
        said, true = [], []
        for seed in range(60):
            rows, truth = made_up(1000 + seed)
            found = bayes(rows)
            said += [found.below(case, 2.8) for case in range(truth.size)]
            true += (truth < 2.8).tolist()
        told, was = np.array(said), np.array(true)
        for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.7), (0.7, 0.9), (0.9, 1.0)):
            there = (told >= low) & (told <= high)
            error = sqrt(told[there].mean() * (1 - told[there].mean()) / there.sum())
            assert abs(was[there].mean() - told[there].mean()) < 4 * error + 0.01, (low, high)

    def test_control_raw_means_as_if_exact_are_not(self) -> None:
        raw, was = [], []
        for seed in range(20):
            rows, truth = made_up(1000 + seed)
            raw += (bayes(rows).raw < 2.4).tolist()
            was += (truth < 2.4).tolist()
        # Chance carries more cases below than belong there, so of those below fewer belong.
        assert np.mean(np.array(was)[np.array(raw)]) < 0.75


class TestUndefined:
    @pytest.mark.parametrize(
        ("rows", "reason"),
        [
            (([], [], []), Reason.NO_DATA),
            (([1.0, 2, 3, 5], [1] * 4, [1, 1, 2, 2]), Reason.TOO_FEW_CLUSTERS),
            (([1.0, 2, 3, 5], [1, 1, 2, 2], [1] * 4), Reason.NOT_IDENTIFIED),
            (([1.0, 1, 3, 3], [1, 1, 2, 2], [1, 2, 1, 2]), Reason.NO_RESIDUAL_VARIANCE),
            (([3.0] * 4, [1, 1, 2, 2], [1, 2, 1, 2]), Reason.NO_VARIANCE),
        ],
    )
    def test_is_said_with_the_reason(self, rows: Rows, reason: Reason) -> None:
        assert nested_bayes(*rows) is reason
        assert nested_reml(*rows).between.reason is reason

    def test_malformed_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one label per row"):
            nested_reml([1.0, 2.0], ["a"], ["p", "q"])
        with pytest.raises(ValueError, match="infinite"):
            nested_bayes([1.0, float("inf")], ["a", "b"], ["p", "q"])
