"""Moderation: R's values under both parametrisations, and slopes that can't be told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.moderation import Parametrisation, moderated_slope, more_units_than
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r

CASES = GappyCases()
R = computed_by_r("association")


@pytest.mark.parametrize("parametrisation", Parametrisation)
def test_coefficients_and_hc3_are_r_s(parametrisation: Parametrisation) -> None:
    many = more_units_than(CASES.units)
    held = moderated_slope(CASES.rk(1), CASES.citizen(1), many, parametrisation)
    found = [one.value.value for one in held.regression.coefficients]
    errors = [one.standard_error.value for one in held.regression.coefficients]
    assert found == pytest.approx(R[f"moderation/{parametrisation}"], rel=1e-9)
    assert errors == pytest.approx(R[f"moderation/{parametrisation}_se"], rel=1e-9)
    assert held.interaction.p.value == pytest.approx(R["moderation/p"], rel=1e-9)
    with_it = [held.slope_with.value.value, held.slope_with.standard_error.value]
    assert with_it == pytest.approx(R["moderation/slope_with"], rel=1e-9)
    assert held.n == R["rk_citizen/n"]


def test_the_centres_are_stated() -> None:
    rows = ([1, 2, 3, 4, 2, 5], [2, 2, 3, 3, 1, 4], [0, 0, 0, 1, 1, 1])
    explicit, centred = (moderated_slope(*rows, one) for one in Parametrisation)
    assert (explicit.centre_x.value, explicit.centre_moderator.value) == (0.0, 0.0)
    assert (centred.centre_x.value, centred.centre_moderator.value) == (17 / 6, 0.5)
    assert explicit.regression.slope == explicit.slope_without
    assert explicit.regression.slope.value.value != centred.regression.slope.value.value


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20), st.booleans()), min_size=6, max_size=30))
def test_interaction_is_the_difference_of_slopes(rows: list[tuple[int, int, bool]]) -> None:
    x, y, many = (np.array(one) for one in zip(*rows, strict=True))
    held = moderated_slope(x / 4, y / 4, many)
    if held.interaction.value.value is None:
        assert held.interaction.value.reason in {Reason.NOT_IDENTIFIED, Reason.NO_VARIANCE}
        return
    for side, slope in ((many, held.slope_with), (~many, held.slope_without)):
        line = np.polyfit(x[side] / 4, y[side] / 4, 1)
        assert slope.value.value == pytest.approx(line[0], abs=1e-8)


def test_one_side_only_is_not_identified() -> None:
    held = moderated_slope([1, 2, 3, 4, 5], [1, 3, 2, 4, 4], [0] * 5)
    assert held.interaction.value.reason is held.slope_with.value.reason is Reason.NOT_IDENTIFIED
    assert moderated_slope([], [], []).interaction.value.reason is Reason.TOO_FEW_ROWS
    empty = moderated_slope([], [], [], Parametrisation.CENTRED)
    assert empty.centre_x.reason is Reason.NO_DATA


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of one table"):
        moderated_slope([1, 2], [1], [0, 1])
    with pytest.raises(ValueError, match="number of units"):
        more_units_than([3, np.nan])
