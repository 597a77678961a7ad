"""Percent changes: Varde's eight indicators by hand, limits and invariances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.percent_change import average_change, percent_change
from services.analytics.methods.results import Reason

VARDE_2014 = (2.89, 2.13, 1.93, 3.09, 3.11, 2.89, 3.57, 3.11)
VARDE_2016 = (3.48, 3.42, 3.71, 3.64, 3.48, 3.52, 3.97, 3.29)
MEANS = st.lists(st.tuples(st.floats(1, 5), st.floats(1, 5)), min_size=1, max_size=8)


class TestVarde:
    """The slide prints 2.59 -> 3.56 and +37.5 %; its own eight means give 2.84 and +25.5 %."""

    def test_averages_are_those_of_the_eight_means(self) -> None:
        held = average_change(VARDE_2014, VARDE_2016)
        assert held.items == 8
        assert held.before.value == pytest.approx(22.72 / 8)
        assert held.after.value == pytest.approx(28.51 / 8)
        assert [round(each.value or 0, 2) for each in (held.before, held.after)] == [2.84, 3.56]

    def test_the_average_rises_by_a_quarter_and_never_by_what_the_slide_says(self) -> None:
        held = average_change(VARDE_2014, VARDE_2016)
        assert held.percent_of_averages.value == pytest.approx(100 * 5.79 / 22.72)
        assert round(held.percent_of_averages.value or 0, 1) == 25.5
        assert held.percent_of_averages.value != pytest.approx(37.5, abs=1)

    def test_the_average_of_the_rises_is_another_number(self) -> None:
        held = average_change(VARDE_2014, VARDE_2016)
        rises = [20.42, 60.56, 92.23, 17.80, 11.90, 21.80, 11.20, 5.79]
        assert held.average_of_percents.value == pytest.approx(sum(rises) / 8, abs=0.005)
        assert [
            percent_change(*both) for both in zip(VARDE_2014, VARDE_2016, strict=True)
        ] == pytest.approx(rises, abs=0.005)


class TestAverageChange:
    def test_of_no_items_there_is_none(self) -> None:
        held = average_change([], [])
        assert (held.items, held.before.reason, held.percent_of_averages.reason) == (
            0,
            Reason.NO_DATA,
            Reason.NO_DATA,
        )

    def test_refuses_items_with_one_mean_and_percents_of_nothing(self) -> None:
        with pytest.raises(ValueError, match="both means"):
            average_change([1.0], [])
        with pytest.raises(ValueError, match="above zero"):
            percent_change(0.0, 1.0)

    @given(MEANS)
    def test_the_order_of_items_makes_no_difference(self, means: list[tuple[float, float]]) -> None:
        before, after = (list(each) for each in zip(*means, strict=True))
        assert average_change(before, after) == average_change(before[::-1], after[::-1])

    @given(MEANS, st.floats(0.5, 2))
    def test_percents_do_not_change_with_the_unit(
        self, means: list[tuple[float, float]], factor: float
    ) -> None:
        before, after = (list(each) for each in zip(*means, strict=True))
        held = average_change(before, after)
        scaled = average_change([one * factor for one in before], [one * factor for one in after])
        assert scaled.percent_of_averages.value == pytest.approx(held.percent_of_averages.value, abs=1e-9)
        assert scaled.average_of_percents.value == pytest.approx(held.average_of_percents.value, abs=1e-9)

    @given(st.floats(1, 5), st.lists(st.floats(1, 5), min_size=1, max_size=8))
    def test_both_ways_agree_where_all_items_began_alike(self, start: float, after: list[float]) -> None:
        held = average_change([start] * len(after), after)
        assert held.percent_of_averages.value == pytest.approx(held.average_of_percents.value, abs=1e-9)
