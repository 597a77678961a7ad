"""Fetches small JSON documents from addresses that others chose; refuses all that could lead elsewhere.

The name is resolved once, and the connection goes to the very addresses that were looked at. Redirects
are not followed, nothing is decompressed, no proxy of the environment is asked, and size and time are
bounded.
"""

import json
import socket
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.gateway.outbound.addresses import Network, as_address, is_listed, may_connect

_LONGEST_BYTES = 262_144
_CONNECT_SECONDS = 2.0
_WHOLE_SECONDS = 5.0


class FetchRefused(Exception):
    """The document is not to be had, or not to be asked for; the reason is for the log, with no address."""


async def fetch_json(address: str, networks: Sequence[Network]) -> dict[str, Any]:
    """Return the JSON object at an address.

    Plain HTTP is for hosts in listed networks only.

    Raises
    ------
    FetchRefused
        For every reason.
    """
    url = _require_address(address)
    resolver = _Resolver(networks, plain=url.scheme == "http")
    literal = as_address(url.host or "")
    if literal is not None and not resolver.allows(str(literal)):
        raise FetchRefused("address-not-allowed")
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True),
        timeout=aiohttp.ClientTimeout(total=_WHOLE_SECONDS, connect=_CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )
    try:
        async with session:
            return _as_object(await _read(session, url))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise FetchRefused(type(error).__name__) from error


def _require_address(address: str) -> URL:
    try:
        url = URL(address)
    except ValueError as error:
        raise FetchRefused("malformed-address") from error
    if url.scheme not in {"http", "https"} or not url.host or url.user is not None or url.fragment:
        raise FetchRefused("malformed-address")
    return url


async def _read(session: aiohttp.ClientSession, url: URL) -> bytes:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        if answer.status != 200 or "Content-Encoding" in answer.headers:
            raise FetchRefused("not-answered")
        read = bytearray()
        async for chunk in answer.content.iter_any():
            read += chunk
            if len(read) > _LONGEST_BYTES:
                raise FetchRefused("too-long")
        return bytes(read)


def _as_object(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise FetchRefused("too-deep") from error
    if not isinstance(document, dict):
        raise FetchRefused("not-an-object")
    return document


class _Resolver(AbstractResolver):
    """Resolves a name to addresses that may all be connected to, or not at all."""

    def __init__(self, networks: Sequence[Network], *, plain: bool) -> None:
        self._networks = networks
        self._plain = plain
        self._system = aiohttp.ThreadedResolver()

    def allows(self, host: str) -> bool:
        address = as_address(host)
        if address is None:
            return False
        return is_listed(address, self._networks) if self._plain else may_connect(address, self._networks)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        # One bad address among good ones is how a name is turned against whoever looks only at the first.
        if not all(self.allows(each["host"]) for each in found):
            raise FetchRefused("address-not-allowed")
        return found

    async def close(self) -> None:
        await self._system.close()
