"""The gateway's revisions go up, down and up again, and leave nothing behind."""

import asyncio

import asyncpg

from deploy.local.postgres import ServerAddress
from shared.database.migrate import downgrade, upgrade
from tests.support.databases import TestDatabase, make_database

_LEFT_BEHIND = (
    "ALTER TABLE audit_event ADD COLUMN seal bigint",
    "CREATE INDEX audit_event_unsealed ON audit_event (tenant_id, id) WHERE seal IS NULL",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'audit_event_unsealed'::regclass",
)
_INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'audit_event_unsealed'::regclass"


def test_down_and_up_again(postgres: ServerAddress, gateway_database: TestDatabase) -> None:
    assert gateway_database.owner  # the roles are made once, for the other database
    database = make_database(postgres, "gateway", name="samspil_gateway_again")
    downgrade("gateway", database.owner, "base")
    assert asyncio.run(tables_of(database)) == {"alembic_version"}
    upgrade("gateway", database.owner)
    assert {"tenant", "issuer", "client", "audit_event"} <= asyncio.run(tables_of(database))


def test_an_index_whose_building_was_interrupted(
    postgres: ServerAddress, gateway_database: TestDatabase
) -> None:
    assert gateway_database.owner
    database = make_database(postgres, "gateway", name="samspil_gateway_again")
    downgrade("gateway", database.owner, "0003")
    asyncio.run(run_in(database, *_LEFT_BEHIND))
    assert asyncio.run(run_in(database, _INDEX)) == [False]
    upgrade("gateway", database.owner)
    assert asyncio.run(run_in(database, _INDEX)) == [True]


async def run_in(database: TestDatabase, *statements: str) -> list[object]:
    """Run statements as a superuser; return what the last one finds, each row's one value."""
    connection = await asyncpg.connect(database.superuser)
    try:
        for each in statements:
            found = await connection.fetch(each)
    finally:
        await connection.close()
    return [row[0] for row in found]


async def tables_of(database: TestDatabase) -> set[str]:
    """Name the tables there are."""
    connection = await asyncpg.connect(database.superuser)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}
