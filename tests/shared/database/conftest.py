"""A database of each service with rows of two tenants in every table."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from deploy.local.postgres import ServerAddress
from tests.shared.database.filling import SERVICES, fill
from tests.support.databases import TestDatabase, make_database


@dataclass(frozen=True, slots=True)
class FilledDatabase:
    """A service's database in which both tenants have one row in each of the tables."""

    service: str
    logins: TestDatabase
    tables: list[str]
    first: UUID
    second: UUID

    def role(self, name: str) -> str:
        """Name one of the service's roles."""
        return f"samspil_{self.service}_{name}"


def make_filled(postgres: ServerAddress, service: str, name: str) -> FilledDatabase:
    """Make and fill a database of its own."""
    logins = make_database(postgres, service, name=name)
    tenants = uuid4(), uuid4()
    tables = asyncio.run(fill(logins.superuser, tenants))
    return FilledDatabase(service, logins, tables, *tenants)


@pytest.fixture(scope="session")
def filled_databases(postgres: ServerAddress) -> dict[str, FilledDatabase]:
    """Fill a database of each service."""
    return {each: make_filled(postgres, each, f"samspil_{each}_filled") for each in SERVICES}


@pytest.fixture(params=SERVICES)
def filled(request: pytest.FixtureRequest, filled_databases: dict[str, FilledDatabase]) -> FilledDatabase:
    """Run the test for each service."""
    return filled_databases[request.param]
