"""Every statement that queues, takes and concludes deliveries; any number of processes may run them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.gateway.webhooks.schedule import pause_after
from services.gateway.webhooks.sending import Outcome
from services.gateway.webhooks.states import DisabledReason
from shared.database.connection import Transaction

LEASE_SECONDS = 60.0
FAILING_DAYS = 5
_GONE = 410

_QUEUE = text(
    "INSERT INTO webhook_delivery (tenant_id, subscription_id, event_id) "
    "SELECT e.tenant_id, s.id, e.id FROM event AS e "
    "JOIN webhook_subscription AS s ON s.tenant_id = e.tenant_id AND s.state = 'active' "
    "AND (cardinality(s.types) = 0 OR e.type = ANY (s.types)) "
    "WHERE e.tenant_id = :tenant AND e.id = ANY (:events) ON CONFLICT DO NOTHING"
)
_DUE = text(
    "SELECT s.tenant_id, s.id FROM webhook_subscription AS s WHERE s.state = 'active' AND EXISTS "
    "(SELECT FROM webhook_delivery AS d WHERE d.tenant_id = s.tenant_id AND d.subscription_id = s.id "
    "AND d.state = 'pending' AND d.next_at <= now())"
)
# The lease is the time at which somebody else may take it; who gives up must find it unchanged.
_TAKE = text(
    "WITH due AS (SELECT d.id FROM webhook_delivery AS d "
    "JOIN webhook_subscription AS s ON s.tenant_id = d.tenant_id AND s.id = d.subscription_id "
    "AND s.state = 'active' "
    "WHERE d.tenant_id = :tenant AND d.subscription_id = :subscription AND d.state = 'pending' "
    "AND d.next_at <= now() ORDER BY d.next_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED) "
    "UPDATE webhook_delivery AS d SET next_at = now() + make_interval(secs => :lease) "
    "FROM due, event AS e, webhook_subscription AS s "
    "WHERE d.tenant_id = :tenant AND d.id = due.id AND e.tenant_id = :tenant AND e.id = d.event_id "
    "AND s.tenant_id = :tenant AND s.id = d.subscription_id "
    "RETURNING d.tenant_id, d.id, d.subscription_id, d.attempts, d.next_at, s.url, "
    "s.secret_generation, coalesce(s.previous_secret_until > now(), false), "
    "e.id, e.type, e.subject, e.version, e.recorded_at"
)
_SUCCEED = text(
    "UPDATE webhook_delivery SET state = 'delivered', attempts = attempts + 1, finished_at = now(), "
    "last_status = :status, last_failure = NULL "
    "WHERE tenant_id = :tenant AND id = :id AND state = 'pending'"
)
_FAIL = text(
    "UPDATE webhook_delivery SET attempts = attempts + 1, last_status = :status, last_failure = :failure, "
    "state = CASE WHEN CAST(:pause AS double precision) IS NULL THEN 'dead' ELSE 'pending' END, "
    "finished_at = CASE WHEN CAST(:pause AS double precision) IS NULL THEN now() END, "
    "next_at = now() + make_interval(secs => coalesce(CAST(:pause AS double precision), 0)) "
    "WHERE tenant_id = :tenant AND id = :id AND state = 'pending' AND next_at = :leased_until"
)
_LOG = text(
    "INSERT INTO webhook_attempt (tenant_id, delivery_id, status, failure, milliseconds) "
    "SELECT tenant_id, id, :status, :failure, :milliseconds FROM webhook_delivery "
    "WHERE tenant_id = :tenant AND id = :id"
)
_RECOVER = text(
    "UPDATE webhook_subscription SET failing_since = NULL, version = version + 1 "
    "WHERE tenant_id = :tenant AND id = :subscription AND failing_since IS NOT NULL"
)
_NOTE_FAILING = text(
    "UPDATE webhook_subscription SET failing_since = now(), version = version + 1 "
    "WHERE tenant_id = :tenant AND id = :subscription AND failing_since IS NULL"
)
_DISABLE = text(
    "UPDATE webhook_subscription SET state = 'disabled', disabled_reason = :reason, failing_since = NULL, "
    "version = version + 1 "
    "WHERE tenant_id = :tenant AND id = :subscription AND state = 'active' AND "
    "(:at_once OR failing_since < now() - make_interval(days => :days))"
)


@dataclass(frozen=True, slots=True)
class Lane:
    """One tenant's one subscription, with something due."""

    tenant: UUID
    subscription: UUID


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is this process's to attempt until the lease ends, with its event."""

    tenant_id: UUID
    delivery_id: UUID
    subscription_id: UUID
    attempts: int
    leased_until: datetime
    url: str
    secret_generation: int
    has_previous_secret: bool
    id: UUID
    type: str
    subject: UUID
    version: int
    recorded_at: datetime


async def queue_deliveries(transaction: Transaction, events: Sequence[UUID]) -> None:
    """Queue the tenant's new events for the subscriptions that want them."""
    await transaction.execute(_QUEUE, {"tenant": transaction.tenant, "events": list(events)})


async def read_due(transaction: Transaction) -> list[Lane]:
    """Return the subscriptions that something is due for; for the role that sees every tenant's."""
    return [Lane(row.tenant_id, row.id) for row in await transaction.execute(_DUE)]


async def take(transaction: Transaction, lane: Lane) -> Taken | None:
    """Take the next delivery that is due and nobody else's."""
    values = {"tenant": lane.tenant, "subscription": lane.subscription, "lease": LEASE_SECONDS}
    row = (await transaction.execute(_TAKE, values)).first()
    if row is None:
        return None
    columns: list[Any] = list(row)
    return Taken(*columns)


async def conclude(transaction: Transaction, taken: Taken, outcome: Outcome) -> DisabledReason | None:
    """Note what an attempt led to; tell why the subscription was disabled, if it was."""
    about = {"tenant": taken.tenant_id, "subscription": taken.subscription_id}
    said = {"tenant": taken.tenant_id, "id": taken.delivery_id, "status": outcome.status}
    await transaction.execute(
        _LOG, {**said, "failure": outcome.failure, "milliseconds": outcome.milliseconds}
    )
    if outcome.failure is None:
        await transaction.execute(_SUCCEED, said)
        await transaction.execute(_RECOVER, about)
        return None
    pause = pause_after(taken.attempts + 1, outcome.wished_pause)
    failed = {**said, "failure": outcome.failure, "pause": pause, "leased_until": taken.leased_until}
    await transaction.execute(_FAIL, failed)
    await transaction.execute(_NOTE_FAILING, about)
    reason = DisabledReason.GONE if outcome.status == _GONE else DisabledReason.FAILING
    at_once = reason is DisabledReason.GONE
    disabled = await transaction.execute(
        _DISABLE, {**about, "reason": reason, "at_once": at_once, "days": FAILING_DAYS}
    )
    return reason if disabled.rowcount else None
