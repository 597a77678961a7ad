"""Looks for anything left of somebody: every column of every table, every tenant, as the superuser."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from tests.support.databases import TestDatabase

_MAY_NAME_ANYBODY = ("change_log", "audit_event", "alembic_version")
"""Who did what to which id is kept; what was known of them is not."""

_TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> ALL ($1::text[]) ORDER BY tablename
"""


async def traces(database: TestDatabase, *wanted: UUID | str) -> dict[str, int]:
    """Count the rows, by table, in which an id or a name stands, be it in an array, a document or bytes."""
    patterns = [f"%{spelled}%" for each in wanted for spelled in _spellings(each)]
    connection = await asyncpg.connect(database.superuser)
    try:
        found = {
            row[0]: await connection.fetchval(_count(row[0]), patterns)
            for row in await connection.fetch(_TABLES, _MAY_NAME_ANYBODY)
        }
    finally:
        await connection.close()
    return {table: count for table, count in found.items() if count}


def _count(table: str) -> str:
    return " ".join(("SELECT count(*) FROM", table, "AS kept WHERE kept::text LIKE ANY ($1::text[])"))


def _spellings(wanted: UUID | str) -> Iterable[str]:
    return {str(wanted), wanted.hex, wanted.bytes.hex()} if isinstance(wanted, UUID) else {wanted}
