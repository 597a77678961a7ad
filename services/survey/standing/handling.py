"""Says which rounds a caller handles: those it may see, unless only because they name its person."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement

from services.survey.standing.visibility import EVERY_ROUND, rounds_visible_to
from shared.access.principal import Principal, Role

HANDLING = (Role.CASE_SYSTEM, Role.CASE_WORKER, *EVERY_ROUND)
"""Roles that run rounds or answer for them."""


def rounds_handled_by(caller: Principal, tenant: UUID) -> ColumnElement[bool]:
    """Hold for the rows of `survey_round` that a caller may see by a role that handles rounds.

    Who is a case worker here and a leader there handles the rounds here only.
    """
    return rounds_visible_to(replace(caller, roles=caller.roles & frozenset(HANDLING)), tenant)
