"""Turns ratings into the cells of one respondent's row in a cube, or says everything wrong; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.survey.answering.schemas import DONT_KNOW_ANSWER, Rating
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED
from shared.errors import FieldError


@dataclass(frozen=True, slots=True)
class Questions:
    """What one respondent is asked: subjects by their place in the row, items, and the scale.

    `own` are the respondent's own ids where they stand among the subjects of others, to say why they
    are not taken.
    """

    subjects: dict[UUID, int]
    width: int
    items: dict[str, int]
    scale: range
    may_not_work_with: bool
    own: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A respondent's cells, subject by subject, and what is wrong with the ratings."""

    cells: bytes
    errors: tuple[FieldError, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was answered."""
        return not any(self.cells)


def cells_of(questions: Questions, ratings: Sequence[Rating]) -> Row:
    """Lay ratings out as one int8 cell per subject and item (two's complement bytes)."""
    cells = bytearray([NOT_ANSWERED] * (questions.width * len(questions.items)))
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    for index, rating in enumerate(ratings):
        pointer = f"/ratings/{index}"
        found = list(_mistakes(questions, rating, pointer, seen))
        errors.extend(found)
        seen.add(rating.subject_id)
        if not found:
            _write(cells, questions, rating)
    return Row(bytes(cells), tuple(errors))


def _write(cells: bytearray, questions: Questions, rating: Rating) -> None:
    start = questions.subjects[rating.subject_id] * len(questions.items)
    if rating.does_not_work_with:
        for place in range(len(questions.items)):
            cells[start + place] = DONT_WORK_WITH & 0xFF
    for answer in rating.answers:
        value = DONT_KNOW if answer.value == DONT_KNOW_ANSWER else int(answer.value)
        cells[start + questions.items[answer.item_id]] = value & 0xFF


def _mistakes(questions: Questions, rating: Rating, pointer: str, seen: set[UUID]) -> Iterator[FieldError]:
    if rating.subject_id in questions.own:
        yield FieldError(f"{pointer}/subjectId", "self-rating", "Nobody rates themselves here.")
    elif rating.subject_id not in questions.subjects:
        yield FieldError(f"{pointer}/subjectId", "unknown-subject", "You are not asked about this one.")
    elif rating.subject_id in seen:
        yield FieldError(f"{pointer}/subjectId", "rated-twice", "This one is rated already.")
    if rating.does_not_work_with and not questions.may_not_work_with:
        yield FieldError(f"{pointer}/doesNotWorkWith", "not-offered", "This form does not offer that.")
    if rating.does_not_work_with and rating.answers:
        yield FieldError(
            f"{pointer}/answers", "rated-all-the-same", "Whom you don't work with you can't rate."
        )
    answered: set[str] = set()
    for place, answer in enumerate(rating.answers):
        where = f"{pointer}/answers/{place}"
        if answer.item_id not in questions.items:
            yield FieldError(f"{where}/itemId", "unknown-item", "There is no such statement.")
        elif answer.item_id in answered:
            yield FieldError(f"{where}/itemId", "answered-twice", "This is answered already.")
        answered.add(answer.item_id)
        if answer.value != DONT_KNOW_ANSWER and answer.value not in questions.scale:
            scale = f"{questions.scale[0]} to {questions.scale[-1]}"
            yield FieldError(f"{where}/value", "outside-scale", f"The scale goes from {scale}.")
