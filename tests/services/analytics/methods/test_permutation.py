"""Permutation: the reference enumeration, R's on uneven strata with gaps, and drawn and given arms."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.permutation import (
    Assignments,
    PermutationTest,
    permutation_test,
    permutation_test_given,
)
from services.analytics.methods.reallocation import MonteCarlo, Statistic
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import mean_of_dyads

from .conftest import Compare, TwelveCases, table
from .gappy_cases import GappyCases, computed_by_r

CASES = GappyCases()
R = computed_by_r("effects")


@pytest.mark.parametrize("outcome", ["post", "change"])
def test_reference(twelve: TwelveCases, agrees: Compare, outcome: str) -> None:
    rows = sorted(table("cases"), key=lambda row: row["case_id"])
    waves = [
        np.array([mean_of_dyads(dyads_of(cube)).value.value for cube in twelve.cubes(wave)], dtype=float)
        for wave in (1, 2)
    ]
    held = permutation_test(
        waves[1] - (waves[0] if outcome == "change" else 0),
        [int(row["arm"]) for row in rows],
        [row["municipality_id"] for row in rows],
    )
    agrees(f"perm_exact_{outcome}/diff", held.observed)
    agrees(f"perm_exact_{outcome}/p_two_sided", held.p_two_sided)
    agrees(f"perm_exact_{outcome}/p_upper", held.p_upper)
    agrees(f"perm_exact_{outcome}/sd", held.sd)
    assert (held.used, held.possible, held.assignments) == (400, 400, Assignments.EXACT)


@pytest.mark.parametrize("statistic", Statistic)
@pytest.mark.parametrize("outcome", ["post", "change", "uneven"])
def test_enumeration_is_r_s(outcome: str, statistic: Statistic) -> None:
    values = CASES.rk(2) - (CASES.rk(1) if outcome == "change" else 0)
    if outcome == "uneven":
        values[[CASES.cases.index(case) for case in R["permutation/left_out"]]] = np.nan
    held = permutation_test(values, CASES.arms, CASES.municipalities, statistic)
    found = [held.observed, held.p_two_sided, held.p_upper, held.mean, held.sd]
    name = "within" if statistic is Statistic.WITHIN_STRATA else "difference"
    observed, possible, *wanted = R[f"permutation/{outcome}/{name}"]
    assert [one.value for one in found] == pytest.approx([observed, *wanted], rel=1e-9, abs=1e-12)
    assert held.possible == possible
    assert held.missing == (3 if outcome == "uneven" else 0)


def test_the_upper_tail_is_coin_s() -> None:
    held = permutation_test(CASES.rk(2), CASES.arms, CASES.municipalities)
    # coin drew 200,000: four standard errors.
    assert held.p_upper.value == pytest.approx(R["permutation/coin_upper"], abs=2e-4)


ROWS = st.lists(st.tuples(st.integers(4, 20), st.booleans(), st.integers(0, 1)), min_size=2, max_size=9)


def literally(values: list[float], arm: list[bool], strata: list[int]) -> list[float]:
    found = []
    for other in product([False, True], repeat=len(arm)):
        if all(
            sum(o for o, s in zip(other, strata, strict=True) if s == code)
            == sum(a for a, s in zip(arm, strata, strict=True) if s == code)
            for code in (0, 1)
        ):
            one = [v for v, o in zip(values, other, strict=True) if o]
            none = [v for v, o in zip(values, other, strict=True) if not o]
            found.append(sum(one) / len(one) - sum(none) / len(none))
    return found


@given(ROWS)
def test_exact_is_every_assignment(rows: list[tuple[int, bool, int]]) -> None:
    values, arm, strata = (
        [float(one[0]) for one in rows],
        [one[1] for one in rows],
        [one[2] for one in rows],
    )
    held = permutation_test(values, arm, strata)
    if all(arm) or not any(arm):
        assert held.p_two_sided.reason is Reason.TOO_FEW_ROWS
        return
    found = literally(values, arm, strata)
    assert held.possible == len(found)
    assert held.observed.value is not None
    far = sum(abs(one) >= abs(held.observed.value) - 1e-9 for one in found)
    assert held.p_two_sided.value == pytest.approx(far / len(found))


@given(ROWS, st.integers(-8, 8))
def test_a_constant_changes_nothing(rows: list[tuple[int, bool, int]], constant: int) -> None:
    values, arm, strata = (np.array(one) for one in zip(*rows, strict=True))
    one, other = (permutation_test(v, arm, strata) for v in (values, values + constant))
    assert (one.as_far, one.as_high, one.as_low) == (other.as_far, other.as_high, other.as_low)


def many() -> tuple[FloatArray, IntArray, IntArray]:
    rng = np.random.default_rng(8)
    arm = np.tile([0, 1], 20)
    return rng.normal(size=40) + 0.7 * arm, arm, np.repeat([0, 1], 20)


def drawn(seed: int, draws: int = 20_000) -> PermutationTest:
    return permutation_test(*many(), monte_carlo=MonteCarlo(np.random.default_rng(seed), draws))


def test_too_many_are_drawn_with_a_seed() -> None:
    held = drawn(1)
    assert held == drawn(1)
    assert held != drawn(2)
    assert (held.assignments, held.used) == (Assignments.MONTE_CARLO, 20_000)
    assert held.p_two_sided.value == (1 + held.as_far) / 20_001
    with pytest.raises(ValueError, match="too many to list"):
        permutation_test(*many())


def test_a_drawn_p_is_near_the_exact_one() -> None:
    values, arm, strata = (one[:16] for one in many())
    exact = permutation_test(values, arm, strata)
    rng = np.random.default_rng(2)
    given_arms = np.array([rng.permuted(arm) for _ in range(20_000)])
    held = permutation_test_given(values, arm, strata, given_arms)
    assert exact.p_two_sided.value is not None
    assert held.p_two_sided.value == pytest.approx(exact.p_two_sided.value, abs=0.015)
    assert held.assignments is Assignments.GIVEN


def test_given_arms_with_gaps_take_their_own_counts() -> None:
    values = [5.0, np.nan, 1.0, 2.0, 4.0, 3.0]
    arms = [[1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 1, 0]]
    held = permutation_test_given(values, [1, 1, 0, 0, 0, 1], ["A"] * 6, arms)
    # 4.0 - 2.333 observed; 4.0 - 1.5 and 3.0 - 3.0 anew.
    assert held.mean.value == pytest.approx((2.5 + 0.0) / 2)
    assert (held.missing, held.as_far) == (1, 1)
    lost = permutation_test_given([np.nan, 1.0, 2.0], [0, 1, 0], ["A"] * 3, [[1, 0, 0]])
    assert lost.p_two_sided.reason is Reason.TOO_FEW_ROWS


def test_arms_without_outcome_say_why() -> None:
    assert permutation_test([1, np.nan], [0, 1], ["A", "A"]).observed.reason is Reason.TOO_FEW_ROWS
    apart = permutation_test([1, 2], [0, 1], ["A", "B"], Statistic.WITHIN_STRATA)
    assert apart.observed.reason is Reason.TOO_FEW_ROWS
    assert permutation_test([1, 2], [0, 1], ["A", "B"]).p_two_sided.value == 1.0
    given_arms = permutation_test_given([1, np.nan], [0, 1], ["A", "A"], [[1, 0]])
    assert given_arms.observed.reason is Reason.TOO_FEW_ROWS


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="changes a stratum"):
        permutation_test_given([1, 2, 3, 4], [1, 0, 1, 0], list("AABB"), [[1, 1, 0, 0]])
    with pytest.raises(ValueError, match="draws x cases"):
        permutation_test_given([1, 2], [1, 0], list("AA"), [1, 0])
    with pytest.raises(ValueError, match="at least one draw"):
        MonteCarlo(np.random.default_rng(1), 0)
