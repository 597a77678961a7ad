"""A register of a hundred and twenty cases, and one of a neighbour's, made once."""

from uuid import uuid4

import pytest

from tests.services.cases.listing.made import MadeRegister, draw_register, keep
from tests.support.databases import TestDatabase


@pytest.fixture(scope="session")
async def made(databases: dict[str, TestDatabase]) -> MadeRegister:
    """Make the register."""
    register = draw_register(uuid4(), seed=27, cases=120)
    await keep(register, databases["cases"])
    return register


@pytest.fixture(scope="session")
async def neighbour(databases: dict[str, TestDatabase]) -> MadeRegister:
    """Make another tenant's register."""
    register = draw_register(uuid4(), seed=766, cases=10)
    await keep(register, databases["cases"])
    return register
