"""Use cases of a respondent: see what is asked, keep a draft, submit."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.cells import Questions, cells_of
from services.survey.answering.cells import Row as LaidOut
from services.survey.answering.errors import ALREADY_SUBMITTED, DRAFT_CHANGED
from services.survey.answering.repository import (
    add_answers,
    hold_form,
    keep_draft,
    read_forms,
    take_form,
)
from services.survey.answering.schemas import (
    DraftView,
    PutDraft,
    Rating,
    ResponseView,
    SubmissionView,
    SubmitResponse,
)
from services.survey.answering.tokens import RespondentToken
from services.survey.answering.views import form_view, own_subjects, subjects_asked
from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.rounds.errors import ROUND_CLOSED
from services.survey.rounds.repository import count_up
from shared.access.policy import unauthenticated
from shared.changes.log import log_change
from shared.contracts.survey import MEASUREMENT, Form, RoundState
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, Problem, broken_rule
from shared.wire import Language


async def show_response(
    transaction: Transaction, respondent: RespondentToken, language: Language
) -> ResponseView:
    """Return everything the respondent is asked."""
    forms = await read_forms(transaction, respondent.invitation)
    invited = _require_generation(forms[0] if forms else None, respondent)
    return ResponseView(
        language=language,
        respondent_label=invited.respondent_label,
        wave=invited.request["wave"]["label"],
        purpose=invited.request["purpose"],
        visibility=invited.visibility,
        state=invited.state,
        forms=[form_view(row, _instrument(row), language) for row in forms],
    )


async def submit(
    transaction: Transaction, respondent: RespondentToken, wanted: SubmitResponse
) -> SubmissionView:
    """Take one form and keep its answers.

    Raises
    ------
    Problem
        401 for a revoked token; 409 after closing or a first submission; 422 for answers that
        don't fit the form, naming every one.
    """
    row = await _require_open_form(transaction, respondent, wanted.form_id)
    laid_out = _laid_out(row, wanted.ratings)
    if laid_out.is_empty:
        raise broken_rule("/ratings", "nothing-answered", "A form with no answer can't be submitted.")
    if wanted.share_with_team and _instrument(row).form is not Form.CITIZEN:
        raise broken_rule("/shareWithTeam", "not-offered", "This form does not offer that.")
    taken_at = await take_form(transaction, row.id, share_with_team=wanted.share_with_team)
    if taken_at is None:
        raise Problem(ALREADY_SUBMITTED)
    await add_answers(transaction, row.id, row.measurement_id, laid_out.cells)
    version = await count_up(transaction, row.measurement_id)
    await log_change(transaction, MEASUREMENT, row.measurement_id, version)
    return SubmissionView(form_id=row.id, submitted_at=taken_at)


async def show_submission(
    transaction: Transaction, respondent: RespondentToken, form_id: UUID
) -> SubmissionView:
    """Return when a form was submitted."""
    row = _require_generation(await hold_form(transaction, respondent.invitation, form_id), respondent)
    return SubmissionView(form_id=row.id, submitted_at=row.submitted_at)


async def put_draft(transaction: Transaction, respondent: RespondentToken, wanted: PutDraft) -> DraftView:
    """Keep a draft; what it holds must fit the form, but need not be complete."""
    row = await _require_open_form(transaction, respondent, wanted.form_id)
    _laid_out(row, wanted.ratings)
    ratings = [rating.model_dump(mode="json", by_alias=True) for rating in wanted.ratings]
    if not await keep_draft(transaction, row.id, wanted.revision, ratings):
        raise Problem(DRAFT_CHANGED)
    return DraftView(form_id=row.id, revision=wanted.revision + 1, ratings=wanted.ratings)


def _require_generation(row: Row[Any] | None, respondent: RespondentToken) -> Row[Any]:
    """Refuse a token whose invitation is gone or whose generation has passed, both alike."""
    if row is None or row.generation != respondent.generation:
        raise unauthenticated()
    return row


async def _require_open_form(
    transaction: Transaction, respondent: RespondentToken, form_id: UUID
) -> Row[Any]:
    """Return a form that can still be answered, its round held open meanwhile."""
    row = _require_generation(await hold_form(transaction, respondent.invitation, form_id), respondent)
    if row.state != RoundState.OPEN:
        raise Problem(ROUND_CLOSED)
    if row.id is None:
        raise broken_rule("/formId", "unknown-form", "You are not asked this form.")
    if row.submitted_at is not None:
        raise Problem(ALREADY_SUBMITTED)
    return row


def _instrument(row: Row[Any]) -> Instrument:
    return load_catalogue()[row.instrument, row.instrument_version]


def _laid_out(row: Row[Any], ratings: list[Rating]) -> LaidOut:
    """Lay ratings out as cells, or refuse them, naming every mistake."""
    instrument = _instrument(row)
    laid_out = cells_of(_questions(row, instrument), ratings)
    if laid_out.errors:
        raise Problem(BROKEN_RULE, laid_out.errors)
    return laid_out


def _questions(row: Row[Any], instrument: Instrument) -> Questions:
    asked = subjects_asked(row, instrument)
    return Questions(
        subjects={subject_id: place for place, subject_id, _ in asked},
        width=len(row.subjects),
        items={item: place for place, item in enumerate(instrument.item_ids)},
        scale=range(instrument.scale.minimum, instrument.scale.maximum + 1),
        may_not_work_with=instrument.dont_work_with is not None,
        own=own_subjects(row),
    )
