"""Answers of everything closed that is held of a tenant; what the caller has is not worked out again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from services.analytics.projection.holdings import Holdings
from services.analytics.projection.reading import read_holdings
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import released
from services.analytics.resident.asked import Asked, Figured
from shared.audit import Access, record_access
from shared.database.connection import Database

Content = TypeVar("Content")


class Resident:
    """Works figures out of what is held. Statistics never run inside a transaction, nor on the loop."""

    def __init__(self, database: Database, size: GroupSize, executor: Executor) -> None:
        self._database = database
        self._size = size
        self._executor = executor

    async def release(
        self,
        asked: Asked,
        work_out: Callable[[Holdings, GroupSize], Content | None],
        access: Access | None = None,
    ) -> Figured[Content]:
        """Let out what is worked out of all that is closed; `access` is recorded where it is of persons."""
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            held = await read_holdings(transaction)
            if access is not None:
                await record_access(transaction, access)
        tag = asked.tag(held.data_version)
        if asked.knows(tag):
            return Figured(tag, None)
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(self._executor, work_out, held, self._size)
        return Figured(tag, released(content))
