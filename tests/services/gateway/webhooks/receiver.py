"""A receiver of webhooks on loopback: its answers are scripted, what it was sent is kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass
class Receiver:
    """Takes messages over plain HTTP/1.1; `answers` are whole answers, the last one for all that follow."""

    answers: list[bytes] = field(default_factory=lambda: [answer(204)])
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    at_once: int = 0
    most_at_once: int = 0
    held: asyncio.Event | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one message, answer, and hang up."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = (line.partition(": ") for line in head[1:])
            headers = {name.lower(): value for name, _, value in fields}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.messages.append(({":request": head[0], **headers}, body))
            if self.held is not None:
                await self.held.wait()
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.at_once -= 1
            writer.close()

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """Return all messages, each verified as Standard Webhooks' own library does it."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.messages]

    def ids(self) -> list[str]:
        """Return the `webhook-id` of all messages."""
        return [headers["webhook-id"] for headers, _ in self.messages]


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    """Write a whole answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def receiving(port: int = 0, **options: Any) -> AsyncIterator[Receiver]:
    """Run a receiver; options go to the server, such as `ssl`."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port, **options)
    async with server:
        scheme = "https" if "ssl" in options else "http"
        receiver.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        yield receiver
