"""Every statement of answering but the one that takes answers."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, func, literal, or_, select, text, update

from services.survey.answering.asked import FrozenRound, asked_form
from services.survey.instruments.shelf import instrument_of
from services.survey.invitations.states import deadline_of_invitation, state_of_invitation
from services.survey.rounds.tables import (
    answer_set,
    form,
    invitation,
    measurement,
    survey_round,
    text_answer,
)
from shared.contracts.survey import Visibility
from shared.database.connection import Transaction
from shared.database.tables import idempotency_key

Invited = Row[Any]
"""How an invitation and its round stand."""

_ALLOW = text("SELECT set_config('app.erasing', 'yes', true)")
_INVITED = invitation.join(
    survey_round,
    and_(
        survey_round.c.tenant_id == invitation.c.tenant_id,
        survey_round.c.id == invitation.c.round_id,
    ),
)
_OF_MEASUREMENT = (
    measurement.c.instrument,
    measurement.c.instrument_version,
    measurement.c.respondents,
    measurement.c.subjects,
    measurement.c.asked,
)


async def read_frozen_round(transaction: Transaction, invitation_id: UUID) -> FrozenRound | None:
    """Return the round of an invitation with what it asks of whom; None without such an invitation."""
    measured = await _read_measured(transaction, invitation_id)
    if not measured:
        return None
    by_id = {row.id: row for row in measured}
    visibility = Visibility(measured[0].visibility)
    forms = await transaction.rows(
        select(form.c.id, form.c.invitation_id, form.c.measurement_id, form.c.seat).where(
            form.c.tenant_id == transaction.tenant, form.c.measurement_id.in_(by_id)
        )
    )
    instruments = {
        row.id: await instrument_of(transaction, row.instrument, row.instrument_version) for row in measured
    }
    asked = [
        asked_form(row, by_id[row.measurement_id], instruments[row.measurement_id], visibility)
        for row in forms
        if row.seat < len(by_id[row.measurement_id].respondents)
    ]
    return FrozenRound(
        id=measured[0].round_id,
        revision=measured[0].roster_revision,
        forms={each.id: each for each in asked},
        invitations=frozenset(each.invitation for each in asked),
    )


async def _read_measured(transaction: Transaction, invitation_id: UUID) -> list[Row[Any]]:
    """Return the measurements of an invitation's round.

    The roster's revision is read with the rosters: whatever comes after it is found out by who writes.
    """
    of_invitation = (
        select(invitation.c.round_id)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .scalar_subquery()
    )
    asking = and_(
        measurement.c.tenant_id == survey_round.c.tenant_id, measurement.c.round_id == survey_round.c.id
    )
    return await transaction.rows(
        select(
            survey_round.c.id.label("round_id"),
            survey_round.c.roster_revision,
            survey_round.c.visibility,
            measurement.c.id,
            *_OF_MEASUREMENT,
        )
        .join(measurement, asking)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == of_invitation)
    )


async def read_forms(transaction: Transaction, invitation_id: UUID) -> list[Row[Any]]:
    """Return an invitation's forms with what each asks."""
    asked = and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id)
    return await transaction.rows(
        select(form, measurement.c.focus_items, *_OF_MEASUREMENT)
        .join(measurement, asked)
        .where(form.c.tenant_id == transaction.tenant, form.c.invitation_id == invitation_id)
        .order_by(measurement.c.instrument.desc(), form.c.seat)
    )


async def read_answers(transaction: Transaction, forms: Collection[UUID]) -> list[Row[Any]]:
    """Return the newest answers of forms."""
    return await transaction.rows(
        select(answer_set.c.form_id, answer_set.c.cells, answer_set.c.answered_by)
        .join(form, and_(form.c.tenant_id == answer_set.c.tenant_id, form.c.id == answer_set.c.form_id))
        .where(form.c.tenant_id == transaction.tenant, form.c.id.in_(forms))
        .where(answer_set.c.number == form.c.number)
    )


async def read_texts(transaction: Transaction, forms: Collection[UUID]) -> list[Row[Any]]:
    """Return the newest texts of forms."""
    return await transaction.rows(
        select(text_answer)
        .join(form, and_(form.c.tenant_id == text_answer.c.tenant_id, form.c.id == text_answer.c.form_id))
        .where(form.c.tenant_id == transaction.tenant, form.c.id.in_(forms))
        .where(text_answer.c.number == form.c.number)
        .order_by(text_answer.c.question, text_answer.c.subject_id)
    )


