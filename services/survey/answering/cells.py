"""Turns ratings into the cells of one respondent's row and back, or says everything wrong; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.survey.answering.schemas import DONT_KNOW_ANSWER, ItemAnswer, Rating
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED
from shared.errors import FieldError


@dataclass(frozen=True, slots=True)
class Questions:
    """What one respondent is asked: subjects by their place in the row, items, and the scale.

    `own` are the respondent's own ids where they stand among the subjects of others, to say why they
    are not taken. `required` are the items that whoever is rated at all must be rated on.
    """

    subjects: dict[UUID, int]
    width: int
    items: dict[str, int]
    scale: range
    may_not_work_with: bool
    own: frozenset[UUID] = frozenset()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A respondent's cells, subject by subject, and what is wrong with the ratings."""

    cells: bytes
    errors: tuple[FieldError, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was answered."""
        return not any(self.cells)


def cells_of(questions: Questions, ratings: Sequence[Rating], *, complete: bool = True) -> Row:
    """Lay ratings out as one int8 cell per subject and item (two's complement bytes)."""
    cells = bytearray([NOT_ANSWERED] * (questions.width * len(questions.items)))
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    for index, rating in enumerate(ratings):
        if rating.subject_id in seen or not _write(cells, questions, rating, complete=complete):
            errors += _mistakes_about(questions, rating, f"/ratings/{index}", seen)
            errors += _mistaken_answers(questions, rating, f"/ratings/{index}", complete=complete)
        seen.add(rating.subject_id)
    return Row(bytes(cells), tuple(errors))


def _write(cells: bytearray, questions: Questions, rating: Rating, *, complete: bool) -> bool:
    """Write a rating about somebody not rated yet; tell whether it is without any mistake.

    It only looks whether there is one, as nearly always there is none; others say which.
    """
    items, scale, answers = questions.items, questions.scale, rating.answers
    place = questions.subjects.get(rating.subject_id)
    if place is None:
        return False
    start = place * len(items)
    if rating.does_not_work_with:
        cells[start : start + len(items)] = bytes([DONT_WORK_WITH & 0xFF]) * len(items)
        return questions.may_not_work_with and not answers
    for answer in answers:
        item, value = items.get(answer.item_id), answer.value
        code = DONT_KNOW & 0xFF if value == DONT_KNOW_ANSWER else value
        if item is None or cells[start + item] or not (value in scale or value == DONT_KNOW_ANSWER):
            return False
        cells[start + item] = int(code)
    return not (complete and answers) or all(cells[start + items[each]] for each in questions.required)


def _mistakes_about(
    questions: Questions, rating: Rating, pointer: str, seen: set[UUID]
) -> Iterator[FieldError]:
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


def _mistaken_answers(
    questions: Questions, rating: Rating, pointer: str, *, complete: bool
) -> Iterator[FieldError]:
    answered: set[str] = set()
    for place, answer in enumerate(rating.answers):
        if (
            answer.item_id not in questions.items
            or answer.item_id in answered
            or (answer.value != DONT_KNOW_ANSWER and answer.value not in questions.scale)
        ):
            yield from _mistakes_in(questions, answer, f"{pointer}/answers/{place}", answered)
        answered.add(answer.item_id)
    if complete and answered and not questions.required <= answered:
        missing = ", ".join(sorted(questions.required - answered))
        yield FieldError(f"{pointer}/answers", "answer-required", f"Must be answered, too: {missing}.")


def _mistakes_in(
    questions: Questions, answer: ItemAnswer, where: str, answered: set[str]
) -> Iterator[FieldError]:
    if answer.item_id not in questions.items:
        yield FieldError(f"{where}/itemId", "unknown-item", "There is no such statement.")
    elif answer.item_id in answered:
        yield FieldError(f"{where}/itemId", "answered-twice", "This is answered already.")
    if answer.value != DONT_KNOW_ANSWER and answer.value not in questions.scale:
        scale = f"{questions.scale[0]} to {questions.scale[-1]}"
        yield FieldError(f"{where}/value", "outside-scale", f"The scale goes from {scale}.")


def ratings_of(questions: Questions, cells: bytes) -> list[Rating]:
    """Read a row of cells as the ratings it was made of; a short one has nothing about those at its end."""
    count = len(questions.items)
    padded = cells.ljust(questions.width * count, bytes([NOT_ANSWERED]))
    found = (
        _rating(subject, questions, padded[place * count : (place + 1) * count])
        for subject, place in questions.subjects.items()
    )
    return [rating for rating in found if rating.answers or rating.does_not_work_with]


def _rating(subject: UUID, questions: Questions, cells: bytes) -> Rating:
    codes = {item: int.from_bytes([cells[place]], signed=True) for item, place in questions.items.items()}
    return Rating(
        subject_id=subject,
        does_not_work_with=DONT_WORK_WITH in codes.values(),
        answers=[
            ItemAnswer(item_id=item, value=DONT_KNOW_ANSWER if code == DONT_KNOW else code)
            for item, code in codes.items()
            if code not in {NOT_ANSWERED, DONT_WORK_WITH}
        ],
    )
