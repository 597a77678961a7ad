"""Measures what is waiting to be delivered and what was given up, of all tenants together."""

from prometheus_client import Gauge
from sqlalchemy import text

from shared.background import Rhythm, keep_at
from shared.database.connection import Database

_EVERY_SECONDS = 30.0
DELIVERIES = Gauge(
    "samspil_webhook_deliveries",
    "Deliveries waiting for active subscriptions, and those given up; every replica tells the same.",
    ["state"],
)
OLDEST_DUE = Gauge(
    "samspil_webhook_oldest_due_seconds",
    "For how long the oldest delivery has been due that nobody has taken; 0 if there is none.",
)
# A pause between two attempts is no delay: what is due counts from then on.
_BACKLOG = text(
    "SELECT waiting.number AS waiting, waiting.due AS due, "
    "(SELECT count(*) FROM webhook_delivery WHERE state = 'dead') AS dead "
    "FROM (SELECT count(*) AS number, "
    "greatest(coalesce(extract(epoch FROM now() - min(d.next_at)), 0), 0) AS due "
    "FROM webhook_delivery AS d JOIN webhook_subscription AS s ON s.tenant_id = d.tenant_id "
    "AND s.id = d.subscription_id AND s.state = 'active' WHERE d.state = 'pending') AS waiting"
)


class Backlog:
    """Looks how much there is; `feed_database` sees every tenant's."""

    def __init__(self, feed_database: Database) -> None:
        self._feed_database = feed_database

    async def run(self) -> None:
        """Measure now and then until cancelled."""
        await keep_at("webhook-backlog", self.measure, Rhythm(_EVERY_SECONDS))

    async def measure(self) -> None:
        """Measure once."""
        async with self._feed_database.transaction() as transaction:
            row = (await transaction.execute(_BACKLOG)).one()
        DELIVERIES.labels("waiting").set(row.waiting)
        DELIVERIES.labels("dead").set(row.dead)
        OLDEST_DUE.set(float(row.due))
