"""A register that no service runs on, so that a test decides when the background works."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.postgres import ServerAddress
from tests.services.cases.classification.workshop import Workshop
from tests.support.databases import TestDatabase, make_database


@pytest.fixture(scope="session")
def background_database(postgres: ServerAddress) -> TestDatabase:
    """Make the register that is for background work only."""
    return make_database(postgres, "cases", "samspil_cases_background")


@pytest.fixture(scope="session")
async def workshop(background_database: TestDatabase) -> AsyncIterator[Workshop]:
    """Open that register."""
    opened = Workshop(background_database)
    yield opened
    await opened.close()
