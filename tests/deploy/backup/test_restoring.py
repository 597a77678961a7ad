"""A restore does closings again, runs beside no service that is at work, and fails without a trace."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.backup import doors, restoring
from deploy.backup.journal import NAME as JOURNAL
from deploy.backup.manifest import BackupRefusedError
from deploy.backup.programs import ProgramFailedError
from deploy.backup.restoring import Wanted, restore_backup
from deploy.backup.taking import keep_journal, take_backup
from deploy.local.postgres import ServerAddress
from deploy.migrate import ROLES, Plan
from services.gateway.access import service
from services.gateway.access.repository import is_closed, is_shut_out
from services.gateway.access.schemas import PutClient, PutTenant
from shared.access.principal import Principal, Role
from shared.database.connection import Database, Transaction
from shared.database.provision import ServiceDatabase
from shared.representation import CREATION
from tests.support.databases import TestDatabase, make_database, password_of
from tests.support.records import rows

NAME = "samspil_gateway_restored"
OPERATOR = Principal("operator", "operator", frozenset({Role.OPERATOR}))
_AUDITED = "SELECT action, actor FROM audit_event WHERE tenant_id = $1 AND action LIKE 'close%'"


@asynccontextmanager
async def working(logins: TestDatabase, tenant: UUID) -> AsyncIterator[Transaction]:
    """Work in the database as the gateway does for an operator, and leave."""
    database = Database(logins.app, pool_size=1)
    try:
        async with database.transaction(tenant, OPERATOR) as transaction:
            yield transaction
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Drill:
    """A gateway that was backed up before a tenant, a client and a tenant that came later were closed."""

    plan: Plan
    logins: TestDatabase
    wanted: Wanted
    closed: UUID
    with_closed_client: UUID
    client: UUID
    later: UUID
    open: UUID

    async def restore(self, *, delete_again: bool = True) -> int:
        """Restore as the command does."""
        return await asyncio.to_thread(restore_backup, self.plan, self.wanted, delete_again=delete_again)

    async def closed_tenants(self) -> set[UUID]:
        """Return which of the tenants are closed."""
        found = set()
        for tenant in (self.closed, self.with_closed_client, self.later, self.open):
            async with working(self.logins, tenant) as transaction:
                if await is_closed(transaction):
                    found.add(tenant)
        return found

    async def is_client_shut_out(self) -> bool:
        """Tell whether the closed client's tokens are refused."""
        async with working(self.logins, self.with_closed_client) as transaction:
            return await is_shut_out(transaction, self.client)


async def set_up(logins: TestDatabase, tenant: UUID) -> None:
    """Set a tenant up."""
    async with working(logins, tenant) as transaction:
        await service.put_tenant(transaction, PutTenant(name="Kommune"), CREATION)


@pytest.fixture(scope="module")
async def drill(postgres: ServerAddress, tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """Back up, then close."""
    logins = await asyncio.to_thread(make_database, postgres, "gateway", NAME)
    owner, app, feed = (password_of("gateway", role) for role in ROLES)
    plan = Plan(postgres.dsn(), (ServiceDatabase("gateway", owner, app, feed, database=NAME),))
    below = tmp_path_factory.mktemp("backups")
    closed, with_closed_client, client, later, left_open = (uuid4() for _ in range(5))
    for tenant in (closed, with_closed_client, left_open):
        await set_up(logins, tenant)
    async with working(logins, with_closed_client) as transaction:
        wanted = PutClient(name="Fagsystem", roles=[Role.CASE_SYSTEM])
        await service.put_client(transaction, client, wanted, CREATION)
    backup = await asyncio.to_thread(take_backup, plan, below)
    await set_up(logins, later)
    for tenant in (closed, later):
        async with working(logins, tenant) as transaction:
            await service.close_tenant(transaction)
    async with working(logins, with_closed_client) as transaction:
        await service.close_client(transaction, client)
    await asyncio.to_thread(keep_journal, plan, below)
    return Drill(
        plan,
        logins,
        Wanted(backup, below / JOURNAL, replace=True),
        closed,
        with_closed_client,
        client,
        later,
        left_open,
    )


def fail(*_: object) -> None:
    """Fail as a disk that is full does."""
    raise ProgramFailedError


async def lose(drill: Drill) -> None:
    """Drop the database: only the journal still knows what was closed."""
    connection = await asyncpg.connect(drill.plan.server)
    await connection.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')
    await connection.close()


async def test_it_refuses_while_a_service_is_at_work(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_PATIENCE_SECONDS", 0.2)
    at_work = await asyncpg.connect(drill.logins.app)
    try:
        with pytest.raises(BackupRefusedError, match=rf"{NAME} \(1 connections\)"):
            await drill.restore()
        assert await at_work.fetchval("SELECT 1") == 1  # it goes on as if nothing had been
    finally:
        await at_work.close()
    assert await drill.closed_tenants() == {drill.closed, drill.later}  # and others may come


async def test_a_restore_that_fails_leaves_what_was_there(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "load", fail)
    with pytest.raises(ProgramFailedError):
        await drill.restore()
    assert await drill.closed_tenants() == {drill.closed, drill.later}


async def test_what_was_closed_after_the_backup_is_closed_again(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lose(drill)
    with monkeypatch.context() as killed:
        killed.setattr(restoring, "let_in", fail)
        with pytest.raises(ProgramFailedError):
            await drill.restore(delete_again=False)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # not before all is in place
        await asyncpg.connect(drill.logins.app)
    await lose(drill)
    assert await drill.restore() == 3
    assert await drill.closed_tenants() == {drill.closed, drill.later}
    assert await drill.is_client_shut_out()
    for tenant in (drill.closed, drill.later, drill.with_closed_client):
        (row,) = await rows(drill.logins, _AUDITED, tenant)
        assert row["actor"] == "restore"


async def test_without_doing_it_again_they_are_open(drill: Drill) -> None:
    await lose(drill)
    await drill.restore(delete_again=False)
    assert await drill.closed_tenants() == set()
    assert not await drill.is_client_shut_out()
