"""Every statement on what a person has a part in."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.cases.organisation.tables import professional, unit
from services.cases.register.repository import active_now
from services.cases.register.tables import citizen_case, participant
from services.cases.register.visibility import staff_cases
from shared.contracts.register import ParticipantRole
from shared.database.connection import Transaction

AT_MOST = 200
"""Cases and employments shown; lists with filters have the rest."""


async def read_employments(transaction: Transaction, person_id: UUID) -> list[Row[Any]]:
    """Return a person's employments with their units."""
    return await transaction.rows(
        select(professional, unit.c.name.label("unit"))
        .join(unit, and_(unit.c.tenant_id == professional.c.tenant_id, unit.c.id == professional.c.unit_id))
        .where(professional.c.tenant_id == transaction.tenant, professional.c.person_id == person_id)
        .order_by(professional.c.valid_from, professional.c.id)
        .limit(AT_MOST)
    )


async def read_own_cases(transaction: Transaction, person_id: UUID) -> list[Row[Any]]:
    """Return the cases a person takes part in now, each once, as a case lead where one; one too many."""
    employed = and_(
        professional.c.tenant_id == participant.c.tenant_id,
        professional.c.id == participant.c.professional_id,
    )
    case = and_(
        citizen_case.c.tenant_id == participant.c.tenant_id, citizen_case.c.id == participant.c.case_id
    )
    return await transaction.rows(
        select(citizen_case, participant.c.role)
        .select_from(participant.join(professional, employed).join(citizen_case, case))
        .where(
            participant.c.tenant_id == transaction.tenant,
            professional.c.person_id == person_id,
            active_now(participant),
            active_now(professional),
        )
        .ext(distinct_on(citizen_case.c.id))
        .order_by(citizen_case.c.id, participant.c.role == ParticipantRole.PARTICIPANT, participant.c.role)
        .limit(AT_MOST + 1)
    )


async def read_staff_cases(transaction: Transaction, person_id: UUID) -> list[Row[Any]]:
    """Return the cases that a leader's own staff take part in now; one too many."""
    return await transaction.rows(
        select(citizen_case)
        .where(
            citizen_case.c.tenant_id == transaction.tenant,
            citizen_case.c.id.in_(staff_cases(person_id, transaction.tenant)),
        )
        .order_by(citizen_case.c.id)
        .limit(AT_MOST + 1)
    )
