"""What every request passes on its way in and out, as pure ASGI: cheap, and in one visible order."""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import getrandbits

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.app.problems import problem_response
from shared.app.trace import PARENT, Trace, trace_of
from shared.connections import TOO_LARGE
from shared.errors import HEAD_TOO_LARGE, INTERNAL, Problem
from shared.observability import REQUEST_SECONDS, REQUESTS, describe, note_request
from shared.time_budget import FIELD, begin_budget, read_budget
from shared.wire import API_VERSION, holds_personal_number

_log = structlog.get_logger()

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_RANDOM_ID = re.compile(r"^(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})$")
ANSWER_HEADERS = "answer_headers"
"""Where in a request's state the further headers of its answer are kept, whatever the answer becomes."""

_FIXED_HEADERS = (
    (b"api-version", API_VERSION.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
_STRICT_CONTENT_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_VARY = "Accept-Language, Authorization"
_NO_STORE = (b"cache-control", b"no-store")
_HEAD_REFUSED = Problem(HEAD_TOO_LARGE, headers={"Connection": "close"})
_MOST_DIGITS = 15


class Observation:
    """Gives each request an id, one log line and its place in the metrics, and each answer safe headers.

    What nobody foresaw is answered, too; its message, which may hold personal data, stays out of the log.
    All of it in one place, since each place that looks at an answer costs every request its time.

    Parameters
    ----------
    heeds_budget : bool
        Whether a request's time is what its `X-Request-Budget-Ms` says: only behind the gateway it is.
    """

    def __init__(self, app: ASGIApp, service: str, *, heeds_budget: bool = False) -> None:
        self._app = app
        self._service = service
        self._heeds_budget = heeds_budget
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        request_id, trace, budget = _said(scope["headers"])
        state["request_id"], state["trace"] = request_id, trace
        begin_budget(budget if self._heeds_budget else None)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        note_request(self._service, request_id)
        status, started = 0, time.perf_counter()

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_safe_headers(message)
                message["headers"].append((b"x-request-id", request_id.encode()))
                if ANSWER_HEADERS in state:
                    message["headers"].extend(state[ANSWER_HEADERS])
            await send(message)

        try:
            if TOO_LARGE in state:
                await problem_response(Request(scope), _HEAD_REFUSED)(scope, receive, observe)
            else:
                await self._app(scope, receive, observe)
        except Exception as error:
            _log.error("unforeseen_error", **describe(error))
            if not status:
                response = problem_response(Request(scope), Problem(INTERNAL))
                await response(scope, receive, observe)
        finally:
            self._note(scope, (method, status or 500), time.perf_counter() - started)

    def _note(self, scope: Scope, outcome: tuple[str, int], seconds: float) -> None:
        method, status = outcome
        template = getattr(scope.get("route"), "path", "unmatched")
        children = self._children.get((method, template, status))
        if children is None:
            children = (
                REQUESTS.labels(self._service, method, template, str(status)),
                REQUEST_SECONDS.labels(self._service, method, template),
            )
            self._children[method, template, status] = children
        children[0].inc()
        children[1].observe(seconds)
        _log.info("request", method=method, route=template, status=status, ms=round(seconds * 1000, 2))


_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"})


_NONE: list[bytes] = []


def _said(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, Trace | None, float | None]:
    """Return a request's id, its trace, and its time as its sender has it; only a harmless id is kept.

    A case system's own id may be made of a CPR number, and a request's id is logged.
    """
    given, parents, budget = b"", _NONE, None
    for name, value in headers:
        if name == b"x-request-id":
            given = given or value
        elif name == PARENT:
            parents = [*parents, value]
        elif name == FIELD:
            budget = read_budget(value)
    trace = trace_of(parents) if parents else None
    if given:
        text = given.decode("latin-1")
        if _RANDOM_ID.match(text) or (_REQUEST_ID.match(text) and not holds_personal_number(text)):
            return text, trace, budget
    # Nobody gains by guessing an id, so it costs no call of the system.
    return (f"{getrandbits(128):032x}" if trace is None else trace.id), trace, budget


def _add_safe_headers(message: Message) -> None:
    """Add what keeps browsers and caches from doing harm; a route's own policy and caching stay."""
    headers = message["headers"]
    names = {name for name, _ in headers}
    headers.extend(_FIXED_HEADERS)
    if b"content-security-policy" not in names:
        headers.append(_STRICT_CONTENT_POLICY)
    if b"cache-control" not in names:
        headers.append(_NO_STORE)
    if b"vary" in names:
        MutableHeaders(scope=message).add_vary_header(_VARY)
    else:
        headers.append((b"vary", _VARY.encode()))


class HeadAsGet:
    """Answers HEAD wherever there is a GET, with the same headers and no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route HEAD as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        await self._app(as_get, receive, without_body)
        scope["route"] = as_get.get("route")  # for the metrics further out


@dataclass(frozen=True, slots=True)
class BodySizes:
    """The most bytes a body may have: wider below the paths that take whole organisations at once."""

    usual: int
    wide: int
    wide_paths: Sequence[str] = ()

    def limit(self, path: str) -> int:
        """Return the limit for a path."""
        return self.wide if path.startswith(tuple(self.wide_paths)) else self.usual


class BodyBounds:
    """Bounds a request's body in time and size: slow clients must not hold places, nor big ones memory.

    FastAPI's own `max_body_size` answers in plain text, in place of whatever else the answer was.
    """

    def __init__(self, app: ASGIApp, seconds: float, sizes: BodySizes) -> None:
        self._app = app
        self._seconds = seconds
        self._sizes = sizes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the whole body one absolute deadline and one size."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._seconds
        body = _BoundedBody(scope, receive, deadline, self._sizes)
        await self._app(scope, body.receive, send)


class _BoundedBody:
    """A body that is read within its bounds; one that is never read costs nothing."""

    __slots__ = (
        "_complete",
        "_deadline",
        "_max_bytes",
        "_receive",
        "_received",
        "_scope",
        "_sizes",
        "_takes_time",
    )

    def __init__(self, scope: Scope, receive: Receive, deadline: float, sizes: BodySizes) -> None:
        self._scope = scope
        self._receive = receive
        self._deadline = deadline
        self._sizes = sizes
        self._max_bytes = -1
        self._received = 0
        self._complete = False
        self._takes_time = True

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._max_bytes < 0:
            self._refuse_announced()
        message = await (self._receive_in_time() if self._takes_time else self._receive())
        self._received += len(message.get("body", b""))
        if self._received > self._max_bytes:
            raise HTTPException(413)
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def _receive_in_time(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            # Who is too slow is hung up on; whoever sends too much must still be able to read that.
            raise HTTPException(408, headers={"Connection": "close"}) from None

    def _refuse_announced(self) -> None:
        most = self._sizes.limit(self._scope["path"])
        announced, chunked = _announced(self._scope["headers"])
        # What announces no body is all there when it gets here.
        self._takes_time = chunked or announced != b"0"
        if len(announced) > _MOST_DIGITS or int(announced) > most:
            raise HTTPException(413)
        self._max_bytes = most


def _announced(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bool]:
    """Return how long a body is said to be, and whether it comes in chunks instead."""
    length, chunked = b"0", False
    for name, value in headers:
        if name == b"content-length":
            length = value
        elif name == b"transfer-encoding":
            chunked = True
    return length, chunked
