"""A tenant's programs pull all its events in order, and never another's."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.feed.repository import NewEvent, record_events
from services.gateway.feed.types import EventType
from shared.database.connection import Database
from tests.services.gateway.conftest import Front


@pytest.fixture
async def database(front: Front) -> AsyncIterator[Database]:
    """Open the gateway's database as the gateway does, but without its bell."""
    opened = Database(front.database.app, pool_size=1)
    yield opened
    await opened.close()


async def happen(database: Database, tenant: UUID, *types: str) -> list[str]:
    """Record events and return their ids."""
    events = [NewEvent(uuid4(), EventType(each), uuid4(), 1) for each in types]
    async with database.transaction(tenant) as transaction:
        await record_events(transaction, events)
    return [str(each.id) for each in events]


async def read(front: Front, tenant: UUID, query: str = "") -> dict[str, Any]:
    """Read a page."""
    answer = await front.http.get(f"/v1/changes{query}", headers=front.caller(tenant, "data-steward"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(page: dict[str, Any]) -> list[str]:
    """Return the ids of a page's events."""
    return [each["id"] for each in page["items"]]


class TestListChanges:
    async def test_everything_once_in_order_and_nothing_of_others(
        self, front: Front, database: Database, tenant: UUID
    ) -> None:
        kinds = ["case.closed", "round.closed", "scores.changed", "case.closed", "webhook.ping"]
        told = await happen(database, tenant, *kinds)
        await happen(database, uuid4(), "case.closed")
        seen: list[str] = []
        page = await read(front, tenant, "?pageSize=3")
        assert not page["caughtUp"]
        while page["items"]:
            seen += ids(page)
            page = await read(front, tenant, f"?pageSize=3&cursor={page['nextCursor']}")
        assert seen == told[:4]
        assert page["caughtUp"]
        (later,) = await happen(database, tenant, "round.opened")
        assert ids(await read(front, tenant, f"?cursor={page['nextCursor']}")) == [later]

    async def test_by_type(self, front: Front, database: Database, tenant: UUID) -> None:
        told = await happen(database, tenant, "case.closed", "round.closed", "scores.changed")
        page = await read(front, tenant, "?types=scores.changed&types=case.closed")
        assert ids(page) == [told[0], told[2]]

    async def test_an_event_as_webhooks_tell_it(
        self, front: Front, database: Database, tenant: UUID
    ) -> None:
        await happen(database, tenant, "case.closed")
        (event,) = (await read(front, tenant))["items"]
        assert (event["source"], event["tenantid"]) == (front.url, str(tenant))
        assert event["data"] == {"id": event["subject"], "version": 1}

    async def test_who_waits_is_told_at_once(self, front: Front, database: Database, tenant: UUID) -> None:
        waiting = asyncio.create_task(read(front, tenant, "?wait=20"))
        await asyncio.sleep(0.2)
        told = await happen(database, tenant, "case.closed")
        assert ids(await waiting) == told

    @pytest.mark.parametrize("cursor", ["nonsense", "1.2.3", "99.1.1.1", "1.1.999999999999.1", "1.9.1.1"])
    async def test_an_unknown_cursor_is_gone(self, front: Front, tenant: UUID, cursor: str) -> None:
        headers = front.caller(tenant, "administrator")
        answer = await front.http.get(f"/v1/changes?cursor={cursor}", headers=headers)
        assert answer.status_code == 410
        assert answer.json()["code"] == "unknown-position"

    @pytest.mark.parametrize(
        "query", ["types=person.changed", "pageSize=0", "wait=21", "after=1", "cursor=" + "1" * 101]
    )
    async def test_bounds(self, front: Front, tenant: UUID, query: str) -> None:
        headers = front.caller(tenant, "administrator")
        assert (await front.http.get(f"/v1/changes?{query}", headers=headers)).status_code == 400

    async def test_who_may(self, front: Front, tenant: UUID) -> None:
        asked: tuple[dict[str, str], ...] = (
            {},
            front.operator(),
            front.caller(tenant, "case-system", "case-worker", "analyst", "leader"),
        )
        statuses = [(await front.http.get("/v1/changes", headers=each)).status_code for each in asked]
        assert statuses == [401, 403, 403]
