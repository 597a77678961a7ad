"""Fixtures of collaboration groups that answered twice; tests only read them."""

from uuid import uuid4

import pytest

from tests.services.analytics.collaboration.rounds_of_groups import AnsweredGroup, answered_group
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.services import Stack


@pytest.fixture(scope="session")
async def ten(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give a team-open group of two units of five."""
    return await answered_group(Municipality(stack, uuid4()), databases, (5, 5))


@pytest.fixture(scope="session")
async def three(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give a team-open group of three people."""
    return await answered_group(Municipality(stack, uuid4()), databases, (1, 2))


@pytest.fixture(scope="session")
async def discreet_three(stack: Stack, databases: dict[str, TestDatabase]) -> AnsweredGroup:
    """Give the same in confidential rounds."""
    return await answered_group(Municipality(stack, uuid4()), databases, (1, 2), visibility="confidential")
