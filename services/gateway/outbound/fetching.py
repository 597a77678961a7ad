"""Fetches small JSON documents from addresses that others chose; refuses all that could lead elsewhere.

The name is resolved once, and the connection goes to the very addresses that were looked at. Redirects
are not followed, nothing is decompressed, no proxy of the environment is asked, and size and time are
bounded.
"""

import json
from typing import Any

import aiohttp
from yarl import URL

from services.gateway.outbound.addresses import AllowedAddresses, UrlRefused
from services.gateway.outbound.resolving import AddressRefused, CheckedResolver, SystemLookUp

_LONGEST_BYTES = 262_144
_CONNECT_SECONDS = 2.0
_WHOLE_SECONDS = 5.0


class FetchRefused(Exception):
    """The document is not to be had, or not to be asked for; the reason is for the log, with no address."""


async def fetch_json(address: str, allowed: AllowedAddresses) -> dict[str, Any]:
    """Return the JSON object at an address.

    Raises
    ------
    FetchRefused
        For every reason.
    """
    try:
        url = allowed.read(address)
    except UrlRefused as refused:
        raise FetchRefused("address-not-allowed") from refused
    own = SystemLookUp()
    resolver = CheckedResolver(allowed, own.look_up, encrypted=url.scheme == "https")
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
    except aiohttp.ClientConnectorDNSError as error:
        is_inside = isinstance(error.os_error, AddressRefused)
        raise FetchRefused("address-not-allowed" if is_inside else type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise FetchRefused(type(error).__name__) from error
    finally:
        own.close()


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
