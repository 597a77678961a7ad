"""A case's relations, against cases worked out by hand."""

from fractions import Fraction

from services.analytics.case_team.relations import extremes, mutual_relations, relations_view
from services.analytics.case_team.schemas import RelationsView
from services.analytics.methods.cube import round_robin
from services.analytics.methods.dyads import dyads_of
from tests.services.analytics.networks_by_hand import ANNE, BO, CARLA, DORTE, THREE, network

FOUR = [[0, 5, 4, 3], [5, 0, 3, 2], [4, 4, 0, 1], [3, 2, 2, 0]]
"""Anne-Bo 5, Anne-Carla 4, Bo-Carla 3.5, Anne-Dorte 3, Bo-Dorte 2, Carla-Dorte 1.5."""

TIED = [[0, 5, 5, 5], [5, 0, 5, 1], [5, 5, 0, 1], [5, 1, 1, 0]]
ALIKE = [[0, 3, 3], [3, 0, 3], [3, 3, 0]]


def cube_of(table: list[list[int]]) -> list[list[list[int]]]:
    return [[[value] for value in row] for row in table]


def shown(table: list[list[int]]) -> RelationsView:
    return relations_view(network(cube_of(table)))


class TestPairs:
    def test_hold_both_views_and_how_they_differ(self) -> None:
        first, second, third = relations_view(network(THREE)).pairs
        assert (first.first, first.second) == (ANNE, BO)
        found = first.overall
        assert (found.first_of_second.value, found.second_of_first.value) == (4.5, 3.0)
        assert found.difference.value == 1.5
        assert [(each.code, each.mutual.difference.value) for each in first.dimensions] == [
            ("mutual-knowledge", 2.0),
            ("problem-solving", 1.0),
        ]
        assert (second.first, second.second, second.overall.first_of_second.value) == (ANNE, CARLA, 2.0)
        assert (third.first, third.second, third.overall.second_of_first.value) == (BO, CARLA, 4.0)

    def test_do_not_differ_where_one_view_is_missing(self) -> None:
        for pair in relations_view(network(THREE)).pairs[1:]:
            assert (pair.overall.difference.value, pair.overall.difference.reason) == (None, "no-data")


class TestExtremes:
    def test_are_the_three_strongest_and_the_three_weakest(self) -> None:
        view = shown(FOUR)
        assert [(each.first, each.second, each.mean) for each in view.strongest] == [
            (ANNE, BO, 5.0),
            (ANNE, CARLA, 4.0),
            (BO, CARLA, 3.5),
        ]
        assert [(each.first, each.second, each.mean) for each in view.weakest] == [
            (CARLA, DORTE, 1.5),
            (BO, DORTE, 2.0),
            (ANNE, DORTE, 3.0),
        ]

    def test_relations_that_tie_share_a_fate_in_the_axis_order(self) -> None:
        view = shown(TIED)
        assert view.strongest == []
        assert [(each.first, each.second) for each in view.weakest] == [(BO, DORTE), (CARLA, DORTE)]

    def test_there_are_none_where_all_are_alike_or_only_one_is_known(self) -> None:
        for view in (shown(ALIKE), relations_view(network(THREE))):
            assert (view.strongest, view.weakest) == ([], [])

    def test_a_relation_known_from_one_side_is_none_yet(self) -> None:
        (only,) = mutual_relations(dyads_of(round_robin(THREE)))
        assert (only.first, only.second, only.mean) == (0, 1, Fraction(15, 4))

    def test_no_relation_is_in_both(self) -> None:
        for table in (FOUR, TIED, ALIKE):
            strongest, weakest = extremes(mutual_relations(dyads_of(round_robin(cube_of(table)))))
            assert not {(each.first, each.second) for each in strongest} & {
                (each.first, each.second) for each in weakest
            }

    def test_no_list_of_people_has_a_score(self) -> None:
        """Relations are between two; a list of persons by score would be a ranking."""
        view = shown(FOUR).model_dump()
        assert all(each["first"] != each["second"] for each in (*view["strongest"], *view["weakest"]))


class TestMeasures:
    def test_are_those_worked_out_by_hand(self) -> None:
        found = relations_view(network(THREE)).measures
        assert (found.persons, found.asked, found.known, found.strong) == (3, 6, 4, 2)
        assert (found.density.value, found.density.low.value, found.density.high.value) == (
            1 / 2,
            2 / 6,
            4 / 6,
        )
        assert (found.mutual, found.one_sided, found.neither) == (0, 1, 0)
        assert (found.reciprocity.value, found.asymmetry.value) == (0.0, 1.5)
        assert found.together.groups == [[ANNE, BO, CARLA]]

    def test_people_alone_are_counted(self) -> None:
        found = shown(FOUR).measures
        # Strong: Anne and Bo both ways, Anne and Carla both ways, Carla of Bo.
        assert (found.strong, found.mutual, found.one_sided, found.neither) == (5, 2, 1, 3)
        assert found.density.value == 5 / 12
        assert found.reciprocity.value == 4 / 5
        assert found.together.groups == [[ANNE, BO, CARLA], [DORTE]]
        assert (found.together.count, found.together.alone, found.together.fewest) == (2, 1, 2)
        # Given 2, 1, 2 and 0; received 2, 2, 1 and 0: ((2 - 1) + (2 - 0)) / 9 both ways.
        assert found.centralisation_given.value == 3 / 9
        assert found.centralisation_received.value == 3 / 9
