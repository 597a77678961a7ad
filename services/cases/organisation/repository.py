"""Every statement on the organisation's tables; what it keeps for looking back names no person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Join,
    Row,
    Table,
    and_,
    any_,
    column,
    func,
    literal,
    or_,
    select,
    table,
    update,
)
from sqlalchemy import insert as insert_row
from sqlalchemy.dialects.postgresql import insert

from services.cases.organisation.tables import (
    area,
    organisation_history,
    person,
    professional,
    unit,
)
from services.cases.register.tables import citizen_case, involvement
from shared.contracts.register import AREA, CASE_CHANGED, PERSON, PROFESSIONAL, UNIT
from shared.database.connection import Transaction
from shared.resources import Resource, select_row

AREA_ROWS = Resource(area, AREA)
UNIT_ROWS = Resource(unit, UNIT)
PERSON_ROWS = Resource(person, PERSON)
PROFESSIONAL_ROWS = Resource(professional, PROFESSIONAL)

# Never a name of a person, nor how to reach one.
_LOOKED_BACK_AT = {
    AREA: ("name", "municipality_code", "valid_to"),
    UNIT: (
        "name",
        "area_id",
        "parent_id",
        "municipality_code",
        "counts_as_unit",
        "authority_function",
        "external",
        "laws",
        "valid_to",
        "merged_into_id",
    ),
    PROFESSIONAL: ("person_id", "unit_id", "professional_group", "leader_id", "valid_from", "valid_to"),
}
_LONGEST_CHAIN = 32
_CHANGE_LOG = table(
    "change_log", *(column(name) for name in ("epoch", "tenant_id", "type", "subject", "version"))
)
_FEED_EPOCH = table("feed_epoch", column("epoch"))


def employed(parts: Table) -> Join:
    """Join rows that name a professional with the employment."""
    return parts.join(
        professional,
        and_(professional.c.tenant_id == parts.c.tenant_id, professional.c.id == parts.c.professional_id),
    )


def with_name(employments: FromClause) -> Join:
    """Join employments with the person."""
    return employments.join(
        person,
        and_(person.c.tenant_id == professional.c.tenant_id, person.c.id == professional.c.person_id),
    )


def with_unit_and_leader(named: FromClause, leader: FromClause, leading: FromClause) -> Join:
    """Join named employments with unit and leader; a professional may have no leader."""
    return (
        named.join(
            unit, and_(unit.c.tenant_id == professional.c.tenant_id, unit.c.id == professional.c.unit_id)
        )
        .outerjoin(
            leader,
            and_(leader.c.tenant_id == professional.c.tenant_id, leader.c.id == professional.c.leader_id),
        )
        .outerjoin(
            leading, and_(leading.c.tenant_id == leader.c.tenant_id, leading.c.id == leader.c.person_id)
        )
    )


def among(wanted: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Hold for rows whose column has one of many values, which are sent as one."""
    return wanted == any_(literal(list(values), ARRAY(wanted.type)))


