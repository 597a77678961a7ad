"""Resolves names that others chose: once for a connection, to addresses that may all be reached."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from services.gateway.outbound.addresses import AllowedAddresses, literal_address

_RESOLVING_THREADS = 64

LookUp = Callable[[str], Awaitable[list[str]]]
"""Returns the addresses of a name; raises OSError if there are none."""


class AddressRefused(OSError):
    """A name resolves to an address that may not be told."""


class CheckedResolver(AbstractResolver):
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


class SystemLookUp:
    """Asks the system's resolver, in threads of its own: one slow name is waited for by nobody else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVING_THREADS, thread_name_prefix="outer-names")

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
