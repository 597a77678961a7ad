"""A tenant that is closed is told of nothing more, nothing waits for it, and nothing begins there again."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from services.gateway.access.schemas import PutTenant
from services.gateway.access.service import close_tenant, put_tenant
from services.gateway.webhooks import service
from services.gateway.webhooks.outbox import Lane, take
from services.gateway.webhooks.schemas import PutWebhook, ReplayEvents
from shared.access.principal import Principal, Role
from shared.database.connection import Transaction
from shared.errors import Problem
from shared.representation import CREATION
from tests.services.gateway.webhooks.conftest import LOOPBACK, Outbox
from tests.services.gateway.webhooks.receiver import receiving

OPERATOR = Principal("operator", "operator", frozenset({Role.OPERATOR}))
URL = "http://127.0.0.1:9/"
_STATES = "SELECT state, disabled_reason FROM webhook_subscription WHERE tenant_id = $1"

Call = Callable[[Transaction, UUID], Awaitable[object]]
CALLS: dict[str, Call] = {
    "put": lambda transaction, _: service.put_webhook(
        transaction, uuid4(), PutWebhook(url=URL, description="again"), CREATION, LOOPBACK
    ),
    "ping": service.ping,
    "replay": lambda transaction, webhook: service.replay(
        transaction, webhook, ReplayEvents(event_ids=[uuid4()])
    ),
}


async def set_up(outbox: Outbox) -> None:
    """Have the tenant known to the gateway."""
    async with outbox.database.transaction(outbox.tenant, OPERATOR) as transaction:
        await put_tenant(transaction, PutTenant(name="Kommune"), CREATION)


async def close(outbox: Outbox) -> None:
    """Close the tenant."""
    async with outbox.database.transaction(outbox.tenant, OPERATOR) as transaction:
        await close_tenant(transaction)


async def call(outbox: Outbox, wanted: Call, webhook: UUID) -> None:
    """Call as an administrator whose token is still remembered."""
    administrator = Principal("admin", "gateway", frozenset({Role.ADMINISTRATOR}), tenant=outbox.tenant)
    async with outbox.database.transaction(outbox.tenant, administrator) as transaction:
        await wanted(transaction, webhook)


async def test_it_is_told_of_nothing_more_and_nobody_else_notices(outbox: Outbox) -> None:
    other = Outbox(**{**vars(outbox), "tenant": uuid4()})
    await set_up(outbox)
    async with receiving() as receiver, receiving() as others:
        await outbox.subscribe(receiver.url)
        await other.subscribe(others.url)
        for each in (outbox, other):
            await each.happen("round.closed", "scores.changed")
        await close(outbox)
        await outbox.deliver()
    assert (receiver.messages, len(others.ids())) == ([], 2)
    assert await outbox.states() == []
    assert [tuple(row) for row in await outbox.rows(_STATES)] == [("disabled", "tenant-closed")]
    assert [tuple(row) for row in await other.rows(_STATES)] == [("active", None)]
    await other.rows("DELETE FROM webhook_subscription WHERE tenant_id = $1")


async def test_what_was_told_stays_in_the_log(outbox: Outbox) -> None:
    await set_up(outbox)
    async with receiving() as receiver:
        await outbox.subscribe(receiver.url)
        await outbox.happen()
        await outbox.deliver()
        await outbox.happen()
        await close(outbox)
    assert await outbox.states() == [("delivered", 1)]


async def test_who_has_one_at_work_finds_nothing_more_to_take(outbox: Outbox) -> None:
    await set_up(outbox)
    lane = Lane(outbox.tenant, await outbox.subscribe(URL))
    await outbox.happen("round.closed", "scores.changed")
    async with outbox.database.transaction(outbox.tenant) as transaction:
        assert await take(transaction, lane) is not None
    await close(outbox)
    async with outbox.database.transaction(outbox.tenant) as transaction:
        assert await take(transaction, lane) is None


@pytest.mark.parametrize("wanted", CALLS.values(), ids=CALLS)
async def test_nothing_begins_there_again(outbox: Outbox, wanted: Call) -> None:
    await set_up(outbox)
    webhook = await outbox.subscribe(URL)
    await call(outbox, wanted, webhook)  # the control: as long as it is open
    await close(outbox)
    with pytest.raises(Problem, match="tenant-closed"):
        await call(outbox, wanted, webhook)
