"""Ratings laid out as cells; every mistake is named, and none is written."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey.answering.cells import Questions, cells_of
from services.survey.answering.schemas import Rating

ANNE, BO, ME = UUID(int=1), UUID(int=2), UUID(int=3)
QUESTIONS = Questions(
    subjects={ANNE: 0, BO: 2},
    width=3,
    items={"knowledge": 0, "respect": 1},
    scale=range(1, 6),
    may_not_work_with=True,
    own=frozenset({ME}),
)


def rating(subject: UUID, knowledge: Any = None, respect: Any = None, **more: Any) -> Rating:
    given_answers = {"knowledge": knowledge, "respect": respect}
    answers = [
        {"itemId": item, "value": value} for item, value in given_answers.items() if value is not None
    ]
    return Rating.model_validate({"subjectId": subject, "answers": answers, **more})


def codes(*ratings: Rating) -> list[int]:
    row = cells_of(QUESTIONS, ratings)
    assert row.errors == ()
    return [int.from_bytes(bytes([cell]), signed=True) for cell in row.cells]


def mistakes(*ratings: Rating, questions: Questions = QUESTIONS) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in cells_of(questions, ratings).errors]


class TestCellsOf:
    def test_answers_stand_in_their_subjects_and_items_place(self) -> None:
        assert codes(rating(BO, 5, 1), rating(ANNE, respect=3)) == [0, 3, 0, 0, 5, 1]

    def test_three_ways_of_not_rating_stay_apart(self) -> None:
        assert codes(rating(ANNE, "dont-know"), rating(BO, doesNotWorkWith=True)) == [-1, 0, 0, 0, -2, -2]

    def test_nothing_is_empty_and_dont_know_is_not(self) -> None:
        assert cells_of(QUESTIONS, []).is_empty
        assert cells_of(QUESTIONS, [rating(ANNE)]).is_empty
        assert not cells_of(QUESTIONS, [rating(ANNE, "dont-know")]).is_empty

    def test_the_order_of_ratings_does_not_matter(self) -> None:
        some = [rating(ANNE, 1, 2), rating(BO, 3, "dont-know")]
        assert codes(*some) == codes(*reversed(some))

    @pytest.mark.parametrize("value", [0, 6, -1, -2, 2**31, -(2**31)])
    def test_names_what_is_outside_the_scale(self, value: int) -> None:
        assert mistakes(rating(ANNE, 4, value)) == [("/ratings/0/answers/1/value", "outside-scale")]

    def test_names_everything_at_once(self) -> None:
        twice = Rating.model_validate(
            {
                "subjectId": BO,
                "answers": [{"itemId": "respect", "value": 9}, {"itemId": "respect", "value": 1}],
            }
        )
        unheard = Rating.model_validate(
            {"subjectId": BO, "answers": [{"itemId": "unheard-of", "value": 1}]}
        )
        found = mistakes(
            rating(ME, 4), rating(UUID(int=99), 4), rating(ANNE, 4, doesNotWorkWith=True), twice
        )
        assert found == [
            ("/ratings/0/subjectId", "self-rating"),
            ("/ratings/1/subjectId", "unknown-subject"),
            ("/ratings/2/answers", "rated-all-the-same"),
            ("/ratings/3/answers/0/value", "outside-scale"),
            ("/ratings/3/answers/1/itemId", "answered-twice"),
        ]
        assert mistakes(rating(BO, 4), unheard) == [
            ("/ratings/1/subjectId", "rated-twice"),
            ("/ratings/1/answers/0/itemId", "unknown-item"),
        ]

    def test_not_working_with_is_only_where_offered(self) -> None:
        leadership = Questions(
            subjects={ANNE: 0}, width=1, items={"goals": 0}, scale=range(1, 6), may_not_work_with=False
        )
        found = mistakes(rating(ANNE, doesNotWorkWith=True), questions=leadership)
        assert found == [("/ratings/0/doesNotWorkWith", "not-offered")]

    @given(st.lists(st.sampled_from([1, 2, 3, 4, 5, "dont-know", None]), min_size=4, max_size=4))
    def test_every_answer_is_there_and_nothing_else(self, values: list[Any]) -> None:
        found = codes(rating(ANNE, *values[:2]), rating(BO, *values[2:]))
        wanted = [{"dont-know": -1, None: 0}.get(value, value) for value in values]
        assert found == [*wanted[:2], 0, 0, *wanted[2:]]
