"""The gateway's revisions go up, down and up again, and leave nothing behind."""

import asyncio

import asyncpg

from deploy.local.postgres import ServerAddress
from shared.database.migrate import downgrade, upgrade
from tests.support.databases import TestDatabase, make_database


def test_down_and_up_again(postgres: ServerAddress, gateway_database: TestDatabase) -> None:
    assert gateway_database.owner  # the roles are made once, for the other database
    database = make_database(postgres, "gateway", name="samspil_gateway_again")
    downgrade("gateway", database.owner, "base")
    assert asyncio.run(tables_of(database)) == {"alembic_version"}
    upgrade("gateway", database.owner)
    assert {"tenant", "issuer", "client", "audit_event"} <= asyncio.run(tables_of(database))


async def tables_of(database: TestDatabase) -> set[str]:
    """Name the tables there are."""
    connection = await asyncpg.connect(database.superuser)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}
