"""A group's matrix and scores: exact for its team, over enough people for others, else nothing."""

from uuid import UUID

import pytest

from services.analytics.collaboration.development import group_development
from services.analytics.collaboration.group_results import GroupSeen, group_matrix, group_scores
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import RoundState, Visibility
from tests.services.analytics.collaboration.groups_by_hand import (
    ANNE,
    GROUP,
    LEAD,
    OTHER_GROUP,
    STRANGER,
    held_groups,
    of_each_other,
    of_wholes,
)
from tests.services.analytics.networks_by_hand import network

FIVE = GroupSize(5)


def by_place(rater: int, _subject: int) -> int:
    return rater % 5 + 1


def group_of(people: int, **more: object) -> Holdings:
    return held_groups(of_each_other(["Sygeplejerske"] * people, by_place, **more))


class TestGroupMatrix:
    @pytest.mark.parametrize("person", [ANNE, LEAD])
    def test_is_exact_for_whoever_was_asked_and_who_leads(self, person: UUID) -> None:
        found = group_matrix(GroupSeen(GROUP, person), "baseline", group_of(3), FIVE)
        assert found is not None
        assert [[cell.value for cell in row] for row in found.cells] == [
            [None, 1.0, 1.0],
            [2.0, None, 2.0],
            [3.0, 3.0, None],
        ]
        assert [each.received.value for each in found.rated] == [2.5, 2.0, 1.5]

    @pytest.mark.parametrize("person", [STRANGER, None, UUID(int=1)])
    def test_is_for_nobody_else_however_many_answered(self, person: UUID | None) -> None:
        assert group_matrix(GroupSeen(GROUP, person), "baseline", group_of(9), FIVE) is None

    def test_is_not_there_in_a_confidential_or_an_open_round(self) -> None:
        seen = GroupSeen(GROUP, ANNE)
        for more in ({"visibility": Visibility.CONFIDENTIAL}, {"round_state": RoundState.OPEN}):
            assert group_matrix(seen, "baseline", group_of(9, **more), FIVE) is None

    def test_wholes_are_columns(self) -> None:
        held = held_groups(of_wholes([2, 2], lambda place, _whole: place + 1))
        found = group_matrix(GroupSeen(GROUP, ANNE), "baseline", held, FIVE)
        assert found is not None
        assert [each.label for each in found.rated] == ["Gruppe 0", "Gruppe 1"]
        assert [each.received.value for each in found.rated] == [3.5, 1.5]


class TestGroupScores:
    def test_by_hand_for_the_team(self) -> None:
        found = group_scores(GroupSeen(GROUP, ANNE), "baseline", group_of(3), FIVE)
        assert found is not None
        assert found.group_score.mean_of_dyads.value == 2.0
        assert [each.score.value for each in found.dimensions] == [2.0]
        assert (found.response.asked, found.response.responded) == (3, 3)

    @pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
    def test_others_see_it_from_five_raters_on(self, people: int, shown: bool) -> None:
        for person in (STRANGER, None):
            found = group_scores(GroupSeen(GROUP, person), "baseline", group_of(people), FIVE)
            assert (found is not None) is shown
        assert group_scores(GroupSeen(GROUP, None), "baseline", group_of(4), GroupSize(4)) is not None

    def test_five_seats_of_four_people_are_four(self) -> None:
        held = of_each_other(["x"] * 5, by_place)
        twice = held.state.respondents[4].model_copy(update={"person_id": ANNE})
        held.state.respondents[4] = twice
        assert group_scores(GroupSeen(GROUP, None), "baseline", held_groups(held), FIVE) is None

    def test_dimensions_are_all_shown_to_others_or_none(self) -> None:
        people = range(5)
        cells = [[[0, 0] if a == b else [4, -1 if a == 0 else 3] for b in people] for a in people]
        held = held_groups(network(cells, case_id=None, group_id=GROUP))
        others = group_scores(GroupSeen(GROUP, None), "baseline", held, FIVE)
        team = group_scores(GroupSeen(GROUP, ANNE), "baseline", held, FIVE)
        assert others is not None
        assert team is not None
        assert (len(others.dimensions), len(team.dimensions)) == (0, 2)
        assert others.sub_scales == []
        assert others.group_score.mean_of_dyads == team.group_score.mean_of_dyads

    def test_others_see_one_order_of_averaging_and_no_rates_of_dont_know(self) -> None:
        held = group_of(6)
        others = group_scores(GroupSeen(GROUP, None), "baseline", held, FIVE)
        team = group_scores(GroupSeen(GROUP, ANNE), "baseline", held, FIVE)
        assert others is not None
        assert team is not None
        assert others.group_score.mean_of_dyads == team.group_score.mean_of_dyads
        assert (others.group_score.mean_of_given, others.group_score.pooled_cells) == (None, None)
        assert (others.response.dont_know_rate, others.response.dont_work_with_rate) == (None, None)
        assert team.group_score.mean_of_given is not None
        assert team.response.dont_know_rate is not None

    @pytest.mark.parametrize(("best", "shown"), [(5, False), (4, True)])
    def test_of_one_mind_at_the_end_of_the_scale_nothing_is_shown(self, best: int, shown: bool) -> None:
        held = held_groups(of_each_other(["x"] * 5, lambda _rater, _subject: best))
        assert (group_scores(GroupSeen(GROUP, None), "baseline", held, FIVE) is not None) is shown
        assert (group_development(GroupSeen(GROUP, None), held, FIVE) is not None) is shown
        assert group_scores(GroupSeen(GROUP, ANNE), "baseline", held, FIVE) is not None

    def test_unknown_groups_and_waves_and_cases_have_nothing(self) -> None:
        held = group_of(6)
        assert group_scores(GroupSeen(OTHER_GROUP, ANNE), "baseline", held, FIVE) is None
        assert group_scores(GroupSeen(GROUP, ANNE), "follow-up", held, FIVE) is None
        assert group_scores(GroupSeen(UUID(int=102), ANNE), "baseline", held, FIVE) is None
