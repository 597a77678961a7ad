"""Use cases of a respondent: see what is asked, keep a draft, decline, take everything back."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.asked import asked_form
from services.survey.answering.errors import (
    ALREADY_SUBMITTED,
    DRAFT_CHANGED,
    NO_LONGER_ASKED,
    RESPONSE_WITHDRAWN,
)
from services.survey.answering.languages import languages_of
from services.survey.answering.repository import (
    Invited,
    delete_answers,
    hold_round,
    hold_round_alone,
    keep_draft,
    note_declined,
    note_opened,
    note_withdrawn,
    read_answers,
    read_forms,
    read_frozen_round,
    read_invited,
    read_number,
    read_texts,
)
from services.survey.answering.schemas import AnsweredBy, DraftView, PutDraft, ResponseView, StateView
from services.survey.answering.sheet import lay_out
from services.survey.answering.tokens import RespondentToken
from services.survey.answering.views import Submitted, form_view
from services.survey.instruments.shelf import instrument_of
from services.survey.invitations.states import InvitationState
from services.survey.rounds.errors import ROUND_CLOSED
from services.survey.rounds.repository import count_up
from services.survey.standing.visibility import find_invitation
from shared.access.policy import unauthenticated
from shared.app.language import language_for
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.survey import RESPONSE_WITHDRAWN as WITHDRAWN_CHANGE
from shared.contracts.survey import RoundState, Visibility
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, Fault, Problem, broken_rule


async def show_response(
    transaction: Transaction, respondent: RespondentToken, accepted: str | None
) -> ResponseView:
    """Return everything the respondent is asked; the first time, note that it was opened.

    Parameters
    ----------
    accepted
        The languages the respondent reads, as `Accept-Language` tells.
    """
    invited = await _require_invited(transaction, respondent)
    if invited.opened_at is None:
        await note_opened(transaction, respondent.invitation)
    rows = await read_forms(transaction, respondent.invitation)
    instruments = [await instrument_of(transaction, row.instrument, row.instrument_version) for row in rows]
    languages = languages_of(instruments)
    language = language_for(accepted, languages, invited.language)
    visibility = Visibility(invited.visibility)
    # Only for correcting them: afterwards a link shows nothing that was answered.
    shown = [row.id for row in rows if row.number > 0] if _refusal(invited) is None else []
    submitted = await _submitted(transaction, shown)
    forms = [
        form_view(row, asked_form(row, row, instrument, visibility), submitted.get(row.id), language)
        for row, instrument in zip(rows, instruments, strict=True)
    ]
    first = invited.standing == InvitationState.INVITED
    return ResponseView(
        language=language,
        languages=languages,
        respondent_label=invited.respondent_label,
        wave=invited.request["wave"]["label"],
        purpose=invited.request["purpose"],
        legal_basis=invited.request.get("legal_basis", ""),
        visibility=invited.visibility,
        state=invited.state,
        invitation_state=InvitationState.OPENED if first else invited.standing,
        answer_until=invited.until,
        judgements=sum(form.judgements for form in forms),
        forms=forms,
    )


async def _submitted(transaction: Transaction, forms: list[UUID]) -> dict[UUID, Submitted]:
    if not forms:
        return {}
    texts: dict[UUID, list[Row[Any]]] = {}
    for row in await read_texts(transaction, forms):
        texts.setdefault(row.form_id, []).append(row)
    return {
        row.form_id: Submitted(
            row.cells, AnsweredBy(row.answered_by or AnsweredBy.SELF), texts.get(row.form_id, [])
        )
        for row in await read_answers(transaction, forms)
    }


async def put_draft(transaction: Transaction, respondent: RespondentToken, wanted: PutDraft) -> DraftView:
    """Keep a draft; what it holds must fit the form, but need not be complete.

    Raises
    ------
    Problem
        401 for a revoked token; 409 after closing or submission, and over a newer draft; 422 for
        answers that don't fit the form, naming every one.
    """
    await _hold_answerable(transaction, respondent)
    frozen = await read_frozen_round(transaction, respondent.invitation)
    asked = frozen.form_of(respondent.invitation, wanted.form_id) if frozen else None
    if asked is None:
        raise broken_rule("/formId", "unknown-form", "You are not asked this form.")
    if await read_number(transaction, wanted.form_id):
        raise Problem(ALREADY_SUBMITTED)
    sheet = lay_out(asked, wanted)
    if sheet.errors:
        raise Problem(BROKEN_RULE, sheet.errors)
    draft = wanted.model_dump(mode="json", by_alias=True, include={"ratings", "texts"})
    if not await keep_draft(transaction, wanted.form_id, wanted.revision, draft):
        raise Problem(DRAFT_CHANGED)
    return DraftView(
        form_id=wanted.form_id, revision=wanted.revision + 1, ratings=wanted.ratings, texts=wanted.texts
    )


async def decline(transaction: Transaction, respondent: RespondentToken) -> StateView:
    """Note that the respondent doesn't want to answer; a form submitted later takes that back."""
    invited = await _hold_answerable(transaction, respondent)
    if invited.standing == InvitationState.SUBMITTED:
        raise Problem(ALREADY_SUBMITTED)
    await note_declined(transaction, respondent.invitation)
    return StateView(state=InvitationState.DECLINED)


