"""Every statement on classifications, and the units' parts they are worked out from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, or_, select

from services.cases.classification.complexity import UnitPart
from services.cases.classification.tables import classification
from services.cases.organisation.tables import unit
from services.cases.register.tables import involvement
from shared.contracts.register import InvolvementRole
from shared.database.connection import Transaction


async def read_parts(transaction: Transaction, case_id: UUID) -> list[UnitPart]:
    """Return the parts active now in a case, each under the unit that counts for it."""
    # Not now(): who waited for the case's row began before the parts it has to count.
    now = func.clock_timestamp()
    rows = await transaction.rows(
        select(involvement.c.unit_id, involvement.c.role, involvement.c.laws).where(
            involvement.c.tenant_id == transaction.tenant,
            involvement.c.case_id == case_id,
            involvement.c.valid_from <= now,
            or_(involvement.c.valid_to.is_(None), involvement.c.valid_to > now),
        )
    )
    return await counted_parts(
        transaction, [(row.unit_id, InvolvementRole(row.role), row.laws) for row in rows]
    )


async def counted_parts(
    transaction: Transaction, parts: Iterable[tuple[UUID, InvolvementRole, Sequence[str]]]
) -> list[UnitPart]:
    """Put each part under its unit's nearest ancestor that counts; without one it doesn't count."""
    every = list(parts)
    counting = await _counting_units(transaction, {unit_id for unit_id, _, _ in every})
    return [
        UnitPart(counting[unit_id].id, role, counting[unit_id].external, frozenset(laws))
        for unit_id, role, laws in every
        if unit_id in counting
    ]


async def _counting_units(transaction: Transaction, ids: set[UUID]) -> Mapping[UUID, Row[Any]]:
    """Climb from each unit to the first that counts."""
    if not ids:
        return {}
    mine = unit.c.tenant_id == transaction.tenant
    climb = (
        select(
            unit.c.id.label("origin"),
            unit.c.id,
            unit.c.parent_id,
            unit.c.counts_as_unit,
            unit.c.external,
        )
        .where(mine, unit.c.id.in_(ids))
        .cte("climb", recursive=True)
    )
    climb = climb.union_all(
        select(climb.c.origin, unit.c.id, unit.c.parent_id, unit.c.counts_as_unit, unit.c.external).where(
            mine, unit.c.id == climb.c.parent_id, climb.c.counts_as_unit.is_(False)
        )
    )
    rows = await transaction.rows(
        select(climb.c.origin, climb.c.id, climb.c.external).where(climb.c.counts_as_unit)
    )
    return {row.origin: row for row in rows}


async def read_history(transaction: Transaction, case_id: UUID) -> list[Row[Any]]:
    """Return a case's classifications, the oldest first."""
    return await transaction.rows(
        select(classification)
        .where(classification.c.tenant_id == transaction.tenant, classification.c.case_id == case_id)
        .order_by(classification.c.at, classification.c.id)
    )


async def read_latest(transaction: Transaction, case_id: UUID) -> Row[Any] | None:
    """Return a case's latest classification."""
    return await transaction.first(
        select(classification)
        .where(classification.c.tenant_id == transaction.tenant, classification.c.case_id == case_id)
        .order_by(classification.c.at.desc(), classification.c.id.desc())
        .limit(1)
    )


async def add_classification(transaction: Transaction, case_id: UUID, values: Mapping[str, Any]) -> None:
    """Add a row to a case's history."""
    await transaction.execute(
        insert(classification).values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            case_id=case_id,
            at=func.clock_timestamp(),
            **values,
        )
    )
