"""Every statement that finds which rounds of any tenant are due for something; it changes nothing."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, and_, cast, func, not_, or_, select

from services.survey.rounds.tables import invitation, standing, survey_round
from services.survey.standing.visibility import subject_of_round
from shared.contracts.survey import About, RoundState
from shared.database.connection import Transaction

_AT_ONCE = 200

Due = list[tuple[UUID, UUID]]
"""Rounds by tenant and id."""


async def to_open(transaction: Transaction) -> Due:
    """Return planned rounds whose time has come."""
    return await _due(
        transaction,
        _in_state(RoundState.PLANNED).where(survey_round.c.opens_at <= func.now()),
        survey_round.c.opens_at,
    )


async def to_close(transaction: Transaction) -> Due:
    """Return open rounds in which nobody may answer any longer, however much time some were given."""
    longest = (
        select(func.max(invitation.c.answer_until))
        .where(
            invitation.c.tenant_id == survey_round.c.tenant_id,
            invitation.c.round_id == survey_round.c.id,
        )
        .scalar_subquery()
    )
    return await _due(
        transaction,
        _in_state(RoundState.OPEN).where(
            survey_round.c.closes_at <= func.now(),
            func.greatest(survey_round.c.closes_at, longest) <= func.now(),
        ),
        survey_round.c.closes_at,
    )


async def of_closed_cases(transaction: Transaction, state: RoundState) -> Due:
    """Return rounds in a state whose case or group has ended; of a group it may be known long before."""
    ends_at = cast(standing.c.state["validTo"].astext, DateTime(timezone=True))
    ended = and_(
        standing.c.tenant_id == survey_round.c.tenant_id,
        standing.c.id == subject_of_round(),
        not_(standing.c.is_open),
        or_(standing.c.about == About.CASE, ends_at <= func.now()),
    )
    return await _due(transaction, _in_state(state).join(standing, ended), survey_round.c.id)


def _in_state(state: RoundState) -> Select[Any]:
    return select(survey_round.c.tenant_id, survey_round.c.id).where(survey_round.c.state == state)


async def _due(transaction: Transaction, statement: Select[Any], order: ColumnElement[Any]) -> Due:
    rows = await transaction.rows(statement.order_by(order).limit(_AT_ONCE))
    return [(row.tenant_id, row.id) for row in rows]
