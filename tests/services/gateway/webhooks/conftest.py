"""Deliveries in a database of their own, worked off by dispatchers that the tests move by hand."""

import ipaddress
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.postgres import ServerAddress
from services.gateway.feed.repository import NewEvent, record_events
from services.gateway.feed.types import EventType
from services.gateway.outbound.addresses import AllowedAddresses
from services.gateway.webhooks.dispatcher import Courier, Dispatcher
from services.gateway.webhooks.outbox import queue_deliveries
from services.gateway.webhooks.schemas import PutWebhook
from services.gateway.webhooks.sending import WebhookSender, open_sender
from services.gateway.webhooks.service import put_webhook
from services.gateway.webhooks.signing import WebhookSecrets, written
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from shared.representation import CREATION
from tests.support.databases import TestDatabase, make_database

SOURCE = "https://samspil.example"
LOOPBACK = AllowedAddresses((ipaddress.ip_network("127.0.0.1/32"),))


@dataclass(frozen=True)
class Outbox:
    """One tenant's webhooks."""

    tenant: UUID
    logins: TestDatabase
    database: Database
    feed_database: Database
    sender: WebhookSender
    secrets: WebhookSecrets

    def dispatcher(self) -> Dispatcher:
        """Return a replica's dispatcher."""
        courier = Courier(self.sender, self.secrets, SOURCE)
        return Dispatcher(self.database, self.feed_database, courier)

    async def deliver(self) -> None:
        """Deliver what is due now."""
        dispatcher = self.dispatcher()
        await dispatcher.look()
        await dispatcher.settle()

    async def subscribe(self, url: str, *types: str, **more: Any) -> UUID:
        """Subscribe and return the id."""
        webhook_id = uuid4()
        wanted = PutWebhook(url=url, types=[EventType(each) for each in types], description="test", **more)
        administrator = Principal("admin", SOURCE, frozenset({Role.ADMINISTRATOR}), tenant=self.tenant)
        async with self.database.transaction(self.tenant, administrator) as transaction:
            await put_webhook(transaction, webhook_id, wanted, CREATION, LOOPBACK)
        return webhook_id

    def secret(self, webhook_id: UUID, generation: int = 1) -> str:
        """Return a subscription's secret as its receiver knows it."""
        return written(self.secrets.secret(self.tenant, webhook_id, generation))

    async def happen(self, *types: str) -> list[UUID]:
        """Let something happen, once for each type; return the events' ids."""
        events = [NewEvent(uuid4(), EventType(each), uuid4(), 3) for each in types or ("round.closed",)]
        async with self.database.transaction(self.tenant) as transaction:
            recorded = await record_events(transaction, events)
            await queue_deliveries(transaction, recorded)
        return recorded

    async def rows(self, statement: str, *values: object) -> list[Any]:
        """Ask the database as its superuser; `$1` is the tenant."""
        connection = await asyncpg.connect(self.logins.superuser)
        try:
            found: Sequence[Any] = await connection.fetch(statement, self.tenant, *values)
        finally:
            await connection.close()
        return list(found)

    async def hurry(self) -> None:
        """Let all that waits be due now."""
        await self.rows(
            "UPDATE webhook_delivery SET next_at = now() WHERE tenant_id = $1 AND state = 'pending'"
        )

    async def states(self) -> list[tuple[str, int]]:
        """Return each delivery's state and attempts, in the order they were queued."""
        found = await self.rows(
            "SELECT state, attempts FROM webhook_delivery WHERE tenant_id = $1 ORDER BY id"
        )
        return [(row["state"], row["attempts"]) for row in found]


@pytest.fixture(scope="session")
def hooks_database(postgres: ServerAddress, gateway_database: TestDatabase) -> TestDatabase:
    """Give these tests a database that no running gateway works on."""
    assert gateway_database.owner  # the roles are made once, for the other database
    return make_database(postgres, "gateway", name="samspil_gateway_hooks")


@asynccontextmanager
async def _databases(logins: TestDatabase) -> AsyncIterator[tuple[Database, Database]]:
    database, feed_database = Database(logins.app, pool_size=4), Database(logins.feed, pool_size=1)
    try:
        yield database, feed_database
    finally:
        await database.close()
        await feed_database.close()


@pytest.fixture(scope="session")
async def outboxes(hooks_database: TestDatabase) -> AsyncIterator[Outbox]:
    """Open what all these tests share."""
    async with _databases(hooks_database) as (database, feed_database), open_sender(LOOPBACK) as sender:
        yield Outbox(uuid4(), hooks_database, database, feed_database, sender, WebhookSecrets(b"k" * 48))


@pytest.fixture
async def outbox(outboxes: Outbox, tenant: UUID) -> AsyncIterator[Outbox]:
    """Give the test a tenant's outbox; what it leaves waiting is nobody else's."""
    own = Outbox(
        tenant,
        outboxes.logins,
        outboxes.database,
        outboxes.feed_database,
        outboxes.sender,
        outboxes.secrets,
    )
    yield own
    await own.rows("DELETE FROM webhook_subscription WHERE tenant_id = $1")
