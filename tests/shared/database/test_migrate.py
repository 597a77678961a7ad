"""Revisions go up, down and up again on filled tables, and wait for a lock only a moment at a time."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from deploy.local.postgres import ServerAddress
from shared.database import migrate
from shared.database.migrate import downgrade, upgrade
from tests.shared.database.conftest import FilledDatabase
from tests.shared.database.filling import fill
from tests.support.databases import TestDatabase, make_database


def copy_of(postgres: ServerAddress, filled: FilledDatabase, name: str) -> TestDatabase:
    """Copy a filled database."""
    source = filled.logins.app.rpartition("/")[2]
    run(postgres.dsn(), f"CREATE DATABASE {name} TEMPLATE {source} OWNER {filled.role('owner')}")
    return make_database(postgres, filled.service, name=name)


def run(dsn: str, statement: str) -> list[str]:
    """Run one statement and return the first column."""

    async def connect_and_run() -> list[str]:
        connection = await asyncpg.connect(dsn)
        try:
            return [row[0] for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(connect_and_run())


def tables_in(dsn: str) -> set[str]:
    """Name the tables, and whatever else a service's role owns."""
    return set(run(dsn, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))


def test_up_down_and_up_again_on_filled_tables(postgres: ServerAddress, filled: FilledDatabase) -> None:
    copy = copy_of(postgres, filled, f"samspil_{filled.service}_copy")
    before = tables_in(copy.superuser)
    downgrade(filled.service, copy.owner, "base")
    assert tables_in(copy.superuser) == {"alembic_version", "alembic_version_pkc"}
    upgrade(filled.service, copy.owner)
    assert tables_in(copy.superuser) == before
    assert asyncio.run(fill(copy.superuser, [filled.first])) == filled.tables


def test_down_to_the_first_revision_and_up_again_keeps_what_the_others_did_not_add(
    postgres: ServerAddress, filled_databases: dict[str, FilledDatabase]
) -> None:
    copy = copy_of(postgres, filled_databases["cases"], "samspil_cases_stepping")
    cases = "SELECT count(*)::text FROM citizen_case"
    before = run(copy.superuser, cases)
    assert before != ["0"]
    downgrade("cases", copy.owner, "cases_0001")
    assert "rule_set" not in tables_in(copy.superuser)
    assert run(copy.superuser, cases) == before
    upgrade("cases", copy.owner)
    assert run(copy.superuser, cases) == before
    # What a case there already needs to be shown as it was, and to be classified.
    assert run(copy.superuser, "SELECT count(*)::text FROM case_history") == before
    assert run(copy.superuser, "SELECT DISTINCT reason FROM reclassification") == ["register-upgraded"]


@contextmanager
def held_lock(dsn: str, table: str, released: threading.Event) -> Iterator[None]:
    """Let a reader keep a table until told otherwise."""
    taken = threading.Event()

    async def hold() -> None:
        connection = await asyncpg.connect(dsn)
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
            taken.set()
            await asyncio.to_thread(released.wait)
        await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    taken.wait()
    try:
        yield
    finally:
        released.set()
        thread.join()


@pytest.fixture
def migrated(
    postgres: ServerAddress, filled_databases: dict[str, FilledDatabase], request: pytest.FixtureRequest
) -> TestDatabase:
    """Give the test a database it may take down."""
    return copy_of(postgres, filled_databases["cases"], f"samspil_{abs(hash(request.node.name))}")


def test_a_lock_is_tried_for_again(migrated: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    released, waits = threading.Event(), []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        released.set()

    monkeypatch.setattr(time, "sleep", wait)
    with held_lock(migrated.superuser, "person", released):
        downgrade("cases", migrated.owner, "base")
    assert waits
    assert "person" not in tables_in(migrated.superuser)


def test_control_a_lock_never_had_ends_the_migration_and_changes_nothing(
    migrated: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_ATTEMPTS", 2)
    before = tables_in(migrated.superuser)
    with (
        held_lock(migrated.superuser, "audit_event", threading.Event()),
        pytest.raises(DBAPIError) as refused,
    ):
        downgrade("cases", migrated.owner, "base")
    assert getattr(refused.value.orig, "sqlstate", None) == "55P03"
    assert tables_in(migrated.superuser) == before


def test_another_error_is_not_tried_again(migrated: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", pytest.fail)
    run(migrated.owner, "DROP TABLE enrolment")
    with pytest.raises(DBAPIError):
        downgrade("cases", migrated.owner, "base")