async def withdraw(transaction: Transaction, respondent: RespondentToken) -> StateView:
    """Delete all the respondent has answered, also of one who has left; again, it is as it was."""
    invited = await _require_invited(transaction, respondent)
    await hold_round_alone(transaction, invited.round_id)
    invited = await _require_invited(transaction, respondent)
    if invited.withdrawn_at is None and _refusal(invited) is ROUND_CLOSED:
        raise Problem(ROUND_CLOSED)
    await _take_back(transaction, respondent.invitation)
    return StateView(state=InvitationState.WITHDRAWN)


async def withdraw_for(transaction: Transaction, invitation_id: UUID, purpose: str) -> StateView:
    """Delete all a respondent has answered, even after closing; the audit says who did and why."""
    invited = await find_invitation(transaction, invitation_id)
    await hold_round_alone(transaction, invited.round_id)
    await find_invitation(transaction, invitation_id)
    await _take_back(transaction, invitation_id)
    await record_access(transaction, Access("withdraw", "invitation", invitation_id, purpose))
    return StateView(state=InvitationState.WITHDRAWN)


async def _take_back(transaction: Transaction, invitation_id: UUID) -> None:
    """Delete answers under a round that is held alone: none under way can come after."""
    if not await note_withdrawn(transaction, invitation_id):
        return
    for measurement in await delete_answers(transaction, invitation_id):
        version = await count_up(transaction, measurement)
        await log_change(transaction, WITHDRAWN_CHANGE, measurement, version)


async def _require_invited(transaction: Transaction, respondent: RespondentToken) -> Invited:
    """Refuse a token whose invitation is gone or whose generation has passed, both alike."""
    invited = await read_invited(transaction, respondent.invitation)
    if invited is None or invited.generation != respondent.generation:
        raise unauthenticated()
    return invited


async def _hold_answerable(transaction: Transaction, respondent: RespondentToken) -> Invited:
    """Return an invitation that can be answered, and keep it so until the transaction ends.

    It is read again once its round is held: whoever had to wait for that knows only how it was.
    """
    invited = await _require_invited(transaction, respondent)
    await hold_round(transaction, invited.round_id)
    invited = await _require_invited(transaction, respondent)
    refusal = _refusal(invited)
    if refusal is not None:
        raise Problem(refusal)
    return invited


def _refusal(invited: Invited) -> Fault | None:
    """Say why an invitation can't be answered, if it can't."""
    if invited.withdrawn_at is not None:
        return RESPONSE_WITHDRAWN
    if invited.state != RoundState.OPEN or invited.is_late:
        return ROUND_CLOSED
    return None if invited.left_at is None else NO_LONGER_ASKED
