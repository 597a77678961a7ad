"""Owns the proof that only a plain 200 in time counts as ready."""

from __future__ import annotations

import asyncio

import pytest

from deploy.local.health import is_ready
from deploy.local.ports import HOST, free_port


async def answers(reply: bytes) -> bool:
    """Ask a server that sends these bytes to whatever it hears."""

    async def reply_to(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(reply_to, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await is_ready(f"http://{HOST}:{port}/health/ready")


@pytest.mark.parametrize(
    ("reply", "ready"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", False),
        (b"200\r\n", False),
        (b"HTTP/1.1 soon\r\n", False),
        (b"", False),
    ],
)
async def test_only_200_is_ready(reply: bytes, ready: bool) -> None:
    assert await answers(reply) is ready


async def test_nobody_there_is_not_ready() -> None:
    assert not await is_ready(f"http://{HOST}:{free_port()}/health/ready")


async def test_an_address_without_port_is_not_ready() -> None:
    assert not await is_ready(f"http://{HOST}/health/ready")
