"""What a network's pattern suggests to take up, against cases worked out by hand."""

import pytest

from services.analytics.case_team.suggestions import signs, suggestions_view
from services.analytics.case_team.themes import FOCUS, STUDY, THEMES, Meeting, Sign
from shared.wire import Language
from tests.services.analytics.networks_by_hand import THREE, network, rating_groups

WELL = [[[0, 0], [4, 5]], [[5, 4], [0, 0]]]


def codes(cells: list[list[list[int]]], meeting: Meeting) -> list[str]:
    view = suggestions_view(network(cells), "en")
    (found,) = (each for each in view.meetings if each.meeting is meeting)
    return [each.code for each in found.suggestions]


class TestSigns:
    def test_are_those_worked_out_by_hand(self) -> None:
        # Knowledge 5, 3 and 4; problem solving 4, 2 and 3; Anne 4.5 of Bo and he 3 of her.
        assert signs(network(THREE)) == {
            (Sign.DIMENSION, "problem-solving"): 3.0,
            (Sign.DONT_KNOW, None): 2.0,
            (Sign.DONT_WORK_WITH, None): 1.0,
            (Sign.ASYMMETRY, None): 1.5,
        }

    def test_there_are_none_where_all_goes_well(self) -> None:
        assert signs(network(WELL)) == {}

    def test_nothing_known_is_no_sign(self) -> None:
        assert signs(network([[[0], [0]], [[0], [0]]])) == {}

    @pytest.mark.parametrize(("second", "shows"), [((3, 4), False), ((3, 3), True)])
    def test_a_mean_shows_below_its_threshold_alone(self, second: tuple[int, int], shows: bool) -> None:
        """4 and 3 are 3.5, which is high in the instruments' bands."""
        found = signs(network([[[0], [second[0]]], [[second[1]], [0]]]))
        assert ((Sign.DIMENSION, "mutual-knowledge") in found) is shows

    @pytest.mark.parametrize(("view", "shows"), [(4, True), (5, False)])
    def test_two_views_show_from_a_whole_point_on(self, view: int, shows: bool) -> None:
        found = signs(network([[[0, 0], [5, 5]], [[view, 4 if shows else 5], [0, 0]]]))
        assert ((Sign.ASYMMETRY, None) in found) is shows

    def test_apart_are_only_those_who_are_for_certain(self) -> None:
        lone = [[[0], [5], [1]], [[5], [0], [1]], [[1], [1], [0]]]
        assert signs(network(lone))[Sign.APART, None] == 2.0
        lone[0][2] = [-1]
        assert (Sign.APART, None) not in signs(network(lone))

    def test_of_groups_nothing_is_said_two_by_two(self) -> None:
        assert signs(rating_groups()) == {(Sign.DONT_KNOW, None): 1.0}


class TestSuggestions:
    def test_are_for_the_meeting_they_belong_to(self) -> None:
        assert codes(THREE, Meeting.FIRST) == [
            "faces-and-phone-numbers",
            "who-works-with-whom",
            "different-views",
        ]
        assert codes(THREE, Meeting.SECOND) == ["one-problem-together"]
        assert codes(WELL, Meeting.FIRST) == codes(WELL, Meeting.SECOND) == []

    def test_each_has_its_reason_and_its_source(self) -> None:
        second = suggestions_view(network(THREE), "da").meetings[1].suggestions[0]
        assert (second.reason.sign, second.reason.dimension) == (Sign.DIMENSION, "problem-solving")
        assert (second.reason.value, second.reason.threshold) == (3.0, 3.5)
        assert second.source.study == STUDY["da"]
        assert second.source.basis == "Undersøgelsens fokus for det andet møde."

    def test_do_not_depend_on_who_it_is(self) -> None:
        """The same pattern with the people changed about suggests the same: nobody is meant."""
        order = (2, 0, 1)
        moved = [[THREE[rater][subject] for subject in order] for rater in order]
        assert signs(network(moved)) == signs(network(THREE))


class TestThemes:
    @pytest.mark.parametrize("language", ["da", "en"])
    def test_are_said_in_both_languages(self, language: Language) -> None:
        texts = [each.text[language] for each in THEMES] + [each[language] for each in FOCUS.values()]
        assert len(set(texts)) == len(texts)
        assert all(each.basis[language] for each in THEMES)

    def test_have_a_code_each_and_a_dimension_where_that_is_the_sign(self) -> None:
        assert len({each.code for each in THEMES}) == len(THEMES)
        for each in THEMES:
            assert (each.dimension is not None) is (each.sign is Sign.DIMENSION)

    def test_control_danish_is_not_english(self) -> None:
        assert all(each.text["da"] != each.text["en"] for each in THEMES)
