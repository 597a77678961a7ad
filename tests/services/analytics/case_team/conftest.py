"""Fixtures of a case's team: five who answered pair by pair, in two waves; tests only read them."""

from uuid import uuid4

import pytest

from tests.services.analytics.case_team.rounds_by_pair import Waves, two_waves
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.services import Stack


@pytest.fixture(scope="session")
async def waves(stack: Stack, databases: dict[str, TestDatabase]) -> Waves:
    """Give a team-open case of five that answered twice."""
    return await two_waves(Municipality(stack, uuid4()), databases)


@pytest.fixture(scope="session")
async def discreet_waves(stack: Stack, databases: dict[str, TestDatabase]) -> Waves:
    """Give the same in confidential rounds."""
    return await two_waves(Municipality(stack, uuid4()), databases, visibility="confidential")
