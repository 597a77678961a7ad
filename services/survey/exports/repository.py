"""Every statement of exports."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select

from services.survey.exports.schemas import ROUNDS_AT_ONCE, InvitationHeld
from services.survey.rounds.tables import (
    answer_set,
    form,
    invitation,
    measurement,
    named_in_round,
    survey_round,
    text_answer,
)
from shared.database.connection import Transaction

_OF_ROUND = (
    survey_round.c.id,
    survey_round.c.case_id,
    survey_round.c.group_id,
    survey_round.c.wave,
    survey_round.c.state,
    survey_round.c.visibility,
    survey_round.c.request,
    survey_round.c.opened_at,
    survey_round.c.closed_at,
)
_OF_INVITATION = [
    invitation.c.id.label("invitation_id"),
    invitation.c.label,
    *(invitation.c[name].label(f"own_{name}") for name in InvitationHeld.model_fields),
]
_OF_MEASUREMENT = (
    measurement.c.instrument,
    measurement.c.instrument_version,
    measurement.c.respondents,
    measurement.c.subjects,
    measurement.c.asked,
)


async def read_rounds(
    transaction: Transaction, subject: UUID, named: Collection[UUID], after: UUID | None
) -> list[Row[Any]]:
    """Return the rounds that name somebody, one more than go into an export, with the invitation if any.

    The invitation's own columns begin with `own_`, as a round has some of the same names.
    """
    naming = select(named_in_round.c.round_id).where(
        named_in_round.c.tenant_id == transaction.tenant, named_in_round.c.named_id.in_(named)
    )
    invited = and_(
        invitation.c.tenant_id == survey_round.c.tenant_id,
        invitation.c.round_id == survey_round.c.id,
        invitation.c.respondent_id == subject,
    )
    rounds = (
        select(*_OF_ROUND, *_OF_INVITATION)
        .select_from(survey_round.outerjoin(invitation, invited))
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id.in_(naming))
        .order_by(survey_round.c.id)
        .limit(ROUNDS_AT_ONCE + 1)
    )
    return await transaction.rows(rounds.where(survey_round.c.id > after) if after else rounds)


async def read_forms(transaction: Transaction, invitations: Collection[UUID]) -> list[Row[Any]]:
    """Return the forms of invitations, each with what it asks."""
    asked = and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id)
    return await transaction.rows(
        select(
            form.c.id,
            form.c.invitation_id,
            form.c.seat,
            form.c.submitted_at,
            form.c.corrected_at,
            form.c.share_with_team,
            form.c.draft.is_not(None).label("has_draft"),
            *_OF_MEASUREMENT,
        )
        .select_from(form.join(measurement, asked))
        .where(form.c.tenant_id == transaction.tenant, form.c.invitation_id.in_(invitations))
        .order_by(measurement.c.instrument.desc(), form.c.seat)
    )


async def read_answers(transaction: Transaction, forms: Collection[UUID]) -> list[Row[Any]]:
    """Return the answers in forms, newest version first."""
    own = answer_set.c
    return await transaction.rows(
        select(
            own.form_id,
            own.number,
            own.cells,
            own.answered_at,
            own.answered_by,
            own.language.label("answered_in"),
        )
        .where(own.tenant_id == transaction.tenant, own.form_id.in_(forms))
        .order_by(own.form_id, own.number.desc())
    )


async def read_texts(transaction: Transaction, forms: Collection[UUID]) -> list[Row[Any]]:
    """Return the texts in forms, of every version."""
    own = text_answer.c
    return await transaction.rows(
        select(own.form_id, own.number, own.question, own.subject_id, own.body, own.may_quote)
        .where(own.tenant_id == transaction.tenant, own.form_id.in_(forms))
        .order_by(own.form_id, own.number, own.question, own.subject_id)
    )


async def read_measurements(transaction: Transaction, rounds: Collection[UUID]) -> list[Row[Any]]:
    """Return the measurements of rounds, with everybody on their axes."""
    return await transaction.rows(
        select(
            measurement.c.id,
            measurement.c.round_id,
            measurement.c.form,
            measurement.c["items"],
            *_OF_MEASUREMENT,
        )
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.round_id.in_(rounds))
        .order_by(measurement.c.instrument)
    )


async def read_cells(transaction: Transaction, measurements: Collection[UUID]) -> list[Row[Any]]:
    """Return everybody's newest answers in measurements, to count those about one."""
    of_form = and_(form.c.tenant_id == answer_set.c.tenant_id, form.c.id == answer_set.c.form_id)
    return await transaction.rows(
        select(answer_set.c.measurement_id, answer_set.c.cells, form.c.invitation_id, form.c.seat)
        .select_from(answer_set.join(form, of_form))
        .where(answer_set.c.tenant_id == transaction.tenant, answer_set.c.measurement_id.in_(measurements))
        .where(answer_set.c.number == form.c.number)
    )
