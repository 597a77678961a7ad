"""Says which cases a caller may see; every route that reads cases asks here, and refuses nothing itself."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true, union_all

from services.cases.organisation.repository import employed
from services.cases.organisation.tables import professional, unit
from services.cases.register.repository import active_now, read_case
from services.cases.register.tables import (
    CASE_TEAM,
    citizen,
    citizen_case,
    involvement,
    participant,
    registration,
)
from shared.access.principal import Principal, Role
from shared.database.connection import Transaction

EVERY_CASE = (Role.ADMINISTRATOR, Role.ANALYST, Role.DATA_STEWARD)
"""Roles that see all cases of their tenant."""


def speaks_for(caller: Principal, system: str) -> bool:
    """Tell whether a caller may write as a source system; administrators may as any."""
    return caller.is_any(Role.ADMINISTRATOR) or system in caller.systems


def visible_to(caller: Principal, tenant: UUID) -> ColumnElement[bool]:
    """Hold for the rows of `citizen_case` that a caller may see, by any of its roles.

    It looks each case up by its id, so it costs little where few cases are read or most are seen.
    """
    if caller.is_any(*EVERY_CASE):
        return true()
    seen = [_holds_for_case(each) for each in _reasons(caller, tenant)]
    return or_(*seen) if seen else false()


async def may_add_to(transaction: Transaction, case_id: UUID, citizens: Sequence[UUID]) -> bool:
    """Tell whether a caller sees a case, or names a citizen whom it is about."""
    shared = (
        select(citizen.c.id)
        .where(
            citizen.c.tenant_id == transaction.tenant,
            citizen.c.case_id == case_id,
            citizen.c.citizen_id.in_(citizens),
            citizen.c.valid_to.is_(None),
        )
        .exists()
    )
    seen = visible_to(transaction.caller, transaction.tenant)
    return await read_case(transaction, case_id, or_(seen, shared)) is not None


def visible_ids(caller: Principal, tenant: UUID) -> Select[Any] | None:
    """Select the ids of the cases a caller may see, some twice; None for who sees all."""
    if caller.is_any(*EVERY_CASE):
        return None
    reasons = _reasons(caller, tenant) or [_cases_of(tenant).where(false())]
    return select(union_all(*reasons).subquery("seen").c.case_id)


def _reasons(caller: Principal, tenant: UUID) -> list[Select[tuple[UUID]]]:
    """Return selections of the cases a caller may see, one for each reason that it may."""
    reasons: list[Select[tuple[UUID]]] = []
    if caller.is_any(Role.CASE_SYSTEM):
        reasons.append(_of_systems(caller.systems, tenant))
    if caller.is_any(Role.CASE_WORKER):
        reasons.append(_written_by(caller.subject, tenant))
    if caller.is_any(Role.CASE_WORKER) and caller.units:
        reasons.append(_of_units(caller.units, tenant))
    if caller.person is not None:
        if caller.is_any(Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER):
            reasons.append(own_cases(caller.person, tenant))
        if caller.is_any(Role.LEADER):
            reasons.append(staff_cases(caller.person, tenant))
    return reasons


def _holds_for_case(cases: Select[tuple[UUID]]) -> ColumnElement[bool]:
    """Hold for a case that is among those selected.

    A scalar, as PostgreSQL would work out the whole of `IN` or `EXISTS` once there is an alternative.
    """
    found = cases.selected_columns[0] == citizen_case.c.id
    one = cases.with_only_columns(true()).where(found).limit(1).correlate(citizen_case)
    return one.scalar_subquery().is_not(None)


def own_cases(person_id: UUID, tenant: UUID) -> Select[tuple[UUID]]:
    """Select the cases a person has an active part in."""
    return _cases_of(tenant).where(professional.c.person_id == person_id)


def staff_cases(person_id: UUID, tenant: UUID) -> Select[tuple[UUID]]:
    """Select the cases in which a leader's own employees have an active part."""
    leading = professional.alias("leading")
    own = select(leading.c.id).where(leading.c.tenant_id == tenant, leading.c.person_id == person_id)
    return _cases_of(tenant).where(professional.c.leader_id.in_(own))


def _cases_of(tenant: UUID) -> Select[tuple[UUID]]:
    return (
        select(participant.c.case_id)
        .select_from(employed(participant))
        .where(participant.c.tenant_id == tenant, active_now(participant), active_now(professional))
    )


def _of_systems(systems: frozenset[str], tenant: UUID) -> Select[tuple[UUID]]:
    return select(registration.c.case_id).where(
        registration.c.tenant_id == tenant, registration.c.system.in_(systems)
    )


def _written_by(subject: str, tenant: UUID) -> Select[tuple[UUID]]:
    """Select the cases that somebody registered by hand."""
    return select(registration.c.case_id).where(
        registration.c.tenant_id == tenant,
        registration.c.system == CASE_TEAM,
        registration.c.written_by == subject,
    )


def _of_units(units: frozenset[UUID], tenant: UUID) -> Select[tuple[UUID]]:
    """Select the cases that units, or what is part of them, are involved in."""
    within = (
        select(unit.c.id)
        .where(unit.c.tenant_id == tenant, unit.c.id.in_(units))
        .cte("within", recursive=True)
    )
    within = within.union(
        select(unit.c.id).where(unit.c.tenant_id == tenant, unit.c.parent_id == within.c.id)
    )
    return select(involvement.c.case_id).where(
        involvement.c.tenant_id == tenant,
        involvement.c.unit_id.in_(select(within.c.id)),
        active_now(involvement),
    )
