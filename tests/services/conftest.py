"""Fixtures of the services' tests: a municipality of the test's own."""

from uuid import UUID

import pytest

from tests.support.municipality import Municipality
from tests.support.services import CallerClient, Stack


@pytest.fixture
def municipality(stack: Stack, tenant: UUID) -> Municipality:
    """Give the test a municipality that has nothing yet."""
    return Municipality(stack, tenant)


@pytest.fixture
def cases(municipality: Municipality) -> CallerClient:
    """Give the municipality's case system, calling the register."""
    return municipality.caller("cases")


@pytest.fixture
def survey(municipality: Municipality) -> CallerClient:
    """Give the municipality's case system, calling the survey."""
    return municipality.caller("survey")
