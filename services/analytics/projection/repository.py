"""Every statement on the projection's tables."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    Table,
    Uuid,
    delete,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert

from services.analytics.projection.packing import pack
from services.analytics.projection.tables import known_tenant, measurement_cube, register_state
from services.analytics.projection.telling import tell_changed
from services.analytics.projection.versions import (
    REGISTER_FEED,
    SURVEY_FEED,
    forget_version,
    next_version,
    raise_version,
)
from shared.changes.events import ChangeEvent
from shared.contracts.register import AREA, COLLABORATION_GROUP, ENROLMENT, STUDY, UNIT
from shared.contracts.survey import MeasurementState, RoundState
from shared.database.connection import Transaction
from shared.database.tables import feed_position

HELD_KINDS = (AREA, UNIT, COLLABORATION_GROUP, STUDY, ENROLMENT)
"""What is held of the register beside everything closed."""

_CLEAR_AT_ONCE = 500
_WAS_AND_IS: tuple[ColumnElement[Any], ...] = (
    literal_column("old.round_state").label("was"),
    literal_column("new.round_state").label("now"),
    literal_column("new.round_id", Uuid()).label("round_id"),
)


async def know_tenants(transaction: Transaction, tenants: Sequence[UUID]) -> None:
    """Note that there are rows of these tenants."""
    await transaction.execute(
        insert(known_tenant).values([{"tenant_id": tenant} for tenant in tenants]).on_conflict_do_nothing()
    )


async def upsert_cubes(transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
    """Write one tenant's measurements, newer over older; a change of what is closed is a data version."""
    version = await next_version(transaction, SURVEY_FEED, generation)
    rows = [_cube_row((generation, version), event) for event in events if event.data is not None]
    written = await _upsert(transaction, measurement_cube, rows, _WAS_AND_IS)
    erased = [event.subject for event in events if event.data is None]
    which = measurement_cube.c.id.in_(erased)
    said = (measurement_cube.c.round_id, measurement_cube.c.round_state)
    gone = await _delete(transaction, generation, which, said) if erased else []
    removed = [row.round_id for row in written if row.was == RoundState.CLOSED != row.now]
    removed += [row.round_id for row in gone if row.round_state == RoundState.CLOSED]
    changed = [row.round_id for row in written if row.now == RoundState.CLOSED]
    if removed or changed:
        await raise_version(transaction, (SURVEY_FEED, generation), version, removes=bool(removed))
        await tell_changed(transaction, generation, version, [*removed, *changed])


def _cube_row(place: tuple[int, int], event: ChangeEvent) -> dict[str, Any]:
    generation, version = place
    state = MeasurementState.model_validate(event.data)
    return {
        "tenant_id": event.tenantid,
        "generation": generation,
        "id": state.id,
        "version": state.version,
        "round_id": state.round_id,
        "case_id": state.case_id,
        "group_id": state.group_id,
        "wave": state.wave,
        "round_state": state.round_state,
        "state": state.model_dump(mode="json", by_alias=True),
        "cells": b64decode(state.cells),
        "asked": b64decode(state.asked),
        "packed": pack(state),
        "changed": version if state.round_state is RoundState.CLOSED else 0,
    }


async def upsert_register(transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
    """Write one tenant's subjects of the register, newer over older; of some a change is a data version."""
    version = await next_version(transaction, REGISTER_FEED, generation)
    rows = [
        {
            "tenant_id": event.tenantid,
            "generation": generation,
            "kind": event.kind,
            "id": event.subject,
            "version": event.subjectversion,
            "state": event.data,
            "changed": version,
        }
        for event in events
        if event.data is not None
    ]
    written = await _upsert(transaction, register_state, rows, (register_state.c.kind,))
    erased = [(event.kind, event.subject) for event in events if event.data is None]
    # With its kind: callers bring their own ids, and one id may name a case and an employment.
    which = tuple_(register_state.c.kind, register_state.c.id).in_(erased)
    gone = await _delete(transaction, generation, which, (register_state.c.kind,)) if erased else []
    removes = any(row.kind in HELD_KINDS for row in gone)
    if removes or any(row.kind in HELD_KINDS for row in written):
        await raise_version(transaction, (REGISTER_FEED, generation), version, removes=removes)


async def _upsert(
    transaction: Transaction,
    table: Table,
    rows: Sequence[dict[str, Any]],
    returned: Sequence[ColumnElement[Any]],
) -> Sequence[Row[Any]]:
    """Write rows over older ones; return what is wanted of those that were written."""
    if not rows:
        return []
    statement = insert(table).values(list(rows))
    keys = [column.name for column in table.primary_key]
    newer = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    return await transaction.rows(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_=newer,
            where=table.c.version < statement.excluded.version,
        ).returning(*returned)
    )


async def _delete(
    transaction: Transaction, generation: int, which: ColumnElement[bool], returned: Sequence[Column[Any]]
) -> Sequence[Row[Any]]:
    """Delete rows of the table of some columns, and return what they said."""
    table = returned[0].table
    return await transaction.rows(
        delete(table)
        .where(table.c.tenant_id == transaction.tenant, table.c.generation == generation, which)
        .returning(*returned)
    )


async def clear_some(transaction: Transaction, table: Table, feed: str, generation: int) -> bool:
    """Delete some rows of a generation, tenant by tenant; tell whether none are left."""
    left = _CLEAR_AT_ONCE
    keys = list(table.primary_key)
    for row in await transaction.rows(select(known_tenant.c.tenant_id)):
        await transaction.act_for(row.tenant_id)
        batch = (
            select(*keys)
            .where(table.c.tenant_id == row.tenant_id, table.c.generation == generation)
            .limit(left)
        )
        deleted = await transaction.execute(delete(table).where(tuple_(*keys).in_(batch)))
        left -= deleted.rowcount
        if left <= 0:
            return False
        await forget_version(transaction, feed, generation)
    return True


async def read_cubes(transaction: Transaction, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
    """Return a tenant's measurements that meet the conditions, in the order of their ids."""
    return await transaction.rows(
        _mine(transaction, measurement_cube, SURVEY_FEED).where(*conditions).order_by(measurement_cube.c.id)
    )


async def read_kind(transaction: Transaction, kind: str) -> list[Any]:
    """Return the states of all of a tenant's subjects of one kind, in the order of their ids."""
    rows = await transaction.rows(
        _mine(transaction, register_state, REGISTER_FEED)
        .where(register_state.c.kind == kind)
        .order_by(register_state.c.id)
    )
    return [row.state for row in rows]


async def read_register(transaction: Transaction, kind: str, subject: UUID) -> Any:
    """Return the state of a subject of the register, or None."""
    row = await transaction.first(
        _mine(transaction, register_state, REGISTER_FEED).where(
            register_state.c.kind == kind, register_state.c.id == subject
        )
    )
    return row.state if row else None


def _mine(transaction: Transaction, table: Table, feed: str) -> Select[Any]:
    """Select a tenant's rows of the generation that is read; there are none before there is one."""
    active = (
        select(feed_position.c.generation)
        .where(feed_position.c.consumer == feed, feed_position.c.state == "active")
        .scalar_subquery()
    )
    return select(table).where(table.c.tenant_id == transaction.tenant, table.c.generation == active)
