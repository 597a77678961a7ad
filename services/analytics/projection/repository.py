"""Every statement on the projection's tables."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.analytics.projection.tables import known_tenant, measurement_cube, register_state
from shared.changes.events import ChangeEvent
from shared.contracts.survey import MeasurementState
from shared.database.connection import Transaction
from shared.database.tables import feed_position

SURVEY_FEED = "survey"
REGISTER_FEED = "cases"

_CLEAR_AT_ONCE = 500


async def know_tenants(transaction: Transaction, tenants: Sequence[UUID]) -> None:
    """Note that there are rows of these tenants."""
    await transaction.execute(
        insert(known_tenant).values([{"tenant_id": tenant} for tenant in tenants]).on_conflict_do_nothing()
    )


async def upsert_cubes(transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
    """Write one tenant's measurements, newer over older."""
    rows = [_cube_row(generation, event) for event in events if event.data is not None]
    await _upsert(transaction, measurement_cube, rows)
    erased = [event.subject for event in events if event.data is None]
    if erased:
        await _delete(transaction, measurement_cube, generation, measurement_cube.c.id.in_(erased))


def _cube_row(generation: int, event: ChangeEvent) -> dict[str, Any]:
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
    }


async def upsert_register(transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
    """Write one tenant's subjects of the register, newer over older."""
    rows = [
        {
            "tenant_id": event.tenantid,
            "generation": generation,
            "kind": event.kind,
            "id": event.subject,
            "version": event.subjectversion,
            "state": event.data,
        }
        for event in events
        if event.data is not None
    ]
    await _upsert(transaction, register_state, rows)
    erased = [(event.kind, event.subject) for event in events if event.data is None]
    if erased:
        # With its kind: callers bring their own ids, and one id may name a case and an employment.
        which = tuple_(register_state.c.kind, register_state.c.id).in_(erased)
        await _delete(transaction, register_state, generation, which)


async def _upsert(transaction: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(table).values(list(rows))
    keys = [column.name for column in table.primary_key]
    newer = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    await transaction.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_=newer,
            where=table.c.version < statement.excluded.version,
        )
    )


async def _delete(
    transaction: Transaction, table: Table, generation: int, which: ColumnElement[bool]
) -> None:
    await transaction.execute(
        delete(table).where(
            table.c.tenant_id == transaction.tenant, table.c.generation == generation, which
        )
    )


async def clear_some(transaction: Transaction, table: Table, generation: int) -> bool:
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


async def read_whole_register(transaction: Transaction, kinds: Sequence[str]) -> list[Row[Any]]:
    """Return a tenant's subjects of some kinds, in the order of kind and id."""
    return await transaction.rows(
        _mine(transaction, register_state, REGISTER_FEED)
        .where(register_state.c.kind.in_(kinds))
        .order_by(register_state.c.kind, register_state.c.id)
    )


def _mine(transaction: Transaction, table: Table, feed: str) -> Select[Any]:
    """Select a tenant's rows of the generation that is read; there are none before there is one."""
    active = (
        select(feed_position.c.generation)
        .where(feed_position.c.consumer == feed, feed_position.c.state == "active")
        .scalar_subquery()
    )
    return select(table).where(table.c.tenant_id == transaction.tenant, table.c.generation == active)
