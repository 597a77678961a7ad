"""Every statement of the survey's public feed; each asks which rounds the caller handles."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select

from services.survey.following.schemas import RoundFollowed
from services.survey.invitations.states import MISSING, state_of_invitation
from services.survey.rounds.tables import form, invitation, measurement, survey_round
from services.survey.standing.handling import rounds_handled_by
from shared.contracts.survey import RoundState
from shared.database.connection import Transaction


async def read_rounds(transaction: Transaction, ids: Collection[UUID]) -> list[Row[Any]]:
    """Return those of some rounds that the caller handles."""
    if not ids:
        return []
    shown = [survey_round.c[name] for name in RoundFollowed.model_fields]
    return await transaction.rows(
        select(*shown).where(
            survey_round.c.tenant_id == transaction.tenant,
            survey_round.c.id.in_(ids),
            rounds_handled_by(transaction.caller, transaction.tenant),
        )
    )


async def read_counts(transaction: Transaction, measurements: Collection[UUID]) -> list[Row[Any]]:
    """Return how many forms of measurements there are, and how many are begun and submitted."""
    if not measurements:
        return []
    of_measurement = and_(
        form.c.tenant_id == measurement.c.tenant_id, form.c.measurement_id == measurement.c.id
    )
    submitted = form.c.number > 0
    return await transaction.rows(
        select(
            measurement.c.id,
            measurement.c.round_id,
            measurement.c.instrument,
            measurement.c.instrument_version,
            func.count(form.c.id).label("invited"),
            func.count().filter(or_(submitted, form.c.draft.is_not(None))).label("started"),
            func.count().filter(submitted).label("submitted"),
        )
        .select_from(measurement.outerjoin(form, of_measurement))
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.id.in_(measurements))
        .group_by(measurement.c.tenant_id, measurement.c.id)
    )


async def read_due(transaction: Transaction, invitations: Collection[UUID]) -> list[Row[Any]]:
    """Return those of some invitations whose answers are still waited for."""
    if not invitations:
        return []
    to_round = and_(
        survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id
    )
    return await transaction.rows(
        select(invitation.c.id, invitation.c.round_id)
        .select_from(invitation.join(survey_round, to_round))
        .where(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.id.in_(invitations),
            survey_round.c.state == RoundState.OPEN,
            state_of_invitation().in_(MISSING),
        )
    )