async def known_ids(transaction: Transaction, rows_of: Table, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the ids that the tenant has."""
    wanted = set(ids)
    if not wanted:
        return set()
    rows = await transaction.rows(
        select(rows_of.c.id).where(rows_of.c.tenant_id == transaction.tenant, among(rows_of.c.id, wanted))
    )
    return {row.id for row in rows}


async def await_turn(transaction: Transaction) -> None:
    """Wait until nobody else changes who is part of what, or led by whom, until this transaction ends.

    Two changes that each looked only at what the other had not yet committed could make a circle,
    or wait for each other's rows for ever.
    """
    await transaction.hold("organisation")


async def lock_row(transaction: Transaction, resource: Resource, row_id: UUID) -> Row[Any] | None:
    """Return a row and keep others from changing it or pointing to it."""
    return await transaction.first(select_row(resource, transaction.tenant, row_id).with_for_update())


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


async def resolve_units(transaction: Transaction, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Map each unit that the tenant has to itself, or to the living unit it was merged into.

    The units stay as they are until the transaction ends: a merge waits. So ask before locking a case,
    which a merge locks after the units.
    """
    wanted = set(ids)
    successors: dict[UUID, UUID | None] = {}
    unread = wanted
    for _ in range(_LONGEST_CHAIN):
        if not unread:
            break
        rows = await transaction.rows(
            select(unit.c.id, unit.c.merged_into_id)
            .where(unit.c.tenant_id == transaction.tenant, unit.c.id.in_(unread))
            .order_by(unit.c.id)
            .with_for_update(read=True, key_share=True)
        )
        successors |= {row.id: row.merged_into_id for row in rows}
        unread = {row.merged_into_id for row in rows if row.merged_into_id} - successors.keys()
    return {each: living_unit(each, successors) for each in wanted & successors.keys()}


def living_unit(unit_id: UUID, successors: Mapping[UUID, UUID | None]) -> UUID:
    """Follow a unit's mergers to the end, or to where they'd begin to repeat.

    Examples
    --------
    >>> a, b, c = (UUID(int=number) for number in range(3))
    >>> living_unit(a, {a: b, b: c, c: None}) == c
    True
    """
    seen = {unit_id}
    while (successor := successors.get(unit_id)) is not None and successor not in seen:
        unit_id = successor
        seen.add(unit_id)
    return unit_id


async def note_history(transaction: Transaction, resource: Resource, ids: Iterable[UUID]) -> None:
    """Keep rows as they are from now on, for looking back; every writer of the organisation calls this.

    Persons are not kept: they have nothing but a name.
    """
    names = _LOOKED_BACK_AT.get(resource.kind)
    changed = list(ids)
    if names is None or not changed:
        return
    rows = resource.table.c
    state = [part for name in names for part in (to_camel(name), rows[name])]
    kept = select(
        rows.tenant_id,
        literal(resource.kind),
        rows.id,
        rows.version,
        func.clock_timestamp(),
        func.jsonb_build_object(*state),
    ).where(rows.tenant_id == transaction.tenant, among(rows.id, changed))
    await transaction.execute(
        insert(organisation_history)
        .from_select(["tenant_id", "kind", "subject_id", "version", "at", "state"], kept)
        .on_conflict_do_nothing()
    )


async def note_changes(transaction: Transaction, resource: Resource, ids: Iterable[UUID]) -> None:
    """Tell the feed of many rows' new versions, and keep them for looking back."""
    changed = list(ids)
    await _log_changes(transaction, resource.table, resource.kind, changed)
    await note_history(transaction, resource, changed)


async def _log_changes(transaction: Transaction, rows_of: Table, kind: str, ids: list[UUID]) -> None:
    if not ids:
        return
    logged = select(
        select(_FEED_EPOCH.c.epoch).scalar_subquery(),
        rows_of.c.tenant_id,
        literal(kind),
        rows_of.c.id,
        rows_of.c.version,
    ).where(rows_of.c.tenant_id == transaction.tenant, among(rows_of.c.id, ids))
    await transaction.execute(insert_row(_CHANGE_LOG).from_select(list(_CHANGE_LOG.c.keys()), logged))
    transaction.has_changes = True


async def read_clock(transaction: Transaction) -> datetime:
    """Return this moment; not when the transaction began, which may be before what it waited for."""
    found: datetime = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
    return found


async def move_up(transaction: Transaction, unit_id: UUID, parent_id: UUID | None) -> None:
    """Make a unit part of another, or of none."""
    await transaction.execute(
        update(unit)
        .where(unit.c.tenant_id == transaction.tenant, unit.c.id == unit_id)
        .values(parent_id=parent_id, version=unit.c.version + 1)
    )


async def end_merged(transaction: Transaction, unit_id: UUID, into: UUID, at: datetime) -> None:
    """End a unit, and say which one goes on."""
    await transaction.execute(
        update(unit)
        .where(unit.c.tenant_id == transaction.tenant, unit.c.id == unit_id)
        .values(
            merged_into_id=into,
            valid_to=func.least(unit.c.valid_to, at),  # which passes over null
            version=unit.c.version + 1,
        )
    )


async def move_children(transaction: Transaction, unit_id: UUID, into: UUID) -> list[UUID]:
    """Make what is part of one unit part of another; return which they are."""
    rows = await transaction.execute(
        update(unit)
        .where(unit.c.tenant_id == transaction.tenant, unit.c.parent_id == unit_id)
        .values(parent_id=into, version=unit.c.version + 1)
        .returning(unit.c.id)
    )
    return list(rows.scalars())


async def move_employed(transaction: Transaction, unit_id: UUID, into: UUID, at: datetime) -> list[UUID]:
    """Move whoever is employed in one unit to another; return which they are. Who has left stays."""
    rows = await transaction.execute(
        update(professional)
        .where(
            professional.c.tenant_id == transaction.tenant,
            professional.c.unit_id == unit_id,
            or_(professional.c.valid_to.is_(None), professional.c.valid_to > at),
        )
        .values(unit_id=into, version=professional.c.version + 1)
        .returning(professional.c.id)
    )
    return list(rows.scalars())


async def touch_cases_of(transaction: Transaction, unit_id: UUID, at: datetime) -> list[UUID]:
    """Count a change to each case that a unit is involved in now; return which they are."""
    involved = select(involvement.c.case_id).where(
        involvement.c.tenant_id == transaction.tenant,
        involvement.c.unit_id == unit_id,
        or_(involvement.c.valid_to.is_(None), involvement.c.valid_to > at),
    )
    rows = await transaction.execute(
        update(citizen_case)
        .where(citizen_case.c.tenant_id == transaction.tenant, citizen_case.c.id.in_(involved))
        .values(version=citizen_case.c.version + 1, updated_at=at)
        .returning(citizen_case.c.id)
    )
    touched = list(rows.scalars())
    await _log_changes(transaction, citizen_case, CASE_CHANGED, touched)
    return touched


async def move_involvements(transaction: Transaction, unit_id: UUID, into: UUID, at: datetime) -> None:
    """End a unit's parts in cases, and let another go on with them unless it has the same part already."""
    mine = involvement.c.tenant_id == transaction.tenant
    names = ("id", "case_id", "registration_id", "role", "laws", "valid_from", "valid_to")
    moving = (
        select(*(involvement.c[name] for name in names))
        .where(
            mine,
            involvement.c.unit_id == unit_id,
            or_(involvement.c.valid_to.is_(None), involvement.c.valid_to > at),
        )
        .cte("moving")
    )
    ended = (
        update(involvement)
        .where(mine, involvement.c.id.in_(select(moving.c.id)))
        .values(valid_to=func.greatest(involvement.c.valid_from, at))
        .cte("ended")
    )
    already = involvement.alias("already")
    has_part = select(already.c.id).where(
        already.c.tenant_id == transaction.tenant,
        already.c.registration_id == moving.c.registration_id,
        already.c.unit_id == into,
        already.c.role == moving.c.role,
        or_(already.c.valid_to.is_(None), already.c.valid_to > at),
    )
    goes_on = select(
        literal(transaction.tenant),
        func.uuidv7(),
        moving.c.case_id,
        moving.c.registration_id,
        literal(into),
        moving.c.role,
        moving.c.laws,
        func.greatest(moving.c.valid_from, at),
        moving.c.valid_to,
    ).where(~has_part.exists())
    await transaction.execute(
        insert_row(involvement).from_select([each.name for each in involvement.c], goes_on).add_cte(ended)
    )
