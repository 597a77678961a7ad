"""ICC(1) and ICC(2): reference values, R on gaps, negative values, degenerate groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.icc import one_way
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import given_scores

from .conftest import Compare, TwelveCases
from .gappy_cases import computed_by_r
from .gappy_groups import dyad_values, given_values

R = computed_by_r("agreement")
NAMES = ["given_w1_by_case", "dyadmean_w1_by_case"]


def values_by_case(twelve: TwelveCases, name: str) -> tuple[list[float], list[str]]:
    values: list[float] = []
    cases: list[str] = []
    for case, cube in zip(twelve.cases, twelve.cubes(1), strict=True):
        dyads = dyads_of(cube)
        scores = [score.value.value for score in given_scores(dyads)]
        held = scores if name.startswith("given") else dyads.means[dyads.included].tolist()
        values += [one for one in held if one is not None]
        cases += [case] * len(held)
    return values, cases


@pytest.mark.parametrize("name", NAMES)
def test_reference(twelve: TwelveCases, agrees: Compare, name: str) -> None:
    held = one_way(*values_by_case(twelve, name))
    agrees(f"icc/{name}/n", held.n)
    agrees(f"icc/{name}/n_groups", held.groups)
    agrees(f"icc/{name}/msb", held.mean_square_between)
    agrees(f"icc/{name}/msw", held.mean_square_within)
    agrees(f"icc/{name}/F", held.f)
    agrees(f"icc/{name}/F_p", held.p)
    agrees(f"icc/{name}/icc1_kbar", held.icc1_mean_size)
    agrees(f"icc/{name}/icc2_msb", held.icc2)
    agrees(f"icc/{name}/n0", held.usual_size)
    agrees(f"icc/{name}/icc1_n0", held.icc1_usual_size)


@pytest.mark.parametrize("wave", [1, 2])
@pytest.mark.parametrize("name", ["dyads", "given"])
def test_unbalanced_groups_agree_with_r(name: str, wave: int) -> None:
    held = one_way(*(dyad_values(wave) if name == "dyads" else given_values(wave)))
    key = f"{name}_w{wave}"
    squares = [held.mean_square_between.value, held.mean_square_within.value]
    assert [held.n, held.groups, *squares, held.f.value] == pytest.approx(R[f"{key}/anova"][:5], rel=1e-10)
    assert held.p.value == pytest.approx(R[f"{key}/anova"][5], rel=1e-7)
    assert held.usual_size.value == pytest.approx(R[f"{key}/n0"], rel=1e-12)
    both = [held.icc1_mean_size.value, held.icc1_usual_size.value]
    assert both == pytest.approx(R[f"{key}/icc1"], rel=1e-10)
    assert held.icc2.value == pytest.approx(R[f"{key}/icc2"], rel=1e-10)


def test_a_negative_icc_is_kept() -> None:
    held = one_way([1, 5, 2, 5], list("aabb"))
    assert held.icc1_mean_size.value is not None
    assert held.icc1_mean_size.value < 0
    assert held.icc2.value is not None
    assert held.icc2.value < 0
    assert held.interval.low is not None


def test_equal_group_means_leave_no_icc2() -> None:
    held = one_way([1, 5, 2, 4], list("aabb"))
    assert held.icc2.reason is Reason.NO_VARIANCE
    assert held.icc1_mean_size.value == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([], [], Reason.TOO_FEW_CLUSTERS),
        ([1, 2, 3], list("aaa"), Reason.TOO_FEW_CLUSTERS),
        ([1, 2, 3], list("abc"), Reason.TOO_FEW_ROWS),
        ([2, 2, 2, 2], list("aabb"), Reason.NO_VARIANCE),
    ],
)
def test_undefined(values: list[float], groups: list[str], reason: Reason) -> None:
    held = one_way(values, groups)
    assert held.icc1_usual_size.reason is held.icc2.reason is held.f.reason is reason
    assert held.interval.reason is reason


def test_agreement_within_groups_leaves_the_icc_but_no_f() -> None:
    held = one_way([1, 1, 2, 2], list("aabb"))
    assert held.icc1_mean_size.value == held.icc2.value == 1.0
    assert held.f.reason is held.p.reason is Reason.NO_RESIDUAL_VARIANCE


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), min_size=6, max_size=30), st.integers(-9, 9)
)
def test_order_labels_and_a_constant_change_nothing(rows: list[tuple[int, int]], constant: int) -> None:
    groups, values = np.array(rows).T
    held = one_way(values, groups)
    turned = one_way(values[::-1] + constant, [f"g{9 - group}" for group in groups[::-1]])
    for name in ("icc1_usual_size", "icc1_mean_size", "icc2"):
        one, two = getattr(held, name), getattr(turned, name)
        assert one.reason is two.reason
        if one.value is not None:
            assert two.value == pytest.approx(one.value, abs=1e-9)
