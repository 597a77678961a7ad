"""Mixed models: lme4 and lmerTest on gaps, the one-way fit, zero terms, terms that can't be told apart."""

import numpy as np
import pytest

from services.analytics.methods.mixed_models import MixedModel, mixed_model
from services.analytics.methods.results import Reason
from services.analytics.methods.variance_components import Spread, empirical_bayes, one_way_reml

from .gappy_cases import computed_by_r, gappy
from .gappy_groups import CASES, dyad_matrices, given_values, respondent_rows

R = computed_by_r("mixed_models")


def matches(held: MixedModel, name: str, terms: dict[str, str]) -> None:
    """Estimates, errors, df, p, components and criterion are R's, as near as its optimiser came."""

    def wanted(what: str) -> list[float]:
        value = R[f"{name}/{what}"]
        return value if isinstance(value, list) else [value]

    assert held.n == R[f"{name}/n"]
    assert held.criterion.value == pytest.approx(R[f"{name}/criterion"], abs=1e-7)
    found = held.coefficients
    assert [one.value.value for one in found] == pytest.approx(wanted("coefficients"), rel=1e-5, abs=1e-7)
    assert [one.standard_error.value for one in found] == pytest.approx(wanted("errors"), rel=1e-5)
    assert [one.df.value for one in found] == pytest.approx(wanted("df"), rel=1e-4)
    assert [one.p.value for one in found] == pytest.approx(wanted("p"), rel=2e-3)
    assert held.residual.value == pytest.approx(R[f"{name}/Residual"], rel=1e-5)
    for term, key in terms.items():
        assert held.term(term).variance.value == pytest.approx(R[f"{name}/{key}"], rel=1e-4, abs=1e-8)


def test_crossed_raters_targets_and_cases() -> None:
    arm = dict(zip(CASES.cases, CASES.arms.tolist(), strict=True))
    members = {
        case: sorted(row["professional_id"] for row in gappy("members") if row["case_id"] == case)
        for case in CASES.cases
    }
    rows = [
        (case, members[case][i], members[case][j], float(means[i, j]))
        for case, means in zip(CASES.cases, dyad_matrices(1), strict=True)
        for i, j in zip(*np.nonzero(~np.isnan(means)), strict=True)
    ]
    case, rater, target, score = zip(*rows, strict=True)
    design = np.column_stack([np.ones(len(rows)), [arm[one] for one in case]])
    held = mixed_model(score, design, {"case": case, "rater": rater, "target": target})
    matches(held, "dyads", {"case": "case_id", "rater": "rater_id", "target": "target_id"})


def test_a_term_without_variance_is_said_to_be_zero() -> None:
    rows = respondent_rows()
    count = len(rows["case"])
    shuffled = (np.arange(1, count + 1) * 7) % 5
    held = mixed_model(rows["score"], np.ones((count, 1)), {"case": rows["case"], "shuffled": shuffled})
    matches(held, "zero", {"case": "case_id", "shuffled": "shuffled"})
    assert held.zero_terms == ("shuffled",)
    assert held.term("shuffled").variance.value == held.term("shuffled").share.value == 0.0
    assert not held.term("shuffled").effects.any()
    without = mixed_model(rows["score"], np.ones((count, 1)), {"case": rows["case"]})
    assert held.criterion.value == pytest.approx(without.criterion.value, abs=1e-9)
    assert held.coefficients[0].df.value == pytest.approx(without.coefficients[0].df.value, rel=1e-6)


def test_one_term_is_the_one_way_fit() -> None:
    values, cases = given_values(1)
    held, fit = mixed_model(values, np.ones((values.size, 1)), {"case": cases}), one_way_reml(values, cases)
    assert held.term("case").variance.value == pytest.approx(fit.between.value, rel=1e-8)
    assert held.residual.value == pytest.approx(fit.within.value, rel=1e-8)
    assert held.criterion.value == pytest.approx(fit.criterion.value, abs=1e-10)
    assert held.coefficients[0].standard_error.value == pytest.approx(fit.standard_error.value, rel=1e-8)
    bayes = empirical_bayes(values, cases)
    assert not isinstance(bayes, Reason)
    mean = held.coefficients[0].value.value
    assert mean is not None
    assert mean + held.term("case").effects == pytest.approx(bayes.estimates, rel=1e-8)


