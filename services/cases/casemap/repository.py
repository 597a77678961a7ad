"""Every statement on what a map takes besides the parts of a case: organisation and level at a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic.alias_generators import to_snake
from sqlalchemy import Row, select

from services.cases.casemap.standing import Standing, UnitStanding
from services.cases.classification.tables import classification
from services.cases.organisation.repository import PERSON_ROWS, UNIT_ROWS, among
from services.cases.organisation.tables import organisation_history
from shared.database.connection import Transaction
from shared.resources import Resource

Stood = TypeVar("Stood", bound=Standing)

_LONGEST_CHAIN = 32


async def read_standing(
    transaction: Transaction,
    resource: Resource,
    model: type[Stood],
    ids: Collection[UUID],
    at: datetime | None,
) -> dict[UUID, Stood]:
    """Return rows as they are, or were at a moment; what was not kept by then is as it is now."""
    if not ids:
        return {}
    rows_of = resource.table
    wanted = select(*(rows_of.c[name] for name in model.model_fields))
    if at is not None:
        kept = organisation_history.c
        then = (
            select(kept.state)
            .where(
                kept.tenant_id == transaction.tenant,
                kept.kind == resource.kind,
                kept.subject_id == rows_of.c.id,
                kept.at <= at,
            )
            .order_by(kept.version.desc())
            .limit(1)
        )
        wanted = wanted.add_columns(then.scalar_subquery().label("then"))
    rows = await transaction.rows(
        wanted.where(rows_of.c.tenant_id == transaction.tenant, among(rows_of.c.id, ids)).order_by(
            rows_of.c.id
        )
    )
    return {row.id: model.model_validate(_then(row._asdict())) for row in rows}


def _then(row: dict[str, Any]) -> dict[str, Any]:
    """Put what was kept, whose names are those of the wire, over what is."""
    then = row.pop("then", None) or {}
    return {**row, **{to_snake(name): value for name, value in then.items()}}


async def read_units(
    transaction: Transaction, ids: Collection[UUID], at: datetime | None
) -> dict[UUID, UnitStanding]:
    """Return units, and for those that don't count what they are part of, up to a unit that does."""
    found: dict[UUID, UnitStanding] = {}
    unread = set(ids)
    for _ in range(_LONGEST_CHAIN):
        if not unread:
            break
        units = await read_standing(transaction, UNIT_ROWS, UnitStanding, unread, at)
        found |= units
        above = {unit.parent_id for unit in units.values() if unit.parent_id and not unit.counts_as_unit}
        unread = above - found.keys()
    return found


async def read_names(transaction: Transaction, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what persons are called now; nothing is kept of what they were called before."""
    if not ids:
        return {}
    person = PERSON_ROWS.table.c
    rows = await transaction.rows(
        select(person.id, person.name).where(person.tenant_id == transaction.tenant, among(person.id, ids))
    )
    return {row.id: row.name for row in rows}


async def read_complexity(transaction: Transaction, case_id: UUID, at: datetime) -> Row[Any] | None:
    """Return a case's latest classification up to a moment."""
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
            classification.c.at <= at,
        )
        .order_by(classification.c.at.desc(), classification.c.id.desc())
        .limit(1)
    )
