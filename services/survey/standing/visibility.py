"""Says which rounds a caller may see; every route that takes a round or an invitation asks here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, case, cast, false, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.survey.rounds.tables import invitation, named_in_round, standing, survey_round
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseState, GroupState
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem

EVERY_ROUND = (Role.ADMINISTRATOR, Role.DATA_STEWARD)
"""Roles that see all rounds of their tenant."""


def may_see(caller: Principal, state: CaseState | GroupState) -> bool:
    """Tell whether a caller may open and see the rounds of a case or group, as the register tells of it."""
    if caller.is_any(*EVERY_ROUND, Role.SERVICE):
        return True
    if isinstance(state, GroupState):
        return caller.is_any(Role.CASE_WORKER)
    if caller.is_any(Role.CASE_SYSTEM) and caller.systems & set(state.systems):
        return True
    return caller.is_any(Role.CASE_WORKER) and (
        bool(caller.units & set(state.unit_ids))
        or caller.subject in state.written_by
        or caller.person in {each.person_id for each in state.participants}
    )


def rounds_visible_to(caller: Principal, tenant: UUID) -> ColumnElement[bool]:
    """Hold for the rows of `survey_round` that a caller may see, by any of its roles."""
    if caller.is_any(*EVERY_ROUND):
        return true()
    reasons: list[ColumnElement[bool]] = []
    if caller.is_any(Role.CASE_SYSTEM) and caller.systems:
        reasons.append(_stands(tenant, _has_any("systems", caller.systems)))
    if caller.is_any(Role.CASE_WORKER):
        reasons += [
            survey_round.c.group_id.is_not(None),
            survey_round.c.opened_by == caller.recorded_as,
            _stands(tenant, or_(*_of_case_worker(caller))),
        ]
    if caller.is_any(Role.LEADER, Role.PROFESSIONAL) and caller.person is not None:
        reasons.append(_names(tenant, caller.person))
    return or_(*reasons) if reasons else false()


def _of_case_worker(caller: Principal) -> Iterable[ColumnElement[bool]]:
    yield _has_any("writtenBy", [caller.subject])
    if caller.units:
        yield _has_any("unitIds", map(str, caller.units))
    if caller.person is not None:
        person = [{"personId": str(caller.person)}]
        yield standing.c.state["participants"].contains(cast(person, JSONB))


def _has_any(key: str, values: Iterable[str]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = standing.c.state[key].has_any(cast(sorted(values), ARRAY(Text)))
    return found


def _stands(tenant: UUID, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hold for a round whose case or group stands in some way.

    A scalar, as PostgreSQL would work out the whole of `EXISTS` once there is an alternative.
    """
    found = select(true()).where(
        standing.c.tenant_id == tenant, standing.c.id == subject_of_round(), condition
    )
    return found.limit(1).correlate(survey_round).scalar_subquery().is_not(None)


def subject_of_round() -> ColumnElement[UUID]:
    """Name the case or group of each row of `survey_round`.

    Not by COALESCE: to PostgreSQL that could leak, so that under row-level security no row would be found
    by it but by reading the whole table, for every round.
    """
    of_case = survey_round.c.case_id
    return case((of_case.is_not(None), of_case), else_=survey_round.c.group_id)


def _names(tenant: UUID, person: UUID) -> ColumnElement[bool]:
    found = select(true()).where(
        named_in_round.c.tenant_id == tenant,
        named_in_round.c.named_id == person,
        named_in_round.c.round_id == survey_round.c.id,
    )
    return found.limit(1).correlate(survey_round).scalar_subquery().is_not(None)


async def find_round(transaction: Transaction, round_id: UUID) -> Row[Any]:
    """Return a round that the caller may see; foreign and unknown ones are refused alike.

    Raises
    ------
    Problem
        404.
    """
    return await _found(
        transaction,
        select(survey_round).where(
            survey_round.c.tenant_id == transaction.tenant,
            survey_round.c.id == round_id,
            rounds_visible_to(transaction.caller, transaction.tenant),
        ),
    )


async def find_invitation(transaction: Transaction, invitation_id: UUID) -> Row[Any]:
    """Return an invitation to a round that the caller may see; foreign and unknown ones are refused alike.

    Raises
    ------
    Problem
        404.
    """
    to_round = and_(
        survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id
    )
    return await _found(
        transaction,
        select(invitation)
        .join(survey_round, to_round)
        .where(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.id == invitation_id,
            rounds_visible_to(transaction.caller, transaction.tenant),
        ),
    )


async def _found(transaction: Transaction, statement: Any) -> Row[Any]:
    row = await transaction.first(statement)
    if row is None:
        raise Problem(NOT_FOUND)
    return row