def test_order_of_rows_terms_and_labels_and_a_constant() -> None:
    rows = respondent_rows()
    design = np.column_stack([np.ones(len(rows["case"])), rows["arm"]])
    one = mixed_model(rows["score"], design, {"case": rows["case"], "rater": rows["rater"]})
    score = np.asarray(rows["score"])[::-1] + 2
    groups = {"rater": [f"x{name}" for name in rows["rater"][::-1]], "case": rows["case"][::-1]}
    two = mixed_model(score, design[::-1], groups)
    assert two.criterion.value == pytest.approx(one.criterion.value, abs=1e-8)
    for name in ("case", "rater"):
        assert two.term(name).variance.value == pytest.approx(one.term(name).variance.value, rel=1e-5)
    first, second = one.coefficients[0].value.value, two.coefficients[0].value.value
    assert first is not None
    assert second == pytest.approx(first + 2, abs=1e-6)


def test_a_balanced_term_has_its_classical_degrees_of_freedom() -> None:
    draws = np.random.default_rng(5)
    case = np.repeat(np.arange(10), 4)
    outcome = draws.normal(0, 1, 10)[case] + draws.normal(0, 0.5, 40)
    design = np.column_stack([np.ones(40), case % 2, np.tile([0, 1, 0, 1], 10)])
    held = mixed_model(outcome, design, {"case": case})
    assert held.coefficients[1].df.value == pytest.approx(8.0, rel=1e-5)
    assert held.coefficients[2].df.value == pytest.approx(29.0, rel=1e-5)


def test_many_levels_of_one_term() -> None:
    draws = np.random.default_rng(6)
    case = np.repeat(np.arange(3000), 3)
    outcome = draws.normal(0, 0.5, 3000)[case] + draws.normal(0, 1, 9000)
    held = mixed_model(outcome, np.ones((9000, 1)), {"case": case})
    assert held.term("case").variance.value == pytest.approx(
        one_way_reml(outcome, case).between.value, rel=1e-6
    )


def test_missing_outcomes_are_left_out() -> None:
    values, cases = given_values(1)
    holed = np.append(values, np.nan)
    held = mixed_model(holed, np.ones((holed.size, 1)), {"case": [*cases, "other"]})
    assert held.n == values.size
    assert held.term("case").levels == len(set(cases))


@pytest.mark.parametrize(
    ("outcome", "groups", "reason"),
    [
        ([1, 2, 4, 3], {"a": list("kkkk")}, Reason.TOO_FEW_CLUSTERS),
        ([1, 2, 4, 3], {"a": list("klmn")}, Reason.NOT_IDENTIFIED),
        ([1, 2, 4, 3, 2], {"a": list("kkllm"), "b": list("xxyyz")}, Reason.NOT_IDENTIFIED),
        ([2, 2, 2, 2], {"a": list("kkll")}, Reason.NO_VARIANCE),
        ([1, 1, 2, 2, 4, 4], {"a": list("kkllmm")}, Reason.NO_RESIDUAL_VARIANCE),
        ([1, 1, 2, 2, 4, 4], {"a": list("kkllmm"), "b": list("xyyxxy")}, Reason.NO_RESIDUAL_VARIANCE),
        ([], {"a": []}, Reason.TOO_FEW_ROWS),
    ],
)
def test_undefined(outcome: list[float], groups: dict[str, list[str]], reason: Reason) -> None:
    held = mixed_model(outcome, np.ones((len(outcome), 1)), groups)
    assert held.coefficients[0].value.reason is held.criterion.reason is reason
    assert held.terms[0].variance.reason is reason
    assert held.terms[0].spread is None


def test_a_small_residual_is_still_one() -> None:
    outcome, groups = [1, 1.001, 2, 2, 4, 4, 3, 3.001], list("aabbccdd")
    held, fit = mixed_model(outcome, np.ones((8, 1)), {"a": groups}), one_way_reml(outcome, groups)
    assert held.residual.value == pytest.approx(fit.within.value, rel=1e-4)


def test_dependent_columns_are_not_identified() -> None:
    held = mixed_model([1, 2, 4, 3, 5, 2], np.ones((6, 2)), {"a": list("kkllmm")})
    assert held.coefficients[1].value.reason is Reason.NOT_IDENTIFIED


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one grouping"):
        mixed_model([1, 2], np.ones((2, 1)), {})
    with pytest.raises(ValueError, match="must fit"):
        mixed_model([1, 2], np.ones((3, 1)), {"a": [1, 2]})
    with pytest.raises(ValueError, match="no term"):
        mixed_model([1, 2, 4, 3], np.ones((4, 1)), {"a": list("kkll")}).term("b")


def test_estimated_terms_say_so() -> None:
    held = mixed_model([1, 2, 4, 5], np.ones((4, 1)), {"case": list("aabb")})
    assert held.terms[0].spread is Spread.ESTIMATED
    assert held.zero_terms == ()
    assert held.terms[0].share.value == pytest.approx(4.25 / 4.75)
