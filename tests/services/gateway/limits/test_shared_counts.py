"""While the shared counts are out, each replica keeps the rates by itself: neither open nor closed."""

import asyncio

import pytest
from redis.asyncio import Redis

from deploy.local.ports import free_port
from services.gateway.limits.counts import OwnCounts
from services.gateway.limits.rate import Rate
from services.gateway.limits.shared_counts import COOL_DOWN_SECONDS, SharedCounts, open_counts
from tests.services.gateway.limits.test_rate import Clock

RATE = Rate("client", 3, 60)


async def taken_of(counts: SharedCounts, attempts: int) -> int:
    """Return how many of some requests are let in."""
    return sum([(await counts.take([(RATE, b"a")])).taken for _ in range(attempts)])


class TestWithoutTheServer:
    async def test_the_rate_holds_when_nobody_answers(self) -> None:
        async with open_counts(f"redis://127.0.0.1:{free_port()}/0") as counts:
            assert isinstance(counts, SharedCounts)
            assert await taken_of(counts, 10) == 3

    async def test_a_server_that_hangs_is_asked_once_a_cool_down(self) -> None:
        connections = 0

        over = asyncio.Event()

        async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await over.wait()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        clock = Clock()
        redis = Redis(host="127.0.0.1", port=server.sockets[0].getsockname()[1], socket_timeout=5)
        counts = SharedCounts(redis, OwnCounts(clock=clock), clock)
        assert await taken_of(counts, 10) == 3
        asked = connections
        assert asked == 1
        clock.now += COOL_DOWN_SECONDS + 0.1
        assert await taken_of(counts, 10) == 0
        assert connections == asked + 1
        await redis.aclose()
        over.set()
        server.close()
        await asyncio.sleep(0.05)  # what hung ends

    async def test_without_an_address_each_counts_for_itself(self) -> None:
        async with open_counts(None) as counts:
            assert isinstance(counts, OwnCounts)


@pytest.mark.parametrize("answer", [b"-ERR no\r\n", b"nonsense\r\n"])
async def test_a_server_that_answers_nonsense_is_as_good_as_none(answer: bytes) -> None:
    async def talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(talk_nonsense, "127.0.0.1", 0)
    async with open_counts(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0") as counts:
        assert isinstance(counts, SharedCounts)
        assert await taken_of(counts, 10) == 3
    server.close()
