"""Puts stored answers into words again, and counts who rated one without telling anything of them; pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.texts import ABOUT_NOBODY
from services.survey.exports.schemas import GivenAnswer, GivenRating, GivenText
from services.survey.instruments.definition import Instrument
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Form
from shared.wire import Language


@dataclass(frozen=True, slots=True)
class Rater:
    """One's answers as they are stored; `invitation` tells persons apart."""

    invitation: UUID
    seat: int
    cells: bytes


def given_ratings(
    cells: bytes, asked: Sequence[tuple[int, UUID, str]], instrument: Instrument, language: Language
) -> list[GivenRating]:
    """Read a respondent's cells: each subject that anything was answered about."""
    ratings = (
        GivenRating(
            subject_id=subject,
            subject=label,
            answers=list(_answers(_cells_of(cells, place, instrument), label, instrument, language)),
        )
        for place, subject, label in asked
    )
    return [rating for rating in ratings if rating.answers]


def _cells_of(cells: bytes, place: int, instrument: Instrument) -> bytes:
    """Return the cells about one subject; of who joined after the answer was given there are none."""
    width = len(instrument.items)
    return cells[place * width :][:width].ljust(width, bytes([NOT_ANSWERED]))


def given_texts(texts: Sequence[Row[Any]], instrument: Instrument, language: Language) -> list[GivenText]:
    """Read a respondent's free texts, each under its question."""
    questions = {each.id: each.wording.said_in(language) for each in instrument.texts}
    return [
        GivenText(
            question_id=each.question,
            question=questions[each.question],
            subject_id=None if each.subject_id == ABOUT_NOBODY else each.subject_id,
            body=each.body,
            may_quote=each.may_quote,
        )
        for each in texts
    ]


def _answers(
    cells: bytes, subject: str, instrument: Instrument, language: Language
) -> Iterator[GivenAnswer]:
    without = instrument.dont_work_with
    words = {option.value: getattr(option.label, language) for option in instrument.options}
    words[DONT_KNOW] = getattr(instrument.dont_know.label, language)
    words[DONT_WORK_WITH] = getattr(without.label, language) if without else ""
    for item, cell in zip(instrument.items, cells, strict=True):
        code = int.from_bytes([cell], signed=True)
        if code != NOT_ANSWERED:
            yield GivenAnswer(
                item_id=item.id,
                statement=item.about(subject).said_in(language),
                value=code if code > 0 else None,
                words=words[code],
            )


@dataclass(frozen=True, slots=True)
class Rated:
    """Where one is rated: as some of the subjects, or by some of the respondents as their leader."""

    columns: tuple[int, ...]
    rows: frozenset[int]
    items: int

    def raters(self, answers: Sequence[Rater]) -> int:
        """Count the people who answered anything about the one."""
        return len({each.invitation for each in answers if self._is_rated_in(each)})

    def _is_rated_in(self, answers: Rater) -> bool:
        if answers.seat in self.rows:
            return any(answers.cells)
        return any(any(answers.cells[place * self.items :][: self.items]) for place in self.columns)


def rated_in(measurement: Row[Any], person: UUID, employments: Collection[UUID]) -> Rated | None:
    """Find where an employee is rated in a measurement, if anywhere."""
    leads = {str(each) for each in (person, *employments)} if measurement.form == Form.OWN_LEADER else set()
    columns = [place for place, each in enumerate(measurement.subjects) if each["personId"] == str(person)]
    rows = [
        place
        for place, each in enumerate(measurement.respondents)
        if each.get("leaderPersonId") in leads or each["leaderId"] in leads
    ]
    if not columns and not rows:
        return None
    return Rated(tuple(columns), frozenset(rows), len(measurement.items))
