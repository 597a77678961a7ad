"""Counts requests of all replicas together in a Redis or Valkey; without it each counts for itself.

A server that is gone or slow neither opens the gateway to everybody nor closes it: for a moment every
replica keeps the rates by its own counts, and then asks again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.gateway.limits.counts import Counts, OwnCounts, Wanted
from services.gateway.limits.rate import Count
from shared.observability import describe

_log = structlog.get_logger()

ANSWER_SECONDS = 0.1
COOL_DOWN_SECONDS = 1.0
_MOST_CONNECTIONS = 16
_PREFIX = b"samspil:rate:"

UNSHARED = Counter(
    "samspil_rate_limits_unshared_total",
    "Requests counted by this replica alone, as the shared counts did not answer.",
)

# The server's clock, so that the replicas' may differ; microseconds, as numbers come back whole.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local used, taken = {}, 1
for i, key in ipairs(KEYS) do
  used[i] = math.max(0, tonumber(redis.call('GET', key) or '0') - now)
  if used[i] + tonumber(ARGV[2 * i - 1]) > tonumber(ARGV[2 * i]) then taken = 0 end
end
if taken == 1 then
  for i, key in ipairs(KEYS) do
    used[i] = used[i] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', key, string.format('%.0f', now + used[i]), 'PX', math.ceil(used[i] / 1000))
  end
end
return {taken, unpack(used)}
"""


class SharedCounts:
    """Takes requests from counts that all replicas share; while they are out, from this replica's own."""

    def __init__(
        self,
        server: Redis,
        own: Counts | None = None,
        clock: Callable[[], float] = time.monotonic,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._answer_seconds = answer_seconds
        self._take = server.register_script(_TAKE)
        self._own = own or OwnCounts()
        self._clock = clock
        self._asks_again_at = 0.0

    async def take(self, wanted: Wanted) -> Count:
        """Take one request from each rate, or from none."""
        if self._clock() >= self._asks_again_at:
            try:
                async with asyncio.timeout(self._answer_seconds):
                    return await self._take_shared(wanted)
            except (RedisError, OSError, TimeoutError) as error:
                self._asks_again_at = self._clock() + COOL_DOWN_SECONDS
                _log.warning("shared_counts_failed", **describe(error))
        UNSHARED.inc()
        return await self._own.take(wanted)

    async def _take_shared(self, wanted: Wanted) -> Count:
        keys = [_PREFIX + rate.name.encode() + b":" + key for rate, key in wanted]
        numbers = [
            number
            for rate, _ in wanted
            for number in (round(rate.interval * 1_000_000), rate.seconds * 1_000_000)
        ]
        taken, *used = await self._take(keys=keys, args=numbers)
        return Count(bool(taken), tuple(each / 1_000_000 for each in used))


@asynccontextmanager
async def open_counts(url: str | None, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Counts]:
    """Open the counts: shared when an address is given, else of this process."""
    if url is None:
        yield OwnCounts()
        return
    server = Redis.from_url(
        url,
        max_connections=_MOST_CONNECTIONS,
        socket_timeout=answer_seconds,
        socket_connect_timeout=answer_seconds,
    )
    try:
        yield SharedCounts(server, answer_seconds=answer_seconds)
    finally:
        await server.aclose()
