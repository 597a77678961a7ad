"""The use case of a caller who asks what Samspil knows it as."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.own.repository import AT_MOST, read_employments, read_own_cases, read_staff_cases
from services.cases.own.schemas import (
    CaseInBrief,
    OwnCase,
    OwnCases,
    OwnEmployment,
    OwnView,
    StaffCases,
)
from shared.access.principal import Role
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.resources import view_of


async def show_own(transaction: Transaction) -> OwnView:
    """Return who the caller is, and what it has a part in; a program has no cases of its own."""
    caller = transaction.caller
    employments: Sequence[Row[Any]] = ()
    own: Sequence[Row[Any]] = ()
    staff: Sequence[Row[Any]] = ()
    if caller.person is not None:
        employments = await read_employments(transaction, caller.person)
        own = await read_own_cases(transaction, caller.person)
        if caller.is_any(Role.LEADER):
            staff = await read_staff_cases(transaction, caller.person)
        await record_access(transaction, Access("read", "employee", caller.person, "own-page"))
    return OwnView(
        subject=caller.subject,
        tenant_id=transaction.tenant,
        roles=sorted(caller.roles),
        person_id=caller.person,
        unit_ids=sorted(caller.units),
        systems=sorted(caller.systems),
        employments=[view_of(OwnEmployment, row, cases=_cases_of(row.id)) for row in employments],
        cases=OwnCases(items=[view_of(OwnCase, row) for row in own[:AT_MOST]], more=len(own) > AT_MOST),
        staff_cases=StaffCases(
            items=[view_of(CaseInBrief, row) for row in staff[:AT_MOST]], more=len(staff) > AT_MOST
        ),
    )


def _cases_of(professional_id: UUID) -> str:
    return f"/v1/cases?professionalId={professional_id}"
