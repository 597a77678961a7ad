"""Sends one message to one address: resolved once, checked, and connected to as it was checked.

Follows no redirect, reads no answer beyond its head, obeys no proxy of the environment, keeps no cookie.
"""

import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from services.gateway.outbound.addresses import AllowedAddresses, UrlRefused
from services.gateway.outbound.resolving import AddressRefused, CheckedResolver, LookUp, SystemLookUp
from services.gateway.webhooks.states import Failure

ANSWER_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_READ_AHEAD_BYTES = 1024
_LONGEST_HEADER = 4096
_USER_AGENT = "Samspil-Webhooks/1"
_SECONDS = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt led to: an answer's status or none, and why it does not count."""

    status: int | None
    failure: Failure | None
    milliseconds: int
    wished_pause: float | None = None


class WebhookSender:
    """Sends messages over connections of their own."""

    def __init__(self, allowed: AllowedAddresses, sessions: Mapping[str, aiohttp.ClientSession]) -> None:
        self._allowed = allowed
        self._sessions = sessions

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Post a message; whatever goes wrong is an outcome."""
        began = time.monotonic()
        status, failure, wished = await self._try(url, headers, body)
        return Outcome(status, failure, int((time.monotonic() - began) * 1000), wished)

    async def _try(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, Failure | None, float | None]:
        try:
            address = self._allowed.read(url)
            return await self._post(address, headers, body)
        except (UrlRefused, aiohttp.InvalidURL):
            return None, Failure.ADDRESS_REFUSED, None
        except TimeoutError:
            return None, Failure.TIMED_OUT, None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, _failure_of(error), None

    async def _post(
        self, url: URL, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, Failure | None, float | None]:
        session = self._sessions[url.scheme]
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            status = answer.status
            wished = _seconds(answer.headers.get("Retry-After"))
            # Ends the connection: what the answer says beyond its head is nobody's to read.
            answer.close()
        succeeded = 200 <= status < 300
        return status, None if succeeded else Failure.REFUSED_STATUS, wished


def _failure_of(error: Exception) -> Failure:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        refused = isinstance(error.os_error, AddressRefused)
        return Failure.ADDRESS_REFUSED if refused else Failure.NAME_UNKNOWN
    if isinstance(error, aiohttp.ClientSSLError):
        return Failure.NOT_TRUSTED
    return Failure.NOT_CONNECTED


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and _SECONDS.fullmatch(value) else None


@asynccontextmanager
async def open_sender(
    allowed: AllowedAddresses, look_up: LookUp | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[WebhookSender]:
    """Open a sender; by itself it asks the system's resolver and trusts the system's authorities."""
    own = SystemLookUp()
    context = trust or ssl.create_default_context()
    ask = look_up or own.look_up
    async with (
        _session(CheckedResolver(allowed, ask, encrypted=True), context) as encrypted,
        _session(CheckedResolver(allowed, ask, encrypted=False), context) as plain,
    ):
        try:
            yield WebhookSender(allowed, {"https": encrypted, "http": plain})
        finally:
            own.close()


def _session(resolver: AbstractResolver, trust: ssl.SSLContext) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=resolver, ssl=trust, limit=0, force_close=True, use_dns_cache=False
        ),
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, connect=_CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": _USER_AGENT, "Content-Type": "application/cloudevents+json"},
        skip_auto_headers=("Accept-Encoding",),
        auto_decompress=False,
        trust_env=False,
        read_bufsize=_READ_AHEAD_BYTES,
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
    )
