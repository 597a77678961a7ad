"""Fixtures of where cases stand: a tenant of six cases that answered; tests only read it."""

from uuid import uuid4

import pytest

from tests.services.analytics.standing.answered_cases import Town, answered_town
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.services import Stack


@pytest.fixture(scope="session")
async def town(stack: Stack, databases: dict[str, TestDatabase]) -> Town:
    """Give six cases that answered."""
    return await answered_town(Municipality(stack, uuid4()), databases)
