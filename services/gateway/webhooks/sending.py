"""Sends one message to one address: resolved once, checked, and connected to as it was checked.

Follows no redirect, reads no answer beyond its head, obeys no proxy of the environment, keeps no cookie.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.gateway.webhooks.addresses import AllowedAddresses, UrlRefused, literal_address
from services.gateway.webhooks.states import Failure

ANSWER_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_READ_AHEAD_BYTES = 1024
_LONGEST_HEADER = 4096
_RESOLVING_THREADS = 64
_USER_AGENT = "Samspil-Webhooks/1"
_SECONDS = re.compile(r"[0-9]{1,7}")

LookUp = Callable[[str], Awaitable[list[str]]]
"""Returns the addresses of a name; raises OSError if there are none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt led to: an answer's status or none, and why it does not count."""

    status: int | None
    failure: Failure | None
    milliseconds: int
    wished_pause: float | None = None


class AddressRefused(OSError):
    """A name resolves to an address that may not be told."""


class _CheckedResolver(AbstractResolver):
    """Resolves a name once for a connection and gives only what was checked: nothing is looked up again."""

    def __init__(self, allowed: AllowedAddresses, look_up: LookUp, *, encrypted: bool) -> None:
        self._allowed = allowed
        self._look_up = look_up
        self._encrypted = encrypted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the checked addresses of a name; one that may not be told spoils all of them."""
        found = [(text, literal_address(text)) for text in await self._look_up(host)]
        addresses = [address for _, address in found if address is not None]
        admitted = self._allowed.admit_all(addresses, encrypted=self._encrypted)
        if len(addresses) != len(found) or not admitted:
            raise AddressRefused
        return [
            ResolveResult(
                hostname=host,
                host=text,
                port=port,
                family=socket.AF_INET6 if ":" in text else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for text, _ in found
        ]

    async def close(self) -> None:
        """Keep nothing, so close nothing."""


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
    own = _SystemLookUp()
    context = trust or ssl.create_default_context()
    ask = look_up or own.look_up
    async with (
        _session(_CheckedResolver(allowed, ask, encrypted=True), context) as encrypted,
        _session(_CheckedResolver(allowed, ask, encrypted=False), context) as plain,
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


class _SystemLookUp:
    """Asks the system's resolver, in threads of its own: one slow name is waited for by nobody else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVING_THREADS, thread_name_prefix="webhook-names")

    async def look_up(self, host: str) -> list[str]:
        """Return the addresses of a name."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _addresses_of, host)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Wait for no thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses_of(host: str) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)]
