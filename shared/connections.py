"""Guards connections below HTTP: the head of a request is bounded, and who is too slow is hung up on.

Uvicorn waits for ever for a head, for a body that nobody reads and for a caller that takes no answer, and
keeps a header of any length. Here each has one absolute deadline and a size. No timer is set for a request:
the server looks over all connections once a second. An answer's head leaves together with its body.
"""

from asyncio import AbstractEventLoop, Transport
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import Any, ClassVar, cast

import orjson
from prometheus_client import Counter
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.errors import HEAD_TOO_LARGE, MALFORMED, REQUEST_TIMEOUT, Fault
from shared.wire import API_VERSION

REFUSED = Counter("samspil_connections_refused_total", "Connections ended by their guard.", ["reason"])
TOO_LARGE = "head_too_large"
"""In the state of a request whose head is too large; it has no headers any more, and must be refused."""

# The application's own deadline for a body comes first, and says so in the caller's language.
_GRACE_SECONDS = 2.0
_MOST_HELD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a request may take to arrive, an answer may stay unread, and how large a head may be."""

    receive_seconds: float
    stall_seconds: float
    head_bytes: int = 32_768
    headers: int = 100


class GuardedProtocol(HttpToolsProtocol):
    """A connection that knows since when it waits for what."""

    bounds: ClassVar[Bounds]

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        super().connection_made(cast("Transport", Outlet(transport, self.loop)))
        self._head_since: float | None = self.loop.time()
        self._request_since: float | None = self._head_since
        self._stalled_since: float | None = None
        self._head_bytes = 0
        self._chunk_bytes = 0
        self._heads = 0

    def data_received(self, data: bytes) -> None:
        """Parse what came, and refuse a head that grows without an end."""
        heads, self._chunk_bytes = self._heads, len(data)
        super().data_received(data)
        if self._head_since is not None and heads == self._heads:
            self._head_bytes += len(data)
            if self._head_bytes > self.bounds.head_bytes:
                self._refuse(HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to wait for a head, unless the wait began with the connection."""
        super().on_message_begin()
        if self._head_since is None:
            self._head_since = self._request_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Let a head through that keeps the bounds; of another nothing is kept but that it was there."""
        if self._is_too_large():
            self.headers.clear()
            self.url = b"/"
            self.scope["state"][TOO_LARGE] = True
        self._head_since = None
        self._head_bytes = 0
        self._heads += 1
        super().on_headers_complete()

    def _is_too_large(self) -> bool:
        if len(self.headers) > self.bounds.headers:
            return True
        if self._head_bytes + self._chunk_bytes <= self.bounds.head_bytes:
            return False  # it can't be: no more has come
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        return size > self.bounds.head_bytes

    def on_message_complete(self) -> None:
        """Stop waiting: all of the request is there."""
        self._request_since = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to wait for a caller who doesn't take the answer."""
        self._stalled_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Stop waiting for the caller."""
        self._stalled_since = None
        super().resume_writing()

    def end_if_too_slow(self, now: float) -> None:
        """Hang up on whoever let a deadline pass."""
        bounds = self.bounds
        if self._stalled_since is not None and now - self._stalled_since > bounds.stall_seconds:
            self._hang_up("stalled")
        elif self._head_since is not None:
            if now - self._head_since > bounds.receive_seconds:
                self._refuse(REQUEST_TIMEOUT)
        elif (
            self._request_since is not None
            and now - self._request_since > bounds.receive_seconds + _GRACE_SECONDS
        ):
            self._hang_up("slow-body")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, as a problem document like any other."""
        self._refuse(MALFORMED)

    def _refuse(self, fault: Fault) -> None:
        """Answer what never became a request, and hang up."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._hang_up(fault.code)  # another answer is under way on this connection
            return
        REFUSED.labels(fault.code).inc()
        self.transport.write(_written(fault))
        self.transport.close()

    def _hang_up(self, reason: str) -> None:
        REFUSED.labels(reason).inc()
        self.transport.abort()


def _written(fault: Fault) -> bytes:
    request_id = token_hex(16)
    body = orjson.dumps(
        {
            "type": fault.type,
            "title": fault.danish,
            "status": fault.status,
            "detail": fault.danish,
            "code": fault.code,
            "traceId": request_id,
        }
    )
    head = (
        f"HTTP/1.1 {fault.status} {HTTPStatus(fault.status).phrase}\r\n"
        "content-type: application/problem+json\r\ncontent-language: da\r\ncache-control: no-store\r\n"
        f"api-version: {API_VERSION}\r\nx-request-id: {request_id}\r\n"
        f"x-content-type-options: nosniff\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


class Outlet:
    """A transport that sends what is written in two parts right after each other in one piece.

    Uvicorn writes an answer's head, then its body, and uvloop makes a system call of each; whoever receives
    them needs two, too. What nothing follows leaves when the event loop comes round.
    """

    def __init__(self, transport: Any, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""
        self._is_emptied_soon = False
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        """Do all else as the transport does."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold a short part back for the one after it; with that, send both."""
        held, self._held = self._held, b""
        if len(data) > _MOST_HELD_BYTES:
            if held:
                self._transport.write(held)
            self._transport.write(data)
        elif held:
            self._transport.write(held + data)
        else:
            self._held = data
            if not self._is_emptied_soon:
                self._is_emptied_soon = True
                self._loop.call_soon(self._empty)

    def close(self) -> None:
        """Send what is held, and close."""
        self._empty()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._held = b""
        self._transport.abort()

    def _empty(self) -> None:
        self._is_emptied_soon = False
        held, self._held = self._held, b""
        if held and not self.is_closing():
            self._transport.write(held)


def guarded(bounds: Bounds) -> type[GuardedProtocol]:
    """Return the protocol with its bounds, as Uvicorn takes a class."""
    return type("BoundedProtocol", (GuardedProtocol,), {"bounds": bounds})
