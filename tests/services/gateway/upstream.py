"""A service behind the gateway that tells what it was sent, and can be slow, broken or endless."""

import asyncio
import base64
import json
from typing import Any

from starlette.types import Receive, Scope, Send


class Upstream:
    """A plain ASGI application; `calls` are the requests it saw."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.first_chunk = asyncio.Event()
        self.go_on = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the last word of the path."""
        word = scope["path"].rpartition("/")[2]
        special = getattr(self, f"_answer_{word.replace('-', '_')}", None)
        await (special or self._echo)(scope, receive, send)

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = {
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
            ],
            "body": base64.b64encode(await self._read(receive)).decode(),
        }
        self.calls.append(call)
        headers = [
            (b"content-type", b"application/json"),
            (b"etag", b'"7"'),
            (b"connection", b"x-secret"),
            (b"x-secret", b"between us"),
            (b"set-cookie", b"a=b"),
            (b"api-version", b"0.0.1"),
            (b"x-request-id", b"of-the-service"),
            (b"vary", b"Accept-Language, Authorization"),
        ]
        await _answer(send, 200, headers, json.dumps(call).encode())

    async def _read(self, receive: Receive) -> bytes:
        whole = b""
        more = True
        while more:
            message = await receive()
            whole += message.get("body", b"")
            more = message.get("more_body", False)
            if whole:
                self.first_chunk.set()
        return whole

    async def _answer_redirect(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await _answer(send, 307, [(b"location", b"/v1/cases")], b"")

    async def _answer_packed(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await _answer(send, 200, [(b"content-encoding", b"gzip")], b"not really gzip")

    async def _answer_stream(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await self.go_on.wait()
        await send({"type": "http.response.body", "body": b"last", "more_body": False})

    async def _answer_broken_stream(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100000")]}
        )
        await send({"type": "http.response.body", "body": b"first", "more_body": True})

    async def _answer_never(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            self.first_chunk.set()
        self.cancelled.set()


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})
