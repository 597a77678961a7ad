"""The change log: a row in the transaction of the change, or none."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from shared.changes.log import log_change
from shared.database.connection import Database
from tests.shared.conftest import Superuser

_LOGGED = "SELECT epoch, type, subject, version, xid::text FROM change_log WHERE tenant_id = $1 ORDER BY id"


async def test_a_change_is_logged_with_its_transaction(
    database: Database, tenant: UUID, superuser: Superuser
) -> None:
    subject = uuid4()
    async with database.transaction(tenant) as transaction:
        await log_change(transaction, "note", subject, 7)
        assert transaction.has_changes
        xid = await transaction.driver.fetchval("SELECT pg_current_xact_id()::text")
    (row,) = await superuser.fetch(_LOGGED, tenant)
    assert tuple(row) == (1, "note", subject, 7, xid)


async def test_what_is_undone_is_not_logged(database: Database, tenant: UUID, superuser: Superuser) -> None:
    async def work() -> None:
        async with database.transaction(tenant) as transaction:
            await log_change(transaction, "note", uuid4(), 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await work()
    assert await superuser.fetch(_LOGGED, tenant) == []


async def test_a_change_needs_a_tenant(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.transaction() as transaction:
            await log_change(transaction, "note", uuid4(), 1)


@pytest.mark.parametrize("statement", ["UPDATE change_log SET version = 9", "DELETE FROM change_log"])
async def test_what_is_logged_stays(database: Database, tenant: UUID, statement: str) -> None:
    async with database.transaction(tenant) as transaction:
        await log_change(transaction, "note", uuid4(), 1)
    with pytest.raises((DBAPIError, asyncpg.InsufficientPrivilegeError)):
        async with database.transaction(tenant) as transaction:
            await transaction.driver.execute(statement)
