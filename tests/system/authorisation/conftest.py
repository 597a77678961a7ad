"""The gateway's own database, beside those of the services."""

import pytest

from deploy.local.postgres import ServerAddress
from tests.support.databases import TestDatabase, make_database


@pytest.fixture(scope="session")
def gateway_database(postgres: ServerAddress) -> TestDatabase:
    """Give the gateway its migrated database."""
    return make_database(postgres, "gateway", "samspil_gateway_doors")
