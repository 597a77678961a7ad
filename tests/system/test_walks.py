"""The documents' walks for case systems, call by call through the gateway."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from deploy.local.callers import Callers
from deploy.local.house import Blueprint, postgres_of, prepare_databases, running_house
from tests.support.houses import free_first_port
from tests.support.walks import Call, calls_in, walk

DOCUMENT = Path(__file__).parents[2] / "docs/case-systems.md"
SYSTEMS = ("kommunens-boernesystem", "jobcentrets-system")


@dataclass(frozen=True, slots=True)
class Town:
    """A running house with one tenant, and tokens for it."""

    url: str
    callers: Callers

    def client(self, *roles: str, scopes: str = "") -> httpx2.AsyncClient:
        """Return a client with a token of the tenant's own provider."""
        token = self.callers.person_token(uuid4(), *roles, scope=scopes)
        return httpx2.AsyncClient(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60
        )


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("walks")
    server = postgres_of(folder)
    try:
        blueprint = Blueprint(folder, free_first_port())
        await asyncio.to_thread(prepare_databases, blueprint, server.start())
        async with running_house(blueprint, server.address) as house:
            callers = Callers(house.url, uuid4(), blueprint.vault)
            await callers.set_up(house.operator_key, "Hedensted")
            yield Town(house.url, callers)
    finally:
        server.destroy()


def calls() -> list[Call]:
    return list(calls_in(DOCUMENT.read_text(encoding="utf-8")))


class TestCaseSystems:
    async def test_every_call_is_answered_as_the_document_says(self, town: Town) -> None:
        scopes = " ".join(f"system:{system}" for system in SYSTEMS)
        walked = calls()
        names: dict[str, str] = {}
        async with town.client("case-system", "administrator", scopes=scopes) as http:
            made = await walk(http, iter(walked[:-1]), names)
            people = (await http.get(f"/v1/cases/{names['caseId']}")).json()["participants"]
            names["anne"] = people[0]["professionalId"]
            colleagues = (await http.get("/v1/professionals")).json()["items"]
            names["jens"] = next(
                each["id"] for each in colleagues if each["professionalGroup"] == "Psykolog"
            )
            made += await walk(http, iter(walked[-1:]), names)
        assert made == len(walked) > 10

    def test_no_call_is_overlooked(self) -> None:
        assert DOCUMENT.read_text(encoding="utf-8").count("```http") == len(calls())

    @pytest.mark.parametrize(
        ("status", "body"), [(201, {}), (200, {"level": "complex"}), (200, {"levels": "ordinary"})]
    )
    async def test_control_another_answer_is_noticed(self, status: int, body: dict[str, str]) -> None:
        said = Call("GET", "/v1/cases/1", "", 200, {"level": "ordinary"})
        transport = httpx2.MockTransport(lambda _request: httpx2.Response(status, json=body))
        async with httpx2.AsyncClient(base_url="http://127.0.0.1", transport=transport) as http:
            with pytest.raises(AssertionError):
                await walk(http, iter([said]), {})
