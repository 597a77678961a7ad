"""Every statement on the organisation's tables."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Table, select

from services.cases.organisation.tables import area, person, professional, unit
from shared.contracts.register import AREA, PERSON, PROFESSIONAL, UNIT
from shared.database.connection import Transaction
from shared.resources import Resource

AREA_ROWS = Resource(area, AREA)
UNIT_ROWS = Resource(unit, UNIT)
PERSON_ROWS = Resource(person, PERSON)
PROFESSIONAL_ROWS = Resource(professional, PROFESSIONAL)


async def known_ids(transaction: Transaction, table: Table, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the ids that the tenant has."""
    wanted = set(ids)
    if not wanted:
        return set()
    rows = await transaction.rows(
        select(table.c.id).where(table.c.tenant_id == transaction.tenant, table.c.id.in_(wanted))
    )
    return {row.id for row in rows}


async def read_ancestors(transaction: Transaction, unit_id: UUID) -> set[UUID]:
    """Return a unit and every unit it is part of."""
    climb = (
        select(unit.c.id, unit.c.parent_id)
        .where(unit.c.tenant_id == transaction.tenant, unit.c.id == unit_id)
        .cte("climb", recursive=True)
    )
    climb = climb.union(
        select(unit.c.id, unit.c.parent_id).where(
            unit.c.tenant_id == transaction.tenant, unit.c.id == climb.c.parent_id
        )
    )
    return {row.id for row in await transaction.rows(select(climb.c.id))}
