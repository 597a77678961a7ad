"""Fixtures of answering's tests."""

from collections.abc import AsyncIterator

import pytest

from shared.database.connection import Database
from tests.services.survey.answering.town import Town, make_town
from tests.support.databases import TestDatabase


@pytest.fixture
async def town(databases: dict[str, TestDatabase]) -> AsyncIterator[Town]:
    """Open a round in the survey's database."""
    database = Database(databases["survey"].app, pool_size=8)
    yield await make_town(databases["survey"], database)
    await database.close()
