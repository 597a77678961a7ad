"""Each dimension's matrix and the answers that are no ratings, against a case worked out by hand."""

import pytest

from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH
from services.analytics.scores.answers import dimension_matrices, marked_pairs
from services.analytics.scores.case_scores import matrix_view
from tests.services.analytics.networks_by_hand import ANNE, BO, CARLA, THREE, network, rating_groups

OWN, LEFT, UNKNOWN, APART = "not-asked", "not-answered", "dont-know", "dont-work-with"


class TestDimensionMatrices:
    def test_hold_the_answers_or_why_there_is_none(self) -> None:
        knowledge, solving = dimension_matrices(network(THREE))
        shown = [[cell.value or cell.reason for cell in row] for row in knowledge.cells]
        assert shown == [[OWN, 5.0, UNKNOWN], [3.0, OWN, APART], [LEFT, 4.0, OWN]]
        assert (knowledge.code, solving.code) == ("mutual-knowledge", "problem-solving")
        assert [[cell.value or cell.reason for cell in row] for row in solving.cells] == [
            [OWN, 4.0, 2.0],
            [3.0, OWN, APART],
            [LEFT, UNKNOWN, OWN],
        ]

    def test_means_are_over_ratings_only(self) -> None:
        knowledge, solving = dimension_matrices(network(THREE))
        assert [each.value for each in knowledge.given] == [5.0, 3.0, 4.0]
        assert [each.value for each in knowledge.received] == [3.0, 4.5, None]
        assert [each.value for each in solving.given] == [3.0, 3.0, None]
        assert [each.value for each in solving.received] == [3.0, 4.0, 2.0]
        assert solving.given[2].reason == "no-data"


class TestMarkedPairs:
    def test_say_who_of_whom_and_on_what(self) -> None:
        unknown = marked_pairs(network(THREE), DONT_KNOW)
        assert [(each.rater, each.subject, each.dimensions) for each in unknown] == [
            (ANNE, CARLA, ["mutual-knowledge"]),
            (CARLA, BO, ["problem-solving"]),
        ]
        (apart,) = marked_pairs(network(THREE), DONT_WORK_WITH)
        assert (apart.rater, apart.subject, len(apart.dimensions)) == (BO, CARLA, 2)

    @pytest.mark.parametrize("mark", [DONT_KNOW, DONT_WORK_WITH])
    def test_nobody_says_so_of_oneself(self, mark: int) -> None:
        assert marked_pairs(network([[[mark], [4]], [[4], [mark]]]), mark) == []


class TestMatrix:
    def test_means_are_those_of_the_dyads(self) -> None:
        view = matrix_view(network(THREE))
        assert [[cell.value for cell in row] for row in view.cells] == [
            [None, 4.5, 2.0],
            [3.0, None, None],
            [None, 4.0, None],
        ]
        assert [each.given.value for each in view.participants] == [3.25, 3.0, 4.0]
        assert [each.received.value for each in view.participants] == [3.0, 4.25, 2.0]
        assert (len(view.dimensions), len(view.dont_know), len(view.dont_work_with)) == (2, 2, 1)

    def test_columns_are_groups_where_the_form_asked_about_these(self) -> None:
        view = matrix_view(rating_groups())
        assert [(each.label, each.received.value) for each in view.rated] == [("G51", 2.5), ("G52", 4.5)]
        assert [each.given.value for each in view.participants] == [4.0, 2.0, 4.0]
        assert {each.received.reason for each in view.participants} == {"not-asked"}
        assert [each.subject.int for each in view.dont_know] == [52]
        assert [each.value for each in view.dimensions[0].received] == [2.5, 4.5]

    def test_columns_are_the_participants_otherwise(self) -> None:
        view = matrix_view(network(THREE))
        assert [(each.id, each.received) for each in view.rated] == [
            (each.id, each.received) for each in view.participants
        ]
