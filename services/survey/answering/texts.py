"""Checks free texts against what one respondent is asked, or says everything wrong with them; pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.survey.answering.schemas import TextAnswer
from services.survey.instruments.definition import FreeText
from shared.errors import FieldError

ABOUT_NOBODY = UUID(int=0)
"""Stands where a text about no subject in particular is stored."""


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What can be answered in own words: questions by id, and whom the one can be about."""

    by_id: Mapping[str, FreeText]
    subjects: Collection[UUID]


def mistakes_in_texts(questions: OpenQuestions, texts: Sequence[TextAnswer]) -> Iterator[FieldError]:
    """Say all that is wrong with texts."""
    seen: set[tuple[str, UUID | None]] = set()
    for index, text in enumerate(texts):
        pointer = f"/texts/{index}"
        question = questions.by_id.get(text.question_id)
        if question is None:
            yield FieldError(f"{pointer}/questionId", "unknown-question", "There is no such question.")
            continue
        yield from _mistakes_about(question, questions.subjects, text, pointer)
        if (text.question_id, text.subject_id) in seen:
            yield FieldError(pointer, "answered-twice", "This is answered already.")
        seen.add((text.question_id, text.subject_id))
        if len(text.body) > question.maximum_length:
            limit = question.maximum_length
            yield FieldError(f"{pointer}/body", "too-long", f"At most {limit} characters.")


def _mistakes_about(
    question: FreeText, subjects: Collection[UUID], text: TextAnswer, pointer: str
) -> Iterator[FieldError]:
    if not question.per_subject:
        if text.subject_id is not None:
            yield FieldError(f"{pointer}/subjectId", "not-per-subject", "This is asked once, about nobody.")
    elif text.subject_id is None:
        yield FieldError(f"{pointer}/subjectId", "subject-missing", "Say whom this is about.")
    elif text.subject_id not in subjects:
        yield FieldError(f"{pointer}/subjectId", "unknown-subject", "You are not asked about this one.")


def said(texts: Sequence[TextAnswer]) -> list[TextAnswer]:
    """Return the texts that say something."""
    return [text for text in texts if text.body]
