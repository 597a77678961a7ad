"""Looks behind the services, as a database administrator could: rows, audit and feeds."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.changes.events import ChangeEvent, ChangePage
from tests.support.databases import TestDatabase
from tests.support.keys import service_token
from tests.support.municipality import ok
from tests.support.services import Stack


async def rows(database: TestDatabase, statement: str, *values: Any) -> list[dict[str, Any]]:
    """Return rows as the superuser sees them, every tenant's."""
    connection = await asyncpg.connect(database.superuser)
    try:
        return [dict(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


async def audited(database: TestDatabase, subject: UUID) -> list[tuple[str, str, str, str]]:
    """Return what the audit says of a subject: action, kind of subject, purpose and actor."""
    found = await rows(
        database,
        "SELECT action, subject_type, purpose, actor FROM audit_event WHERE subject_id = $1 ORDER BY id",
        subject,
    )
    return [(each["action"], each["subject_type"], each["purpose"], each["actor"]) for each in found]


async def feed_events(stack: Stack, service: str, tenant: UUID) -> list[ChangeEvent]:
    """Return a tenant's events of a service's whole feed, read as analytics reads it."""
    reader = stack.bearer(service, service_token(service, "analytics"))
    found: list[ChangeEvent] = []
    after, caught_up = "", False
    while not caught_up:
        path = f"/internal/changes?after={after}&limit=1000"
        page = ChangePage.model_validate(ok(await reader.get(path)))
        found.extend(event for event in page.events if event.tenantid == tenant)
        after, caught_up = page.next, page.caught_up
    return found


async def feed_state(stack: Stack, service: str, tenant: UUID, subject: UUID) -> dict[str, Any]:
    """Return the newest state a feed tells of a subject."""
    states = [event.data for event in await feed_events(stack, service, tenant) if event.subject == subject]
    assert states
    newest = states[-1]
    assert newest is not None
    return newest
