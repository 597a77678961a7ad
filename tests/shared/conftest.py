"""A database with notes in it, and the service of notes running on it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import httpx2
import pytest
import structlog
import structlog.testing
from alembic.migration import MigrationContext
from alembic.operations import Operations
from fastapi import FastAPI
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.postgres import ServerAddress
from shared.access.principal import Role
from shared.app import middleware, problems
from shared.database import connection
from shared.database.connection import Database
from shared.database.migrations.operations import protect
from tests.shared.notes import CREATE_NOTE, SERVICE, NotesSettings, build
from tests.support.databases import TestDatabase, make_database
from tests.support.keys import token
from tests.support.services import CallerClient, house_settings
from tests.support.serving import serving

Superuser: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection that sees everything."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The running service of notes."""

    app: FastAPI
    http: httpx2.AsyncClient
    url: str

    def caller(self, tenant: UUID, *roles: Role, **claims: Any) -> CallerClient:
        """Return a client of a tenant; a case worker by default."""
        return CallerClient(self.http, token(SERVICE, tenant, *(roles or (Role.CASE_WORKER,)), **claims))


def make_notes_database(postgres: ServerAddress, name: str) -> TestDatabase:
    """Make a database of the house's tables and notes; its roles are those of `cases`."""
    database = make_database(postgres, "cases", name=name)
    asyncio.run(_create_note_table(database.owner))
    return database


async def _create_note_table(dsn: str) -> None:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(_create)
    await engine.dispose()


def _create(connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)) as operations:
        operations.execute(CREATE_NOTE)
        protect("note", "cases", feed_reads=True)


@pytest.fixture(scope="session")
def notes_database(postgres: ServerAddress) -> TestDatabase:
    """Give the notes their database."""
    return make_notes_database(postgres, "samspil_notes")


@pytest.fixture(scope="session")
def notes_settings(notes_database: TestDatabase) -> NotesSettings:
    """Return the settings the service of notes runs with."""
    return NotesSettings(**house_settings(notes_database), max_body_bytes=8192)


@pytest.fixture(scope="session")
async def notes(notes_settings: NotesSettings) -> AsyncIterator[Notes]:
    """Run the service of notes."""
    app = build(notes_settings)
    async with (
        serving(app) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=20) as http,
    ):
        yield Notes(app, http, url)


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> structlog.testing.CapturingLogger:
    """Take the log lines of every level, written as they are written outside."""
    lines = structlog.testing.CapturingLogger()
    for module in (middleware, problems, connection):
        log = structlog.wrap_logger(
            lines,
            processors=structlog.get_config()["processors"],
            wrapper_class=structlog.make_filtering_bound_logger("DEBUG"),
        )
        monkeypatch.setattr(module, "_log", log)
    return lines


def logged(lines: structlog.testing.CapturingLogger) -> list[dict[str, Any]]:
    """Read the log lines of notes; in the same process, services of other tests go on with their work."""
    read = (json.loads(call.args[0]) for call in lines.calls)
    return [line for line in read if line.get("service") == SERVICE]


@pytest.fixture
async def database(notes_database: TestDatabase) -> AsyncIterator[Database]:
    """Open a pool of one connection as `app`, so that whatever stays behind on it is met again."""
    one = Database(notes_database.app, pool_size=1)
    yield one
    await one.close()


@pytest.fixture
async def superuser(notes_database: TestDatabase) -> AsyncIterator[Superuser]:
    """Open a connection that sees everything."""
    connection = await asyncpg.connect(notes_database.superuser)
    yield connection
    await connection.close()
