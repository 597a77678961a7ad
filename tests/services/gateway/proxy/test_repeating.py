"""What was not sent, or does the same twice as once, is asked again once; whatever else is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.types import Message

from deploy.local.ports import free_port
from services.gateway.proxy.breaker import FAILURES_TO_OPEN
from services.gateway.proxy.forwarding import Destination, Forwarder, open_forwarder
from services.gateway.proxy.places import Capacity
from shared.errors import Problem
from tests.support.budgets import budget

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


class Flaky:
    """A service that hangs up without a word on its first callers, and answers the others."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.calls += 1
        if self.calls > self.failures:
            writer.write(ANSWER)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def before(service: Flaky, seconds: float = 10.0) -> AsyncIterator[Forwarder]:
    """Open a forwarder before a service."""
    server = await asyncio.start_server(service.talk, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_forwarder({"cases": url}, seconds, Capacity(4, 4, 1.0)) as forwarder:
        yield forwarder


async def status_of(forwarder: Forwarder, method: str, *bodies: bytes) -> int:
    """Forward a request and return how it is answered."""
    scope: dict[str, Any] = {
        "method": method,
        "raw_path": b"/v1/cases",
        "query_string": b"",
        "headers": [],
        "state": {"request_id": "x" * 32, "trace": None},
    }
    chunks = list(bodies or [b""])
    sent: list[Message] = []

    async def receive() -> Message:
        if not chunks:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await forwarder.forward(scope, receive, send, Destination("cases", None))
    except Problem as problem:
        return problem.fault.status
    return int(sent[0]["status"])


def told(metric: str, **labels: str) -> float:
    """Return what is counted of the service."""
    return REGISTRY.get_sample_value(metric, {"upstream": "cases", **labels}) or 0.0


class TestRepeating:
    @pytest.mark.parametrize(
        ("method", "bodies", "status", "calls"),
        [
            ("GET", (), 200, 2),
            ("POST", (b"{}",), 502, 1),
            ("PUT", (b"{}",), 200, 2),
            ("DELETE", (), 200, 2),
            ("POST", (b"{", b"}"), 502, 1),
            ("PUT", (b"{", b"}"), 502, 1),
        ],
    )
    async def test_only_what_is_idempotent_is_asked_again(
        self, method: str, bodies: tuple[bytes, ...], status: int, calls: int
    ) -> None:
        service = Flaky(failures=1)
        async with before(service) as forwarder:
            assert await status_of(forwarder, method, *bodies) == status
        assert service.calls == calls

    async def test_once_and_no_more(self) -> None:
        service = Flaky(failures=99)
        async with before(service) as forwarder:
            assert await status_of(forwarder, "GET") == 502
        assert service.calls == 2

    async def test_what_was_never_sent_is_sent_again_whatever_it_does(self) -> None:
        port, service = free_port(), Flaky(failures=0)
        url = f"http://127.0.0.1:{port}"
        async with open_forwarder({"cases": url}, 10.0, Capacity(4, 4, 1.0)) as forwarder:
            asking = asyncio.create_task(status_of(forwarder, "POST", b"{}"))
            await asyncio.sleep(0.02)
            async with await asyncio.start_server(service.talk, "127.0.0.1", port):
                assert await asking == 200
        assert service.calls == 1
        assert told("samspil_upstream_retries_total") >= 1

    async def test_what_has_no_time_left_is_not_asked(self) -> None:
        service = Flaky(failures=0)
        async with before(service) as forwarder:
            with budget(-1.0):
                assert await status_of(forwarder, "GET") == 503
            with budget(30.0):
                assert await status_of(forwarder, "GET") == 200
        assert service.calls == 1

    async def test_a_second_try_has_no_time_of_its_own(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        async with open_forwarder({"cases": url}, 10.0, Capacity(4, 4, 1.0)) as forwarder:
            with budget(0.02):  # less than the pause before it
                assert await status_of(forwarder, "GET") == 504
            with budget(30.0):
                assert await status_of(forwarder, "GET") == 503

    async def test_what_becomes_of_a_request_is_counted(self) -> None:
        outcomes = ("2xx", "broke-off")
        before_all = [told("samspil_upstream_requests_total", outcome=each) for each in outcomes]
        seconds = told("samspil_upstream_seconds_count")
        async with before(Flaky(failures=1)) as forwarder:
            assert [await status_of(forwarder, "POST", b"{}") for _ in range(3)] == [502, 200, 200]
        after = [told("samspil_upstream_requests_total", outcome=each) for each in outcomes]
        assert [now - then for now, then in zip(after, before_all, strict=True)] == [2, 1]
        assert told("samspil_upstream_seconds_count") == seconds + 3

    async def test_a_service_that_fails_again_and_again_is_left_alone(self) -> None:
        service = Flaky(failures=FAILURES_TO_OPEN)
        async with before(service) as forwarder:
            for _ in range(FAILURES_TO_OPEN):
                assert await status_of(forwarder, "POST", b"{}") == 502
            assert [await status_of(forwarder, "POST", b"{}") for _ in range(20)] == [503] * 20
            assert service.calls == FAILURES_TO_OPEN
            await asyncio.sleep(1.05)
            assert await status_of(forwarder, "POST", b"{}") == 200
            assert await status_of(forwarder, "GET") == 200
