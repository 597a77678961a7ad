"""Sends a request to a service and streams the answer back; follows no redirect and decodes nothing.

Asks again, once, only where it does no harm: when nothing was sent yet, and (the client does that itself)
when an idempotent request was sent and nothing at all came back. Whatever is waited for until an answer
begins, a place and a second try too, is within the request's time.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

import aiohttp
import structlog
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from services.gateway.proxy.breaker import Breaker
from services.gateway.proxy.caller import CallerGone, IncomingBody, WhileCallerWaits
from services.gateway.proxy.errors import upstream_failed, upstream_too_slow
from services.gateway.proxy.headers import inbound_headers, outbound_headers
from services.gateway.proxy.metering import Failure, UpstreamMeter, failure_of
from services.gateway.proxy.places import Capacity, Dearness, Places
from shared.app.trace import onward_fields
from shared.errors import MALFORMED, Problem, unavailable
from shared.observability import describe
from shared.time_budget import require_time, seconds_left, told_budget

_log = structlog.get_logger()

IDLE_SECONDS = 4.0
"""How long an idle connection to a service is kept: much shorter than the service does, for one that is
busy for a while would close it under a request."""

_CONNECT_SECONDS = 2.0
_WHOLE_ANSWER_SECONDS = 300.0
_WHOLE_BODY_BYTES = 65_536
_CALLER_HUNG_UP = 499
_PAUSE_SECONDS = 0.05
_NOT_OF_A_QUERY = re.compile(rb"[^\x21-\x7e]")
_PROBLEMS = {
    Failure.UNREACHABLE: unavailable,
    Failure.TOO_SLOW: upstream_too_slow,
    Failure.BROKE_OFF: upstream_failed,
}
_ADDED_BY_THE_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes, the word on who sent it, and how dear it is."""

    service: str
    authorization: str | None
    dearness: Dearness = Dearness.READING


Content = bytes | AsyncIterator[bytes] | None
"""A request's body: whole, still on its way, or none."""


class _Upstream:
    """A service: its address, the places before it, and whether it is worth asking."""

    def __init__(self, name: str, url: str, capacity: Capacity) -> None:
        self.url = url
        self.places = Places(name, capacity)
        self.breaker = Breaker(name)
        self.meter = UpstreamMeter(name)