async def note_opened(transaction: Transaction, invitation_id: UUID) -> None:
    """Note when an invitation was opened for the first time."""
    await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .where(invitation.c.opened_at.is_(None))
        .values(opened_at=func.now())
    )


async def hold_round(transaction: Transaction, round_id: UUID) -> None:
    """Keep a round from closing, erasure and withdrawals until the transaction ends; then read it."""
    await transaction.execute(
        select(survey_round.c.id)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .with_for_update(read=True)
    )


async def hold_round_alone(transaction: Transaction, round_id: UUID) -> None:
    """Wait for all who hold a round, and keep it from them until the transaction ends."""
    await transaction.execute(
        select(survey_round.c.id)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .with_for_update(key_share=True)
    )


async def read_invited(transaction: Transaction, invitation_id: UUID) -> Invited | None:
    """Return how an invitation and its round stand."""
    return await transaction.first(
        select(
            invitation,
            deadline_of_invitation().label("until"),
            state_of_invitation().label("standing"),
            func.coalesce(func.clock_timestamp() > deadline_of_invitation(), literal(False)).label(
                "is_late"
            ),
            survey_round.c.state,
            survey_round.c.roster_revision,
            survey_round.c.visibility,
            survey_round.c.respondent_label,
            survey_round.c.request,
        )
        .select_from(_INVITED)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
    )


async def read_number(transaction: Transaction, form_id: UUID) -> int:
    """Return how many versions a form's answers have."""
    row = await transaction.first(
        select(form.c.number).where(form.c.tenant_id == transaction.tenant, form.c.id == form_id)
    )
    return int(row.number) if row else 0


async def keep_draft(
    transaction: Transaction, form_id: UUID, revision: int, draft: dict[str, list[Any]]
) -> bool:
    """Keep a draft over the revision it builds upon; tell whether that was the newest."""
    kept = await transaction.execute(
        update(form)
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.id == form_id,
            form.c.number == 0,
            form.c.draft_revision == revision,
        )
        .values(draft=draft["ratings"], draft_texts=draft["texts"], draft_revision=revision + 1)
    )
    return kept.rowcount == 1


async def note_declined(transaction: Transaction, invitation_id: UUID) -> None:
    """Note that somebody doesn't want to answer."""
    await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .where(invitation.c.declined_at.is_(None))
        .values(declined_at=func.now(), version=invitation.c.version + 1)
    )


async def note_withdrawn(transaction: Transaction, invitation_id: UUID) -> bool:
    """Note that somebody took all answers back, and is not written to again; tell whether that is new."""
    noted = await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .where(invitation.c.withdrawn_at.is_(None))
        .values(withdrawn_at=func.now(), contact=None, version=invitation.c.version + 1)
    )
    return noted.rowcount == 1


async def delete_answers(transaction: Transaction, invitation_id: UUID) -> list[UUID]:
    """Delete all that was answered to an invitation; return the measurements that had answers of it.

    What is remembered of submitting goes, too.
    """
    await transaction.execute(_ALLOW)
    tenant = transaction.tenant
    own = select(form.c.id).where(form.c.tenant_id == tenant, form.c.invitation_id == invitation_id)
    await transaction.execute(
        delete(text_answer).where(text_answer.c.tenant_id == tenant, text_answer.c.form_id.in_(own))
    )
    deleted = await transaction.execute(
        delete(answer_set)
        .where(answer_set.c.tenant_id == tenant, answer_set.c.form_id.in_(own))
        .returning(answer_set.c.measurement_id)
    )
    await transaction.execute(
        update(form)
        .where(form.c.tenant_id == tenant, form.c.invitation_id == invitation_id)
        .where(or_(form.c.number > 0, form.c.draft_revision > 0))
        .values(
            number=0,
            draft=None,
            draft_texts=None,
            draft_revision=form.c.draft_revision + 1,
            share_with_team=False,
            submitted_at=None,
            corrected_at=None,
        )
    )
    await transaction.execute(
        delete(idempotency_key).where(
            idempotency_key.c.tenant_id == tenant,
            idempotency_key.c.caller == f"invitation/{invitation_id}",
        )
    )
    return sorted(set(deleted.scalars()))
