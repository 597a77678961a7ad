"""Every statement of answering."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, insert, select, update

from services.survey.rounds.tables import answer_set, form, invitation, measurement, survey_round
from shared.database.connection import Transaction

_ROUND_OF_INVITATION = and_(
    survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id
)


async def read_invitation(
    transaction: Transaction, invitation_id: UUID, *, hold_round: bool = False
) -> Row[Any] | None:
    """Return an invitation with its round; holding the round keeps it from closing meanwhile."""
    statement = (
        select(
            invitation.c.generation,
            survey_round.c.id.label("round_id"),
            survey_round.c.state,
            survey_round.c.wave,
            survey_round.c.visibility,
            survey_round.c.respondent_label,
            survey_round.c.request,
        )
        .join(survey_round, _ROUND_OF_INVITATION)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
    )
    if hold_round:
        statement = statement.with_for_update(read=True, of=survey_round)
    return await transaction.first(statement)


async def read_forms(
    transaction: Transaction, invitation_id: UUID, form_id: UUID | None = None
) -> Sequence[Row[Any]]:
    """Return an invitation's forms, or one of them, with what each asks."""
    statement = (
        select(
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
        .join(
            measurement,
            and_(
                measurement.c.tenant_id == form.c.tenant_id,
                measurement.c.id == form.c.measurement_id,
            ),
        )
        .where(form.c.tenant_id == transaction.tenant, form.c.invitation_id == invitation_id)
        .order_by(measurement.c.instrument.desc(), form.c.seat)
    )
    if form_id is not None:
        statement = statement.where(form.c.id == form_id)
    return await transaction.rows(statement)


async def take_form(transaction: Transaction, form_id: UUID, *, share_with_team: bool) -> bool:
    """Take a form for submission; of any number of takers one succeeds."""
    taken = await transaction.execute(
        update(form)
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.id == form_id,
            form.c.submitted_at.is_(None),
        )
        .values(submitted_at=func.clock_timestamp(), draft=None, share_with_team=share_with_team)
    )
    return taken.rowcount == 1


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
