"""Answers of everything closed that is held of a tenant; what the caller has is not worked out again.

What closes enters figures over all cases of a wave in steps, so that no two of them differ by a few people.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from services.analytics.projection.holdings import Holdings
from services.analytics.projection.versions import read_stamp
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import released
from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.keeping import Keeping
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.database.connection import Database

Content = TypeVar("Content")


class Resident:
    """Works figures out of what is held. Statistics never run inside a transaction, nor on the loop."""

    def __init__(self, database: Database, keeping: Keeping, size: GroupSize, executor: Executor) -> None:
        self._database = database
        self._keeping = keeping
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
            tenant, stamp = transaction.tenant, await read_stamp(transaction)
            if access is not None:
                await record_access(transaction, access)
        tag = asked.tag(f"{stamp}/{self._size.minimum}")
        if asked.knows(tag):
            return Figured(tag, None)
        held = (await self._keeping.holdings(tenant, stamp)).in_steps(self._size)
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(self._executor, work_out, held, self._size)
        return Figured(asked.tag(f"{held.data_version}/{self._size.minimum}"), released(content))

    async def holdings(self, caller: Principal) -> Holdings:
        """Return everything closed of the caller's tenant, for figures that need more than that."""
        async with self._database.transaction(caller.tenant, caller) as transaction:
            tenant, stamp = transaction.tenant, await read_stamp(transaction)
        return (await self._keeping.holdings(tenant, stamp)).in_steps(self._size)


@dataclass(frozen=True, slots=True)
class Residents:
    """Answers of the same data on two threads, for the first of a step's cuts may take seconds.

    Whatever cuts are in is worked out by `cuts`, where nothing else waits for it.
    """

    figures: Resident
    cuts: Resident
