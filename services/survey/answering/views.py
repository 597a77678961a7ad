"""What a respondent sees: a measurement's frozen roster and an instrument's texts, put together."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.schemas import (
    DraftView,
    FormView,
    OptionView,
    Rating,
    StatementView,
    SubjectView,
)
from services.survey.instruments.definition import Instrument, Text
from shared.contracts.survey import Form
from shared.wire import Language


def said_in(text: Text, language: Language) -> str:
    """Return a text in one language."""
    return text.da if language == "da" else text.en


def subjects_asked(row: Row[Any], instrument: Instrument) -> list[tuple[int, UUID, str]]:
    """Return each subject a form asks about: its place in the row, its id and its label.

    The subject of a leadership form is the respondent's leader at opening.
    """
    respondent = row.respondents[row.seat]
    if instrument.form is Form.OWN_LEADER:
        return [(0, UUID(respondent["leaderId"]), respondent["leaderLabel"])]
    count = len(row.subjects)
    asked = row.asked[row.seat * count : (row.seat + 1) * count]
    return [
        (place, UUID(subject["id"]), subject["label"])
        for place, subject in enumerate(row.subjects)
        if asked[place]
    ]


def own_subjects(row: Row[Any]) -> frozenset[UUID]:
    """Return the subjects who are the respondent, in this or another employment."""
    respondent = row.respondents[row.seat]
    return frozenset(
        UUID(subject["id"])
        for subject in row.subjects
        if subject["id"] == respondent["id"] or subject["personId"] == (respondent["personId"] or "")
    )


def form_view(row: Row[Any], instrument: Instrument, language: Language) -> FormView:
    """Show one form in one language."""
    without = instrument.dont_work_with
    return FormView(
        id=row.id,
        form=instrument.form,
        title=said_in(instrument.title, language),
        introduction=said_in(instrument.introduction, language),
        statements=[
            StatementView(
                id=item.id,
                label=said_in(item.label, language),
                wording=said_in(item.wording, language),
            )
            for item in instrument.items
        ],
        options=[
            OptionView(value=option.value, label=said_in(option.label, language))
            for option in instrument.options
        ],
        dont_know=said_in(instrument.dont_know.label, language),
        does_not_work_with=said_in(without.label, language) if without else None,
        subjects=[
            SubjectView(id=subject_id, label=label)
            for _, subject_id, label in subjects_asked(row, instrument)
        ],
        submitted_at=row.submitted_at,
        draft=_draft_view(row),
    )


def _draft_view(row: Row[Any]) -> DraftView | None:
    if row.draft is None:
        return None
    ratings = [Rating.model_validate(rating) for rating in row.draft]
    return DraftView(form_id=row.id, revision=row.draft_revision, ratings=ratings)
