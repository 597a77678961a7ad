"""All services behind the gateway, with a program that may log in there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.postgres import ServerAddress
from tests.services.gateway.outsiders import operator_token
from tests.support.databases import TestDatabase, make_database
from tests.system.authorisation.installation import Installation, Side, running_installation

_PROGRAM = {"name": "Fagsystem", "roles": ["case-system", "analyst"], "scopes": ["system:esdh"]}


@dataclass(frozen=True, slots=True)
class Outside:
    """What a program outside knows of a running installation."""

    house: Installation
    client_id: str
    client_secret: str

    def environment(self, side: Side) -> dict[str, str]:
        """Return what a walk needs to know: where, who, and about what."""
        return {
            "SAMSPIL_URL": self.house.url,
            "SAMSPIL_CLIENT_ID": self.client_id,
            "SAMSPIL_CLIENT_SECRET": self.client_secret,
            "SAMSPIL_RESPONDENT_TOKEN": side.respondent,
            "SAMSPIL_CASE_ID": str(side.ids["caseId"]),
        }


@pytest.fixture(scope="session")
def every_database(postgres: ServerAddress, databases: dict[str, TestDatabase]) -> dict[str, TestDatabase]:
    """Give the gateway its database, too."""
    return {**databases, "gateway": make_database(postgres, "gateway", "samspil_gateway_clients")}


@pytest.fixture(scope="session")
async def outside(every_database: dict[str, TestDatabase]) -> AsyncIterator[Outside]:
    """Run the installation and register a program there."""
    async with running_installation(every_database) as house:
        path = f"{house.url}/v1/tenants/{house.tenant}/clients/{uuid4()}"
        await _send(house, "PUT", path, _PROGRAM)
        login = await _send(house, "POST", f"{path}/secrets", {})
        yield Outside(house, login["clientId"], login["clientSecret"])


async def _send(house: Installation, method: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {operator_token(house.url)}", "If-None-Match": "*"}
    async with house.http.request(method, path, json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return await answer.json()
