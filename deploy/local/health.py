"""Owns one question to a service on this machine: are you ready? Follows nothing, trusts nothing.

It speaks just enough HTTP for a status line, so that the runner needs no client library here.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

_ANSWER_SECONDS = 2.0


async def is_ready(url: str) -> bool:
    """Say whether the address answers 200 in time; a refused connection is just not ready yet."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await _status(url) == 200
    except (TimeoutError, OSError, ValueError):
        return False


async def _status(url: str) -> int:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None or parts.port is None:
        raise ValueError(f"A health address is http://host:port/path, not {url}")
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close"
        writer.write(f"{request}\r\n\r\n".encode("ascii"))
        await writer.drain()
        words = (await reader.readline()).split()
    finally:
        writer.close()
    if len(words) < 2 or not words[0].startswith(b"HTTP/1."):
        raise ValueError("That wasn't an HTTP answer")
    return int(words[1])
