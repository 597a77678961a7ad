"""A database of analytics that no service follows: these tests write what feeds would tell."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.analytics.projection.followers import RegisterProjection, SurveyProjection
from services.analytics.projection.versions import Stamp, read_stamp
from services.analytics.resident.keeping import MEGABYTE, Keeping
from shared.changes.consumer import Projection
from shared.changes.events import ChangeEvent
from shared.database.connection import Database
from tests.support.databases import TestDatabase


@dataclass(frozen=True)
class Installation:
    """One database; as many replicas look at it as a test makes."""

    database: Database
    logins: TestDatabase

    def replica(self, most_bytes: int = 100 * MEGABYTE) -> Keeping:
        """Return what a process keeps."""
        return Keeping(self.database, most_bytes)

    async def tell(self, *events: ChangeEvent, generation: int = 1) -> None:
        """Write what the survey's feed tells."""
        await self._apply(SurveyProjection(), events, generation)

    async def tell_register(self, *events: ChangeEvent, generation: int = 1) -> None:
        """Write what the register's feed tells."""
        await self._apply(RegisterProjection(), events, generation)

    async def _apply(
        self, projection: Projection, events: tuple[ChangeEvent, ...], generation: int
    ) -> None:
        async with self.database.transaction() as transaction:
            await projection.apply(transaction, generation, events)

    async def read(self, generation: int) -> None:
        """Let readers have a generation of the survey's feed."""
        connection = await asyncpg.connect(self.logins.superuser)
        await connection.execute(
            "UPDATE feed_position SET generation = $1 WHERE consumer = 'survey'", generation
        )
        await connection.close()

    async def stamp(self, tenant: UUID) -> Stamp:
        """Return which data a tenant has now."""
        async with self.database.transaction(tenant) as transaction:
            return await read_stamp(transaction)


async def first_generations(logins: TestDatabase) -> None:
    """Let readers have the first generation of both feeds."""
    connection = await asyncpg.connect(logins.superuser)
    await connection.execute("DELETE FROM feed_position")
    await connection.execute(
        "INSERT INTO feed_position VALUES ('survey', 1, 'active', ''), ('cases', 1, 'active', '')"
    )
    await connection.close()
