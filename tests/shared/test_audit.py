"""The audit: who did what, in the transaction that does it, never changed afterwards."""

from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.database.connection import Database
from shared.observability import note_request
from tests.shared.conftest import Superuser

_ROWS = (
    "SELECT actor, person_id, action, purpose, subject_type, subject_id, request_id "
    "FROM audit_event WHERE tenant_id = $1"
)


def access() -> Access:
    """Read a note."""
    return Access("read", "note", uuid4(), "case work")


def caller(tenant: UUID, actor: str | None = None) -> Principal:
    """Return a case worker, perhaps in somebody's name."""
    return Principal("anna", "gateway", frozenset({Role.CASE_WORKER}), tenant, uuid4(), actor=actor)


@pytest.mark.parametrize(("actor", "named"), [(None, "anna"), ("clerk", "clerk")])
async def test_a_use_is_recorded(
    database: Database, tenant: UUID, superuser: Superuser, actor: str | None, named: str
) -> None:
    used, who = access(), caller(tenant, actor)
    note_request("notes", "the-request")
    async with database.transaction(tenant, who) as transaction:
        await record_access(transaction, used)
    (row,) = await superuser.fetch(_ROWS, tenant)
    assert tuple(row) == (named, who.person, "read", "case work", "note", used.subject, "the-request")


@pytest.mark.parametrize(
    ("said", "recorded"), [({}, None), ({"program": "vendor"}, "vendor"), ({"actor": "clerk"}, "anna")]
)
async def test_the_program_that_acted_is_named(
    database: Database, tenant: UUID, superuser: Superuser, said: dict[str, str], recorded: str | None
) -> None:
    who = replace(caller(tenant), actor=said.get("actor"), program=said.get("program"))
    async with database.transaction(tenant, who) as transaction:
        await record_access(transaction, access())
    (row,) = await superuser.fetch("SELECT actor, program FROM audit_event WHERE tenant_id = $1", tenant)
    assert tuple(row) == (who.actor or "anna", recorded)


async def test_what_is_undone_is_not_recorded(
    database: Database, tenant: UUID, superuser: Superuser
) -> None:
    async def work() -> None:
        async with database.transaction(tenant, caller(tenant)) as transaction:
            await record_access(transaction, access())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await work()
    assert await superuser.fetch(_ROWS, tenant) == []


async def test_nobody_unnamed_is_recorded(database: Database, tenant: UUID) -> None:
    with pytest.raises(LookupError):
        async with database.transaction(tenant) as transaction:
            await record_access(transaction, access())


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
async def test_rows_are_only_ever_added(database: Database, tenant: UUID, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(tenant) as transaction:
            await transaction.driver.execute(statement)
