"""Sends requests that are written out already and counts what is answered; knows no more of HTTP than that.

A client that made and took apart every header would take as long as the service that is measured.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Talk:
    """What is sent, and what came back: how often each status, and one body that was no success."""

    requests: Iterator[bytes]
    answers: Counter[int] = field(default_factory=Counter)
    refusal: bytes = b""


class _Caller(asyncio.Protocol):
    """One connection: the next request goes out when the last one is answered."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._received = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(_END)
        if not end or len(body) < _length_in(head):
            return
        status = int(head[9:12])
        self._talk.answers[status] += 1
        if status >= 300:
            self._talk.refusal = body
        self._received = b""
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError())

    def _send_next(self) -> None:
        request = next(self._talk.requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)
            self._transport.close()


def _length_in(head: bytes) -> int:
    found = head.lower().partition(_LENGTH)[2]
    return int(found.partition(b"\r\n")[0])


def written(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Write a request out."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


async def send_all(ports: Sequence[int], requests: list[bytes], callers: int) -> Talk:
    """Send requests over some connections, to one port after the other, until each has been answered."""
    talk = Talk(iter(requests))
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Caller(talk), "127.0.0.1", port)
        for port in islice(cycle(ports), callers)
    ]
    await asyncio.gather(*(caller.done for _, caller in made))
    return talk
