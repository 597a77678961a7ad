"""Rows for every table of a service, whatever its columns: one per tenant, found out from the catalogue."""

import re
from collections.abc import Iterable
from uuid import UUID

import asyncpg

SERVICES = ("cases", "survey", "analytics", "gateway")

_LITERALS = {
    "uuid": "'{tenant}'",
    "text": "'text'",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "xid8": "'1'",
    "boolean": "false",
    "jsonb": "'{{}}'",
    "bytea": "decode(repeat('00', 32), 'hex')",
    "ARRAY": "'{{}}'",
    "date": "current_date",
    "timestamp with time zone": "now()",
}
_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND is_identity = 'NO' AND (
    (is_nullable = 'NO' AND column_default IS NULL)
    OR EXISTS (
        -- Of several of which one must be there, the first is.
        SELECT FROM pg_constraint WHERE contype = 'c' AND conrelid = table_name::regclass
        AND pg_get_constraintdef(oid) LIKE '%num_nonnulls(' || column_name || ',%'
    )
)
ORDER BY table_name, ordinal_position
"""
_CHECKS = """
SELECT conrelid::regclass::text AS table_name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""
_ONE_OF = re.compile(r"\(\((\w+) = ANY \(ARRAY\['([^']+)'")


def words(*parts: str) -> str:
    """Write a statement about a table whose name the catalogue gave."""
    return " ".join(parts)


async def tenant_tables(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Name the tables, views too, that have a tenant."""
    rows = await connection.fetch(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY table_name"
    )
    return [row["table_name"] for row in rows]


async def fill(dsn: str, tenants: Iterable[UUID]) -> list[str]:
    """Write one row for each tenant into every table that has tenants, as superuser; name the tables."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await tenant_tables(connection)
        columns = await connection.fetch(_COLUMNS)
        listed = {
            (check["table_name"], found[1]): f"'{found[2]}'"
            for check in await connection.fetch(_CHECKS)
            if (found := _ONE_OF.search(check["definition"]))
        }
        # Every id is the tenant's own, so references hold; only the order of the tables might not.
        await connection.execute("SET session_replication_role = replica")
        for table in tables:
            wanted = [row for row in columns if row["table_name"] == table]
            names = ", ".join(row["column_name"] for row in wanted)
            values = ", ".join(
                listed.get((table, row["column_name"]), _LITERALS[row["data_type"]]) for row in wanted
            )
            for tenant in tenants:
                filled = values.format(tenant=tenant)
                await connection.execute(words("INSERT INTO", table, f"({names}) VALUES ({filled})"))
    finally:
        await connection.close()
    return tables