@asynccontextmanager
async def open_forwarder(
    upstreams: Mapping[str, str], answer_seconds: float, capacity: Capacity
) -> AsyncIterator["Forwarder"]:
    """Open connections to the services, and close them at the end."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
        timeout=aiohttp.ClientTimeout(
            total=_WHOLE_ANSWER_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=answer_seconds
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_ADDED_BY_THE_CLIENT,
        auto_decompress=False,
        trust_env=False,
    )
    async with session:
        yield Forwarder(session, {name: _Upstream(name, url, capacity) for name, url in upstreams.items()})


class Forwarder:
    """Passes requests on over connections that are kept."""

    def __init__(self, session: aiohttp.ClientSession, upstreams: Mapping[str, _Upstream]) -> None:
        self._session = session
        self._upstreams = upstreams

    async def forward(self, scope: Scope, receive: Receive, send: Send, to: Destination) -> None:
        """Pass one request on and its answer back.

        Raises
        ------
        Problem
            502, 503 or 504, each with `Retry-After`.
        """
        answer, body = _Answer(send), IncomingBody(receive)
        try:
            content = await body.open()
            with WhileCallerWaits(body):
                response = await self._ask(scope, to, content, body)
                async with response:
                    await answer.pass_back(response)
        except CallerGone:
            # Nobody reads this, but metrics and log should not call it an error of ours.
            await answer.start(_CALLER_HUNG_UP, [])
        except (aiohttp.ClientError, TimeoutError) as error:
            if body.failure is not None:
                await self._on_broken_body(body.failure, answer)
                return
            if answer.started:
                # It can't be taken back: an answer left incomplete tells the caller.
                _log.warning("upstream_broke_off", upstream=to.service, **describe(error))
                return
            raise _problem_for(error, to) from error

    async def _ask(
        self, scope: Scope, to: Destination, content: Content, body: IncomingBody
    ) -> aiohttp.ClientResponse:
        """Ask a service, in a place before it; return its answer once it has begun, a short one whole."""
        upstream = self._upstreams[to.service]
        streaming = content is not None and not isinstance(content, bytes)
        await upstream.places.enter(to.dearness, streaming=streaming)
        try:
            require_time()
            probe, since = upstream.breaker.enter(), perf_counter()
            try:
                async with asyncio.timeout(seconds_left()):
                    response = await self._send(scope, to, content, may_repeat=not (probe or streaming))
                    upstream.breaker.succeeded()
                    if _is_short(response):
                        await response.read()
                upstream.meter.answered(response.status, since)
            except (aiohttp.ClientError, TimeoutError) as error:
                if body.failure is None:
                    upstream.breaker.failed(probe=probe)
                    upstream.meter.failed(error, since)
                raise
            finally:
                upstream.breaker.left(probe=probe)
        finally:
            upstream.places.leave(streaming=streaming)
        return response

    async def _send(
        self, scope: Scope, to: Destination, content: Content, *, may_repeat: bool
    ) -> aiohttp.ClientResponse:
        upstream, method, state = self._upstreams[to.service], scope["method"], scope["state"]
        address = _address(upstream.url, scope)
        headers = inbound_headers(scope["headers"], to.authorization, state["request_id"])
        headers += onward_fields(state["trace"], state["request_id"], scope["headers"])
        try:
            return await self._request(method, address, headers, content)
        except aiohttp.ClientConnectorError:
            # Nothing was sent, so it may be sent again, whatever it does.
            if not may_repeat:
                raise
        upstream.meter.repeated()
        await asyncio.sleep(_PAUSE_SECONDS)
        return await self._request(method, address, headers, content)

    async def _request(
        self, method: str, address: URL, headers: list[tuple[str, str]], content: Content
    ) -> aiohttp.ClientResponse:
        """Send a request with what is left of its time."""
        told = [*headers, *told_budget().items()]
        return await self._session.request(
            method, address, headers=told, data=content, allow_redirects=False
        )

    async def _on_broken_body(self, failure: Exception, answer: "_Answer") -> None:
        """Let what went wrong with the caller's body be answered as what it was."""
        if isinstance(failure, CallerGone):
            await answer.start(_CALLER_HUNG_UP, [])
        elif not answer.started:
            raise failure


class _Answer:
    """What the caller is sent, and whether it began."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        if not self.started:
            self.started = True
            await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def pass_back(self, response: aiohttp.ClientResponse) -> None:
        """Send the answer on as it comes; a short one in one piece."""
        short = await response.read() if _is_short(response) else None
        await self.start(response.status, outbound_headers(response.raw_headers))
        if short is None:
            async for chunk in response.content.iter_any():
                await self._send(_body(chunk, more=True))
        await self._send(_body(short or b"", more=False))


def _is_short(response: aiohttp.ClientResponse) -> bool:
    length = response.content_length
    return length is not None and length <= _WHOLE_BODY_BYTES


def _body(chunk: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": chunk, "more_body": more}


def _address(upstream: str, scope: Scope) -> URL:
    """Write the address exactly as the caller did, so that nothing is decoded twice."""
    path, query = scope["raw_path"], scope["query_string"]
    if _NOT_OF_A_QUERY.search(query):
        raise Problem(MALFORMED)
    target = path + b"?" + query if query else path
    return URL(upstream + target.decode("ascii"), encoded=True)


def _problem_for(error: Exception, to: Destination) -> Problem:
    _log.warning("upstream_failed", upstream=to.service, **describe(error))
    return _PROBLEMS[failure_of(error)]()
