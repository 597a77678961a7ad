"""Every statement by which a tenant's administrators see to subscriptions and look at deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, literal_column, select, text, update

from services.gateway.feed.repository import NewEvent, record_events
from services.gateway.feed.tables import event
from services.gateway.feed.types import EventType
from services.gateway.webhooks.states import DeliveryState, DisabledReason, SubscriptionState
from services.gateway.webhooks.tables import attempt, delivery, subscription
from shared.database.connection import Transaction
from shared.resources import Resource

WEBHOOK = Resource(subscription, "webhook", told=False)
MOST_SHOWN_ATTEMPTS = 100

_REPLAY = (
    "INSERT INTO webhook_delivery AS d (tenant_id, subscription_id, event_id) "
    "SELECT e.tenant_id, s.id, e.id FROM event AS e JOIN webhook_subscription AS s "
    "ON s.tenant_id = e.tenant_id AND s.id = :subscription "
    "WHERE e.tenant_id = :tenant AND {which} "
    "ON CONFLICT (tenant_id, subscription_id, event_id) DO UPDATE "
    "SET state = 'pending', attempts = 0, next_at = now(), finished_at = NULL"
)
_REPLAY_SINCE = text(
    _REPLAY.format(
        which="e.recorded_at >= :since AND e.type <> 'webhook.ping' "
        "AND (cardinality(s.types) = 0 OR e.type = ANY (s.types))"
    )
)
_REPLAY_NAMED = text(_REPLAY.format(which="e.id = ANY (:events)"))
_ROTATE = text(
    "UPDATE webhook_subscription SET secret_generation = secret_generation + 1, version = version + 1, "
    "previous_secret_until = now() + make_interval(hours => :hours) "
    "WHERE tenant_id = :tenant AND id = :id RETURNING secret_generation, previous_secret_until"
)


async def count_webhooks(transaction: Transaction) -> int:
    """Return how many subscriptions the tenant has."""
    found = await transaction.execute(
        select(func.count()).select_from(subscription).where(subscription.c.tenant_id == transaction.tenant)
    )
    return int(found.scalar_one())


async def delete_webhook(transaction: Transaction, webhook_id: UUID) -> bool:
    """Delete a subscription with its deliveries; tell whether there was one."""
    deleted = await transaction.execute(
        delete(subscription).where(
            subscription.c.tenant_id == transaction.tenant, subscription.c.id == webhook_id
        )
    )
    return deleted.rowcount == 1


async def begin_again(transaction: Transaction, webhook_id: UUID) -> None:
    """Forget since when a subscription was failing: somebody has looked into it."""
    await transaction.execute(
        update(subscription)
        .where(subscription.c.tenant_id == transaction.tenant, subscription.c.id == webhook_id)
        .values(failing_since=None)
    )


async def end_webhooks(transaction: Transaction) -> None:
    """Disable the tenant's subscriptions because it is closed, and drop what was to be delivered."""
    await transaction.execute(
        update(subscription)
        .where(subscription.c.tenant_id == transaction.tenant)
        .values(
            state=SubscriptionState.DISABLED,
            disabled_reason=DisabledReason.TENANT_CLOSED,
            version=subscription.c.version + literal_column("1"),
        )
    )
    await transaction.execute(
        delete(delivery).where(
            delivery.c.tenant_id == transaction.tenant, delivery.c.state == DeliveryState.PENDING
        )
    )


async def rotate_secret(
    transaction: Transaction, webhook_id: UUID, hours: int
) -> tuple[int, datetime] | None:
    """Go on to the next generation of the secret; return it, and until when the one before signs."""
    values = {"tenant": transaction.tenant, "id": webhook_id, "hours": hours}
    row = (await transaction.execute(_ROTATE, values)).first()
    return None if row is None else (row.secret_generation, row.previous_secret_until)


async def replay_since(transaction: Transaction, webhook_id: UUID, since: datetime) -> int:
    """Queue all that the subscription wants since a time; return how many."""
    about = {"tenant": transaction.tenant, "subscription": webhook_id, "since": since}
    return await _queued(transaction, await transaction.execute(_REPLAY_SINCE, about))


async def replay_events(transaction: Transaction, webhook_id: UUID, events: Sequence[UUID]) -> int:
    """Queue named events of the tenant; return how many there are."""
    about = {"tenant": transaction.tenant, "subscription": webhook_id, "events": list(events)}
    return await _queued(transaction, await transaction.execute(_REPLAY_NAMED, about))


async def _queued(transaction: Transaction, result: Any) -> int:
    transaction.has_changes |= result.rowcount > 0  # rings, so that they go at once
    return int(result.rowcount)


async def add_ping(transaction: Transaction, webhook_id: UUID, event_id: UUID) -> None:
    """Record an event that only one subscription is told of, and queue it."""
    await record_events(transaction, [NewEvent(event_id, EventType.WEBHOOK_PING, webhook_id, 1)])
    await replay_events(transaction, webhook_id, [event_id])


def select_deliveries(transaction: Transaction, webhook_id: UUID) -> Select[Any]:
    """Select the deliveries of a subscription, each with its event's type."""
    return (
        select(delivery, event.c.type)
        .join(event, (event.c.tenant_id == delivery.c.tenant_id) & (event.c.id == delivery.c.event_id))
        .where(delivery.c.tenant_id == transaction.tenant, delivery.c.subscription_id == webhook_id)
    )


def in_state(statement: Select[Any], state: DeliveryState) -> Select[Any]:
    """Select only the deliveries in a state."""
    return statement.where(delivery.c.state == state)


async def find_delivery(transaction: Transaction, webhook_id: UUID, delivery_id: UUID) -> Row[Any] | None:
    """Return a delivery of a subscription."""
    statement = select_deliveries(transaction, webhook_id).where(delivery.c.id == delivery_id)
    return await transaction.first(statement)


async def find_delivery_of(transaction: Transaction, webhook_id: UUID, event_id: UUID) -> Row[Any] | None:
    """Return the delivery of an event to a subscription."""
    statement = select_deliveries(transaction, webhook_id).where(delivery.c.event_id == event_id)
    return await transaction.first(statement)


async def read_attempts(transaction: Transaction, delivery_id: UUID) -> list[Row[Any]]:
    """Return the newest attempts at a delivery, oldest first."""
    rows = await transaction.rows(
        select(attempt)
        .where(attempt.c.tenant_id == transaction.tenant, attempt.c.delivery_id == delivery_id)
        .order_by(attempt.c.id.desc())
        .limit(MOST_SHOWN_ATTEMPTS)
    )
    return rows[::-1]
