"""Fixtures of analytics' tests: teams that answered, a whole sample, and a database nobody follows."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from deploy.local.postgres import ServerAddress
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form
from shared.database.connection import Database
from tests.services.analytics.five_municipalities import measurements, seats
from tests.services.analytics.installation import Installation, first_generations
from tests.services.analytics.retold import retold
from tests.services.analytics.rounds_with_answers import Answered, answered
from tests.services.analytics.told_sample import Samples, ToldSample
from tests.support.databases import TestDatabase, make_database
from tests.support.municipality import Municipality
from tests.support.services import Stack


@pytest.fixture(scope="session")
async def five(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give five people of one leader who answered, as a tenant of its own; tests only read it."""
    return await answered(Municipality(stack, uuid4()), databases, 5, values=(1, 2, 3, 4, 5))


@pytest.fixture(scope="session")
async def five_cases(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give a tenant of five cases, each of five people and their leader; the last of the cases."""
    municipality = Municipality(stack, uuid4())
    *_, last = [
        await answered(municipality, databases, 5, values=values)
        for values in ((1, 5), (2, 4), (3, 2), (4, 1), (5, 3))
    ]
    return last


@pytest.fixture(scope="session")
async def four(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give four, one less than may stand behind a mean."""
    return await answered(Municipality(stack, uuid4()), databases, 4)


@pytest.fixture(scope="session")
async def discreet(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give five in a confidential round."""
    return await answered(Municipality(stack, uuid4()), databases, 5, visibility="confidential")


@pytest.fixture(scope="session")
async def discreet_four(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give four in a confidential round."""
    return await answered(Municipality(stack, uuid4()), databases, 4, visibility="confidential")


@pytest.fixture(scope="session")
def samples(stack: Stack, databases: dict[str, TestDatabase]) -> Samples:
    """Keep what was told of the five-municipality sample."""
    return Samples(stack, databases["analytics"])


@pytest.fixture(scope="module")
async def told_sample(samples: Samples) -> ToldSample:
    """Give the five-municipality sample as a tenant of its own; tests only read it.

    What it has no answers to was told again of those it has: see `retold`.
    """
    return await samples.told("sample", lambda: [*measurements(seats()), *retold()])


@pytest.fixture(scope="module")
async def told_as_complex(samples: Samples) -> ToldSample:
    """Give its networks to another tenant, where nearly all cases are complex: enough to be set beside."""

    def networks() -> list[Measurement]:
        measured = measurements(seats(), complex_from=4)
        return [each for each in measured if each.form is Form.NETWORK]

    return await samples.told("complex", networks)


@pytest.fixture(scope="session")
def unfollowed(postgres: ServerAddress) -> TestDatabase:
    """Make a database of analytics into which tests write what feeds would tell."""
    return make_database(postgres, "analytics", name="samspil_analytics_unfollowed")


@pytest.fixture
async def installation(unfollowed: TestDatabase) -> AsyncIterator[Installation]:
    """Give it, with nothing but the first generations to read."""
    await first_generations(unfollowed)
    database = Database(unfollowed.app, pool_size=4)
    yield Installation(database, unfollowed)
    await database.close()
