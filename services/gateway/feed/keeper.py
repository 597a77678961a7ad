"""Drops events past their time, tenant by tenant, in pieces; whoever reads on from there hears of it."""

from services.gateway.feed.repository import drop_old, tenants_with_old
from shared.background import Rhythm, keep_at
from shared.database.connection import Database

_EVERY_SECONDS = 3600.0
_AT_ONCE = 1000


class EventKeeper:
    """Keeps events so many days, and their deliveries with them."""

    def __init__(self, database: Database, feed_database: Database, days: int) -> None:
        self._database = database
        self._feed_database = feed_database
        self._days = days

    async def run(self) -> None:
        """Drop every hour until cancelled."""
        await keep_at("event-dropping", self.drop, Rhythm(_EVERY_SECONDS))

    async def drop(self) -> None:
        """Drop all that is past its time."""
        async with self._feed_database.transaction() as transaction:
            tenants = await tenants_with_old(transaction, self._days)
        for tenant in tenants:
            dropped = _AT_ONCE
            while dropped == _AT_ONCE:
                async with self._database.transaction(tenant) as transaction:
                    dropped = await drop_old(transaction, self._days, _AT_ONCE)
