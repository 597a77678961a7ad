"""Says whose information and objections a caller may see and record; refuses nothing itself."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, false, or_, select, true

from services.cases.organisation.tables import person
from services.cases.protection.schemas import SubjectType
from services.cases.register.tables import citizen, citizen_case, citizen_pseudonym
from services.cases.register.visibility import visible_to
from shared.access.principal import Principal, Role
from shared.database.connection import Transaction

STEWARDS = (Role.DATA_STEWARD, Role.ADMINISTRATOR)
"""Who answers for data protection in a tenant."""

RECORDERS = (Role.CASE_SYSTEM, Role.CASE_WORKER, *STEWARDS)
"""Who may record that somebody was told, or objects."""

EMPLOYEES = (Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER)
"""Who may be a person of the register, with rights to what is held about that person."""


def is_steward(caller: Principal) -> bool:
    """Tell whether a caller answers for data protection."""
    return caller.is_any(*STEWARDS)


def is_self(caller: Principal, subject_type: SubjectType, subject_id: UUID) -> bool:
    """Tell whether a subject is the caller."""
    return subject_type is SubjectType.EMPLOYEE and caller.person == subject_id


def records_visible_to(table: Table, transaction: Transaction, *, employees: bool) -> ColumnElement[bool]:
    """Hold for rows about a subject that the caller may see.

    Parameters
    ----------
    employees : bool
        Whether those who record may see what is recorded of any employee.
    """
    caller = transaction.caller
    if is_steward(caller):
        return true()
    reasons: list[ColumnElement[bool]] = []
    is_employee = table.c.subject_type == SubjectType.EMPLOYEE
    if caller.is_any(*RECORDERS):
        known = select(citizen.c.id).where(citizen.c.citizen_id == table.c.subject_id)
        seen = _in_visible_case(transaction, known)
        reasons.append(and_(table.c.subject_type == SubjectType.CITIZEN, seen))
        if employees:
            reasons.append(is_employee)
    if caller.person is not None:
        reasons.append(and_(is_employee, table.c.subject_id == caller.person))
    return or_(*reasons) if reasons else false()


async def may_record(transaction: Transaction, subject_type: SubjectType, subject_id: UUID) -> bool:
    """Tell whether a subject is there for the caller to record something about."""
    found = _employee(transaction, subject_id)
    if subject_type is SubjectType.CITIZEN:
        found = _citizen(transaction, subject_id)
    row = await transaction.first(select(found.label("found")))
    return bool(row and row.found)


def _employee(transaction: Transaction, subject_id: UUID) -> ColumnElement[bool]:
    caller = transaction.caller
    if not (caller.is_any(*RECORDERS) or caller.person == subject_id):
        return false()
    known = select(person.c.id).where(person.c.tenant_id == transaction.tenant, person.c.id == subject_id)
    return known.exists()


def _citizen(transaction: Transaction, subject_id: UUID) -> ColumnElement[bool]:
    seen = _in_visible_case(transaction, select(citizen.c.id).where(citizen.c.citizen_id == subject_id))
    if not is_steward(transaction.caller):
        return and_(seen, true() if transaction.caller.is_any(*RECORDERS) else false())
    pseudonym = select(citizen_pseudonym.c.citizen_id).where(
        citizen_pseudonym.c.tenant_id == transaction.tenant, citizen_pseudonym.c.citizen_id == subject_id
    )
    return or_(seen, pseudonym.exists())


def _in_visible_case(transaction: Transaction, citizens: Select[Any]) -> ColumnElement[bool]:
    """Hold if one of the citizens' parts is in a case the caller may see."""
    seen = select(citizen_case.c.id).where(
        citizen_case.c.tenant_id == transaction.tenant,
        visible_to(transaction.caller, transaction.tenant),
    )
    return citizens.where(citizen.c.tenant_id == transaction.tenant, citizen.c.case_id.in_(seen)).exists()


async def sees_case(transaction: Transaction, case_id: UUID) -> bool:
    """Tell whether a case is there for the caller."""
    row = await transaction.first(
        select(citizen_case.c.id).where(
            citizen_case.c.tenant_id == transaction.tenant,
            citizen_case.c.id == case_id,
            visible_to(transaction.caller, transaction.tenant),
        )
    )
    return row is not None
