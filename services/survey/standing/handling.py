"""Says which rounds a caller handles: those it may see, unless only because they name its person.

Whatever changes a round, and who is asked and who not, is for those who handle it.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from services.survey.rounds.tables import survey_round
from services.survey.standing.visibility import EVERY_ROUND, rounds_visible_to
from shared.access.principal import Principal, Role
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem

HANDLING = (Role.CASE_SYSTEM, Role.CASE_WORKER, *EVERY_ROUND)
"""Roles that run rounds or answer for them."""


def rounds_handled_by(caller: Principal, tenant: UUID) -> ColumnElement[bool]:
    """Hold for the rows of `survey_round` that a caller may see by a role that handles rounds.

    Who is a case worker here and a leader there handles the rounds here only.
    """
    return rounds_visible_to(replace(caller, roles=caller.roles & frozenset(HANDLING)), tenant)


async def handled_round(transaction: Transaction, round_id: UUID) -> Row[Any] | None:
    """Return a round that the caller handles; None if there is none, or it is not the caller's."""
    return await transaction.first(
        select(survey_round).where(
            survey_round.c.tenant_id == transaction.tenant,
            survey_round.c.id == round_id,
            rounds_handled_by(transaction.caller, transaction.tenant),
        )
    )


async def find_handled_round(transaction: Transaction, round_id: UUID) -> Row[Any]:
    """Return a round that the caller handles; others are refused like unknown ones.

    Raises
    ------
    Problem
        404.
    """
    row = await handled_round(transaction, round_id)
    if row is None:
        raise Problem(NOT_FOUND)
    return row
