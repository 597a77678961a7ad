"""Every statement of answering."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, insert, select, update

from services.survey.rounds.tables import answer_set, form, invitation, measurement, survey_round
from shared.database.connection import Transaction

_seen_round = survey_round.alias("seen_round")
_INVITED = invitation.join(
    survey_round,
    and_(
        survey_round.c.tenant_id == invitation.c.tenant_id,
        survey_round.c.id == invitation.c.round_id,
    ),
)
_ASKED = _INVITED.join(
    form, and_(form.c.tenant_id == invitation.c.tenant_id, form.c.invitation_id == invitation.c.id)
).join(
    measurement,
    and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id),
)
_OF_INVITATION = (
    invitation.c.generation,
    survey_round.c.state,
    survey_round.c.visibility,
    survey_round.c.respondent_label,
    survey_round.c.request,
)
_OF_FORM = (
    form.c.id,
    form.c.seat,
    form.c.draft,
    form.c.draft_revision,
    form.c.submitted_at,
    form.c.measurement_id,
    measurement.c.instrument,
    measurement.c.instrument_version,
    measurement.c.respondents,
    measurement.c.subjects,
    measurement.c.asked,
)


async def read_forms(transaction: Transaction, invitation_id: UUID) -> list[Row[Any]]:
    """Return an invitation's forms with what each asks, and the round they belong to."""
    return await transaction.rows(
        select(*_OF_INVITATION, *_OF_FORM)
        .select_from(_ASKED)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .order_by(measurement.c.instrument.desc(), form.c.seat)
    )


async def hold_form(transaction: Transaction, invitation_id: UUID, form_id: UUID) -> Row[Any] | None:
    """Return one form, and keep its round from closing and from erasure until the transaction ends.

    Without that form, the invitation alone is returned, with `id` None. Whoever had to wait for the
    round holds it as it is now, but has read everything else as it was before: then it is read again.
    """
    statement = _select_and_hold(transaction.tenant, invitation_id, form_id)
    row = await transaction.first(statement)
    if row is not None and row.seen_version != row.held_version:
        row = await transaction.first(statement)
    return row


def _select_and_hold(tenant: UUID, invitation_id: UUID, form_id: UUID) -> Select[Any]:
    own_form = and_(
        form.c.tenant_id == invitation.c.tenant_id,
        form.c.invitation_id == invitation.c.id,
        form.c.id == form_id,
    )
    asked = and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id)
    seen = and_(
        _seen_round.c.tenant_id == invitation.c.tenant_id, _seen_round.c.id == invitation.c.round_id
    )
    return (
        select(
            *_OF_INVITATION,
            *_OF_FORM,
            survey_round.c.version.label("held_version"),
            _seen_round.c.version.label("seen_version"),
        )
        .select_from(
            _INVITED.join(_seen_round, seen).outerjoin(form, own_form).outerjoin(measurement, asked)
        )
        .where(invitation.c.tenant_id == tenant, invitation.c.id == invitation_id)
        .with_for_update(read=True, of=survey_round)
    )


async def take_form(transaction: Transaction, form_id: UUID, *, share_with_team: bool) -> datetime | None:
    """Take a form for submission and return when; of any number of takers one succeeds."""
    taken = await transaction.execute(
        update(form)
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.id == form_id,
            form.c.submitted_at.is_(None),
        )
        .values(submitted_at=func.clock_timestamp(), draft=None, share_with_team=share_with_team)
        .returning(form.c.submitted_at)
    )
    return taken.scalar_one_or_none()


async def add_answers(transaction: Transaction, form_id: UUID, measurement_id: UUID, cells: bytes) -> None:
    """Add a form's answers."""
    await transaction.execute(
        insert(answer_set).values(
            tenant_id=transaction.tenant,
            form_id=form_id,
            number=1,
            measurement_id=measurement_id,
            cells=cells,
        )
    )


async def keep_draft(
    transaction: Transaction, form_id: UUID, revision: int, ratings: list[dict[str, Any]]
) -> bool:
    """Keep a draft over the revision it builds upon; tell whether that was the newest."""
    kept = await transaction.execute(
        update(form)
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.id == form_id,
            form.c.submitted_at.is_(None),
            form.c.draft_revision == revision,
        )
        .values(draft=ratings, draft_revision=revision + 1)
    )
    return kept.rowcount == 1
