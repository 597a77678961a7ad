"""Fixtures of the tests of studies."""

import pytest

from shared.access.principal import Role
from tests.support.municipality import Municipality
from tests.support.services import CallerClient


@pytest.fixture
def analyst(municipality: Municipality) -> CallerClient:
    """Give the municipality's researcher."""
    return municipality.caller("cases", Role.ANALYST)
