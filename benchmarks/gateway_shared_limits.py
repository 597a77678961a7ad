"""Whether replicas that count together in a Redis give no more than the rate, and what asking it costs.

Run: `python -m benchmarks.gateway_shared_limits [ROUNDS]`; `redis-server` (or `REDIS_SERVER`, a Valkey's
program) must be installed. In each round two replicas take from one rate at once, far more often than it
gives; together they must get the quota exactly. The control counts in each replica alone and gets it twice.
Then the server is stopped: each replica must go on by its own counts, and share again once it is back.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local.ports import free_port
from services.gateway.limits.counts import Counts, OwnCounts
from services.gateway.limits.rate import Rate
from services.gateway.limits.shared_counts import COOL_DOWN_SECONDS, open_counts

RATE = Rate("client", 200, 3600)
ATTEMPTS = 300
_AT_ONCE = 8
_PATIENCE = 10.0  # a busy machine may make it wait; a server that is gone refuses at once


@asynccontextmanager
async def redis_server(port: int) -> AsyncIterator[None]:
    """Run a server that keeps nothing on disk."""
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    program = os.environ.get("REDIS_SERVER", "redis-server")
    process = await asyncio.create_subprocess_exec(
        program, *options, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _until_listening(port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def taken(counts: Counts, key: bytes) -> int:
    """Return how many of the attempts are let in, some at once."""

    async def some() -> int:
        return sum([(await counts.take([(RATE, key)])).taken for _ in range(ATTEMPTS // _AT_ONCE)])

    return sum(await asyncio.gather(*(some() for _ in range(_AT_ONCE))))


async def _measure(rounds: int) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    async with open_counts(url, _PATIENCE) as one, open_counts(url, _PATIENCE) as two:
        async with redis_server(port):
            for number in range(rounds):
                key = str(number).encode()
                both = sum(await asyncio.gather(taken(one, key), taken(two, key)))
                if both != RATE.quota:
                    raise SystemExit(f"{both} let in, and the rate gives {RATE.quota}")
            await _print_cost(one)
        control = [OwnCounts(), OwnCounts()]
        alone = sum([await taken(each, b"x") for each in control])
        if alone != 2 * RATE.quota:
            raise SystemExit(f"control: {alone} let in by two that count alone")
        gone = [await taken(each, b"gone") for each in (one, two)]
        if gone != [RATE.quota, RATE.quota]:
            raise SystemExit(f"without the server: {gone} let in")
        await asyncio.sleep(COOL_DOWN_SECONDS * 1.1)
        async with redis_server(port):
            back = sum(await asyncio.gather(taken(one, b"back"), taken(two, b"back")))
            if back != RATE.quota:
                raise SystemExit(f"once the server is back: {back} let in")
    print(
        f"{rounds} rounds: together exactly the rate; the control twice; alone while it is gone; back again"
    )


async def _print_cost(counts: Counts) -> None:
    times = []
    for _ in range(500):
        start = time.perf_counter()
        await counts.take([(RATE, b"cost"), (RATE, b"more")])
        times.append((time.perf_counter() - start) * 1_000_000)
    print(f"asking it, two rates in one round trip: p50 {statistics.median(times):.0f} us")


if __name__ == "__main__":
    asyncio.run(_measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
