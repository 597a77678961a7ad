"""The wake-up: one NOTIFY for many commits, sent after them, heard by every waiting reader."""

import asyncio
from contextlib import suppress

import asyncpg
import structlog

from shared.database.failures import DATABASE_ERRORS
from shared.observability import describe

_log = structlog.get_logger()

_CHANNEL = "samspil_changes"
_COALESCING_SECONDS = 0.005
_RECONNECT_SECONDS = 0.5


class ChangeBell:
    """Rings after commits and lets readers wait for a ring.

    Without a connection it stays silent; readers look again by themselves every second.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._to_ring = asyncio.Event()
        self._heard = asyncio.Event()

    def ring(self) -> None:
        """Ask for a ring; asking often costs no more than asking once."""
        self._to_ring.set()

    def ticket(self) -> asyncio.Event:
        """Return what the next ring sets; take it before looking, or a ring may be missed."""
        return self._heard

    async def run(self) -> None:
        """Ring and listen until cancelled, over a connection of its own."""
        while True:
            try:
                await self._serve()
            except DATABASE_ERRORS as error:
                _log.info("bell_disconnected", **describe(error))
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _serve(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.add_listener(_CHANNEL, self._on_notification)
            self._wake_readers()
            while True:
                with suppress(TimeoutError):
                    # Not `wait_for`: it loses a cancellation that comes with the ring.
                    async with asyncio.timeout(5):
                        await self._to_ring.wait()
                    self._to_ring.clear()
                # Also without anything to tell: finds out that the connection is gone.
                await connection.execute(f"NOTIFY {_CHANNEL}")
                await asyncio.sleep(_COALESCING_SECONDS)
        finally:
            connection.terminate()

    def _on_notification(self, *_: object) -> None:
        self._wake_readers()

    def _wake_readers(self) -> None:
        heard, self._heard = self._heard, asyncio.Event()
        heard.set()
