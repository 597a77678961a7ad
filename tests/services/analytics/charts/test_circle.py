"""Places on a circle: the same for the same number, apart from each other, labels outwards."""

from itertools import combinations
from math import hypot

import pytest

from services.analytics.charts.circle import heading, radius_for, shortened, spots


@pytest.mark.parametrize("people", [1, 2, 3, 8, 20, 60])
def test_nobody_stands_on_another_and_labels_do_not_meet(people: int) -> None:
    middle = radius_for(people) + 40
    found = spots(people, middle)
    assert len(found) == people
    for one, other in combinations(found, 2):
        assert hypot(one.x - other.x, one.y - other.y) > 20
        same_side = one.align == other.align
        assert not same_side or abs(one.label_y - other.label_y) >= 12
    for each in found:
        assert hypot(each.label_x - middle, each.label_y - middle) > radius_for(people)


def test_a_line_ends_before_the_people() -> None:
    right, left = spots(2, 200.0)
    assert shortened(left, right, 10.0) == (100.0, 200.0, 300.0, 200.0)


def test_directions_turn_with_the_clock() -> None:
    first, second, third, fourth = spots(4, 200.0)
    assert heading(first, second) == 180.0
    assert heading(second, third) == 270.0
    assert heading(third, fourth) == 0.0
    assert heading(fourth, first) == 90.0
