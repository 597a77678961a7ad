"""Fixtures for the whole run: one PostgreSQL, one database and one server for each service.

Tests don't clean up after each other: each works as a tenant of its own.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import settings

from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from shared.observability import configure_logging
from tests.support.databases import TestDatabase, make_database
from tests.support.services import Stack, running_stack

_SYSTEM = Path(__file__).parent / "system"

# No time is asserted: a machine may be slow.
_EXAMPLES = int(os.environ.get("SAMSPIL_EXAMPLES", "30"))
settings.register_profile("house", deadline=None, max_examples=_EXAMPLES)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that the processes of a run end at about the same time."""
    items.sort(key=lambda item: _SYSTEM not in item.path.parents)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    """Run a PostgreSQL 18 that may forget everything when the machine dies."""
    folder: Path = tmp_path_factory.mktemp("postgres")
    server = EmbeddedPostgres(folder, options={"fsync": "off", "max_connections": "200"})
    try:
        yield server.start()
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def databases(postgres: ServerAddress) -> dict[str, TestDatabase]:
    """Give each service its migrated database."""
    return {name: make_database(postgres, name) for name in ("cases", "survey", "analytics")}


@pytest.fixture(scope="session")
async def stack(databases: dict[str, TestDatabase]) -> AsyncIterator[Stack]:
    """Run cases, survey and analytics as they run outside, but for the gateway before them."""
    async with running_stack(databases) as running:
        yield running


@pytest.fixture
def tenant() -> UUID:
    """Give the test a tenant of its own."""
    return uuid4()


@pytest.fixture(scope="session", autouse=True)
def quiet_log() -> None:
    """Keep the services' own log lines below warnings out of the tests' output."""
    configure_logging("test", "WARNING")
