"""Keeps what was loaded of tenants, within a bound; never answers with what is not the newest.

Whoever asks names the stamp that the database has now, so replicas need not tell each other anything.
"""

import asyncio
from collections import OrderedDict
from uuid import UUID
from weakref import WeakValueDictionary

from prometheus_client import Counter, Gauge

from services.analytics.projection.holdings import Holdings
from services.analytics.projection.versions import Stamp
from services.analytics.resident.loading import Held, load
from shared.database.connection import Database

MEGABYTE = 1_048_576

SIZE = Gauge("samspil_resident_bytes", "What is held of tenants to answer with, about.")
TENANTS = Gauge("samspil_resident_tenants", "Tenants of which everything closed is held.")
ASKED = Counter(
    "samspil_resident_asked_total",
    "Times a tenant's data were needed: held already, newer ones read, all loaded.",
    ["found"],
)


class Keeping:
    """Tenants' data, the least recently used of which go first when there is too much.

    What alone is too much is answered with, and let go.
    """

    def __init__(self, database: Database, most_bytes: int) -> None:
        self._database = database
        self._most = most_bytes
        self._held: OrderedDict[UUID, Held] = OrderedDict()
        self._loading: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def holdings(self, tenant: UUID, stamp: Stamp) -> Holdings:
        """Return a tenant's data of a stamp, or newer ones if they have changed since it was read."""
        held = self._held.get(tenant)
        if held is not None and held.stamp == stamp:
            ASKED.labels("held").inc()
            self._keep(tenant, held)
        else:
            held = await self._loaded(tenant, stamp)
        return held.holdings

    async def _loaded(self, tenant: UUID, stamp: Stamp) -> Held:
        """Load, one at a time of a tenant: whoever waited finds what the one before has loaded."""
        lock = self._loading.setdefault(tenant, asyncio.Lock())
        async with lock:
            held = self._held.get(tenant)
            if held is not None and held.stamp == stamp:
                ASKED.labels("held").inc()
                return held
            ASKED.labels("refreshed" if held else "loaded").inc()
            found = await load(self._database, tenant, held)
            self._keep(tenant, found)
            return found

    def _keep(self, tenant: UUID, held: Held) -> None:
        self._held[tenant] = held
        self._held.move_to_end(tenant)
        if held.size > self._most:
            del self._held[tenant]
        sizes = {key: each.size for key, each in self._held.items()}
        while sum(sizes.values()) > self._most:
            gone, _ = self._held.popitem(last=False)
            del sizes[gone]
        SIZE.set(sum(sizes.values()))
        TENANTS.set(len(self._held))
