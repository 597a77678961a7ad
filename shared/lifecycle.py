"""Opens what a service works with when it starts, and closes it when it stops."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text

from shared.audit_sealing import AuditChain
from shared.background import Rhythm, keep_at
from shared.changes.bell import ChangeBell
from shared.changes.feed import ChangeFeed, StateReader
from shared.database.connection import Database
from shared.observability import OLDEST_TRANSACTION
from shared.settings import ServiceSettings

_WATCH_SECONDS = 5.0
_CANCEL_AGAIN_SECONDS = 1.0
_FEED_POOL_SIZE = 4
_OLDEST = text(
    "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) AS seconds "
    "FROM pg_stat_activity WHERE xact_start IS NOT NULL AND backend_xid IS NOT NULL"
)


@asynccontextmanager
async def open_service(
    app: FastAPI, service: str, readers: Mapping[str, StateReader]
) -> AsyncIterator[None]:
    """Open databases, bell and feed on `app.state` and run what keeps them going."""
    settings: ServiceSettings = app.state.settings
    bell = ChangeBell(str(settings.app_dsn))
    database = Database(str(settings.app_dsn), settings.pool_size, on_change=bell.ring)
    feed_database = Database(str(settings.feed_dsn), _FEED_POOL_SIZE)
    app.state.database, app.state.bell = database, bell
    app.state.feed = ChangeFeed(service, feed_database, bell, readers)
    app.state.audit_chain = chain = AuditChain(service, database, feed_database)
    try:
        async with running(
            bell.run(), _watch(service, feed_database), chain.run(settings.audit_seal_seconds)
        ):
            yield
    finally:
        await database.close()
        await feed_database.close()


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run work beside the body; cancel it and wait for it at the end."""
    tasks: Sequence[asyncio.Task[None]] = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            await _ended(task)


async def _ended(task: asyncio.Task[None]) -> None:
    """Wait until work has ended, and raise what it failed with.

    A cancellation can be lost, as when what is waited for comes at the same moment: then it comes again.
    """
    while not task.done():
        await asyncio.wait([task], timeout=_CANCEL_AGAIN_SECONDS)
        task.cancel()
    with suppress(asyncio.CancelledError):
        task.result()


async def _watch(service: str, database: Database) -> None:
    """Measure the age of the oldest writing transaction on the server."""

    async def measure() -> None:
        async with database.transaction() as transaction:
            row = (await transaction.execute(_OLDEST)).one()
        OLDEST_TRANSACTION.labels(service).set(float(row.seconds))

    await keep_at("watch", measure, Rhythm(_WATCH_SECONDS))
