"""Dyad means under each missing rule, and why a dyad has none."""

import pytest

from services.analytics.methods.cube import round_robin
from services.analytics.methods.dyads import MissingRule, dyads_of
from services.analytics.methods.results import Reason

CUBE = round_robin([[[0, 0, 0], [5, 4, 3]], [[2, -1, 0], [1, 1, 1]]])


def test_a_dyad_mean_is_over_its_valid_items() -> None:
    held = dyads_of(CUBE)
    assert held.quantity(0, 1).value == 4.0
    assert held.quantity(1, 0).value == 2.0


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (MissingRule.AVAILABLE, None),
        (MissingRule.HALF, Reason.MISSING_RULE),
        (MissingRule.STRICT, Reason.MISSING_RULE),
    ],
)
def test_the_rule_decides_which_dyads_count(rule: MissingRule, reason: Reason | None) -> None:
    assert dyads_of(CUBE, rule=rule).quantity(1, 0).reason is reason


def test_half_of_an_even_number_is_half() -> None:
    cube = round_robin([[[0, 0], [5, 0]], [[0, 0], [0, 0]]])
    assert dyads_of(cube, rule=MissingRule.HALF).quantity(0, 1).value == 5.0


def test_the_reasons_tell_own_from_unanswered() -> None:
    held = dyads_of(round_robin([[[5], [0]], [[-1], [5]]]))
    assert held.quantity(0, 0).reason is Reason.NOT_ASKED
    assert held.quantity(0, 1).reason is Reason.NO_DATA
    assert held.quantity(1, 0).reason is Reason.NO_DATA


def test_the_rule_counts_within_the_chosen_items() -> None:
    assert dyads_of(CUBE, [0], MissingRule.STRICT).quantity(1, 0).value == 2.0


@pytest.mark.parametrize("items", [[], [0, 0], [3], [-1]])
def test_unknown_items_are_refused(items: list[int]) -> None:
    with pytest.raises(ValueError, match="item"):
        dyads_of(CUBE, items)
