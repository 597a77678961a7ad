"""Path: R's coefficients and given resamples, the identity total = direct + indirect, and thin data."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.path import path_effects
from services.analytics.methods.resampling import drawn_sums, given_sums
from services.analytics.methods.results import Reason

from .gappy_cases import REFERENCE, GappyCases, computed_by_r

CASES = GappyCases()
R = computed_by_r("association")


def resamples(cases: int) -> list[list[int]]:
    with (REFERENCE / "gappy" / "boot_indices.csv").open(encoding="utf-8", newline="") as file:
        return [[int(value) % cases for value in row[:cases]] for row in list(csv.reader(file))[1:]]


def drawn(table: FloatArray) -> FloatArray:
    return drawn_sums(table, 200, np.random.default_rng(5))


def test_coefficients_and_interval_are_r_s() -> None:
    held = path_effects(
        CASES.leadership(1), CASES.rk(1), CASES.citizen(1), lambda table: given_sums(table, resamples(23))
    )
    assert (held.n, held.dropped) == (R["path/n"], 1)
    parts = {
        "a": held.leadership_to_rk,
        "b": held.rk_to_citizen,
        "direct": held.direct,
        "total": held.total,
    }
    for name, one in parts.items():
        assert [one.value.value, one.standard_error.value] == pytest.approx(R[f"path/{name}"], rel=1e-9)
    assert held.indirect.value.value == pytest.approx(R["path/indirect"], rel=1e-9)
    assert held.indirect.standard_error.value == pytest.approx(R["path/indirect_se"], rel=1e-9)
    ends = [held.indirect.percentile.low, held.indirect.percentile.high]
    assert ends == pytest.approx(R["path/indirect_percentile"], rel=1e-8)


SCORES = st.lists(st.tuples(*(st.integers(4, 20),) * 3), min_size=5, max_size=25)


@given(SCORES)
def test_total_is_direct_and_indirect(rows: list[tuple[int, int, int]]) -> None:
    leadership, rk, citizen = np.array(rows).T / 4
    held = path_effects(leadership, rk, citizen, drawn)
    direct, indirect = held.direct.value.value, held.indirect.value.value
    if direct is not None and indirect is not None:
        assert held.total.value.value == pytest.approx(direct + indirect, abs=1e-8)


def test_a_seed_gives_equal_bits() -> None:
    scores = (CASES.leadership(1), CASES.rk(1), CASES.citizen(1))
    assert path_effects(*scores, drawn) == path_effects(*scores, drawn)


def test_thin_data_say_why() -> None:
    held = path_effects([3, 3, 3, 3], [1, 2, 3, 2], [2, 3, 3, 1], drawn)
    assert held.leadership_to_rk.value.reason is Reason.NOT_IDENTIFIED
    assert held.indirect.value.value is None
    nobody = path_effects([], [], [], drawn)
    assert nobody.total.value.reason is Reason.TOO_FEW_ROWS
    assert nobody.indirect.value.reason is Reason.TOO_FEW_CLUSTERS


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="same cases"):
        path_effects([1, 2], [1, 2], [1], drawn)
