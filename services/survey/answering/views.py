"""What a respondent sees: a measurement's frozen roster and an instrument's texts, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.asked import AskedForm, subjects_of
from services.survey.answering.cells import ratings_of
from services.survey.answering.schemas import (
    SUBJECTS_A_PAGE,
    AnsweredBy,
    AnswersView,
    DraftView,
    FormView,
    OptionView,
    Rating,
    StatementView,
    SubjectView,
    TextAnswer,
    TextQuestionView,
)
from services.survey.answering.texts import ABOUT_NOBODY
from services.survey.instruments.definition import Instrument, Text
from shared.contracts.survey import Form


def said_in(text: Text, language: str) -> str:
    """Return a text in one language."""
    return text.said_in(language)


def subjects_asked(row: Row[Any], instrument: Instrument) -> list[tuple[int, UUID, str]]:
    """Return each subject a form asks about: its place in the row, its id and its label."""
    return [(each.place, each.id, each.label) for each in subjects_of(row, row.seat, instrument.form)]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form's newest answers."""

    cells: bytes
    answered_by: AnsweredBy
    texts: Sequence[Row[Any]]

    def view(self, row: Row[Any], asked: AskedForm) -> AnswersView:
        """Show them as they can be corrected."""
        return AnswersView(
            ratings=ratings_of(asked.questions, self.cells),
            texts=[
                TextAnswer(
                    question_id=each.question,
                    subject_id=None if each.subject_id == ABOUT_NOBODY else each.subject_id,
                    body=each.body,
                    may_quote=each.may_quote,
                )
                for each in self.texts
            ],
            share_with_team=row.share_with_team,
            answered_by=self.answered_by,
        )


def form_view(row: Row[Any], asked: AskedForm, submitted: Submitted | None, language: str) -> FormView:
    """Show one form in one language."""
    instrument = asked.instrument
    without = instrument.dont_work_with
    subjects = subjects_of(row, row.seat, instrument.form)
    ids = [subject.id for subject in subjects]
    of_citizen = instrument.form is Form.CITIZEN
    return FormView(
        id=row.id,
        form=instrument.form,
        title=instrument.title.said_in(language),
        introduction=instrument.introduction.said_in(language),
        statements=_statements(row, instrument, language),
        texts=_text_questions(instrument, language),
        options=[
            OptionView(value=option.value, label=option.label.said_in(language))
            for option in instrument.options
        ],
        dont_know=instrument.dont_know.label.said_in(language),
        does_not_work_with=without.label.said_in(language) if without else None,
        subjects=[SubjectView(id=subject.id, label=subject.label) for subject in subjects],
        pages=[ids[start : start + SUBJECTS_A_PAGE] for start in range(0, len(ids), SUBJECTS_A_PAGE)],
        may_share_with_team=asked.may_share,
        may_be_answered_on_behalf=of_citizen,
        judgements=len(ids) * len(instrument.items),
        version=row.number,
        submitted_at=row.submitted_at,
        corrected_at=row.corrected_at,
        draft=_draft_view(row),
        answers=submitted.view(row, asked) if submitted else None,
    )


def _statements(row: Row[Any], instrument: Instrument, language: str) -> list[StatementView]:
    return [
        StatementView(
            id=item.id,
            label=item.label.said_in(language),
            wording=item.wording.said_in(language),
            required=item.required,
            focus=item.id in row.focus_items,
        )
        for item in instrument.items
    ]


def _text_questions(instrument: Instrument, language: str) -> list[TextQuestionView]:
    return [
        TextQuestionView(
            id=each.id,
            label=each.label.said_in(language),
            wording=each.wording.said_in(language),
            per_subject=each.per_subject,
            maximum_length=each.maximum_length,
        )
        for each in instrument.texts
    ]


def _draft_view(row: Row[Any]) -> DraftView | None:
    if row.draft is None:
        return None
    return DraftView(
        form_id=row.id,
        revision=row.draft_revision,
        ratings=[Rating.model_validate(rating) for rating in row.draft],
        texts=[TextAnswer.model_validate(each) for each in row.draft_texts or ()],
    )
