"""Every statement on who is around a case, at a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, func, or_, select

from services.cases.classification.tables import classification
from services.cases.organisation.tables import area, person, professional, unit
from services.cases.register.tables import involvement, participant
from shared.database.connection import Transaction


def active_at(table: Table, at: datetime | None) -> ColumnElement[bool]:
    """Hold for rows whose period includes a moment; None is now."""
    moment = func.clock_timestamp() if at is None else at
    return and_(table.c.valid_from <= moment, or_(table.c.valid_to.is_(None), table.c.valid_to > moment))


async def read_clock(transaction: Transaction) -> datetime:
    """Return the database's time."""
    moment: datetime = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


async def read_involvements(transaction: Transaction, case_id: UUID, at: datetime | None) -> list[Row[Any]]:
    """Return the units in a case with role and laws, whichever source says so."""
    return await transaction.rows(
        select(involvement.c.unit_id, involvement.c.role, involvement.c.laws)
        .where(
            involvement.c.tenant_id == transaction.tenant,
            involvement.c.case_id == case_id,
            active_at(involvement, at),
        )
        .order_by(involvement.c.unit_id, involvement.c.role, involvement.c.id)
    )


async def read_members(transaction: Transaction, case_id: UUID, at: datetime | None) -> list[Row[Any]]:
    """Return the professionals in a case, once for each source that names them."""
    employed = and_(
        professional.c.tenant_id == participant.c.tenant_id,
        professional.c.id == participant.c.professional_id,
    )
    known = and_(person.c.tenant_id == professional.c.tenant_id, person.c.id == professional.c.person_id)
    return await transaction.rows(
        select(
            professional.c.id,
            professional.c.unit_id,
            professional.c.professional_group,
            person.c.name,
            participant.c.role,
            participant.c.primary_contact,
        )
        .select_from(participant.join(professional, employed).join(person, known))
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            active_at(participant, at),
            active_at(professional, at),
        )
        .order_by(professional.c.id, participant.c.id)
    )


async def read_units(transaction: Transaction, ids: Collection[UUID]) -> list[Row[Any]]:
    """Return units with their areas."""
    if not ids:
        return []
    belongs = and_(area.c.tenant_id == unit.c.tenant_id, area.c.id == unit.c.area_id)
    return await transaction.rows(
        select(
            unit,
            area.c.name.label("area_name"),
            area.c.municipality_code.label("area_municipality_code"),
        )
        .select_from(unit.join(area, belongs))
        .where(unit.c.tenant_id == transaction.tenant, unit.c.id.in_(ids))
        .order_by(unit.c.id)
    )


async def read_counting(transaction: Transaction, ids: Collection[UUID]) -> list[Row[Any]]:
    """Return for each unit (`origin`) the nearest that counts: itself or one it is part of."""
    if not ids:
        return []
    mine = unit.c.tenant_id == transaction.tenant
    columns = (unit.c.id, unit.c.parent_id, unit.c.counts_as_unit, unit.c.name, unit.c.external)
    climb = (
        select(unit.c.id.label("origin"), *columns)
        .where(mine, unit.c.id.in_(ids))
        .cte("climb", recursive=True)
    )
    above = and_(mine, unit.c.id == climb.c.parent_id, climb.c.counts_as_unit.is_(False))
    climb = climb.union(select(climb.c.origin, *columns).where(above))
    return await transaction.rows(select(climb).where(climb.c.counts_as_unit))


async def read_complexity(transaction: Transaction, case_id: UUID, at: datetime | None) -> Row[Any] | None:
    """Return a case's latest classification up to a moment."""
    moment = func.clock_timestamp() if at is None else at
    return await transaction.first(
        select(
            classification.c.level,
            classification.c.rule_set,
            classification.c.units,
            classification.c.authority_functions,
        )
        .where(
            classification.c.tenant_id == transaction.tenant,
            classification.c.case_id == case_id,
            classification.c.at <= moment,
        )
        .order_by(classification.c.at.desc(), classification.c.id.desc())
        .limit(1)
    )
