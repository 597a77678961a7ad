"""The gateway before the real services: what it exchanges they accept, and nothing else gets through."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from pydantic import SecretStr

from deploy.local.ports import free_port
from deploy.openapi import FOLDER
from services.gateway.main import build
from tests.services.gateway.conftest import Front, bearer, gateway_settings
from tests.services.gateway.upstream import Upstream
from tests.services.gateway.webhooks.receiver import receiving
from tests.support.databases import TestDatabase
from tests.support.keys import private_key, token
from tests.support.services import Stack
from tests.support.serving import serving


@pytest.fixture(scope="module")
async def whole(stack: Stack, gateway_database: TestDatabase) -> AsyncIterator[Front]:
    """Run the gateway with the key the services trust, routed by the committed document."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = gateway_settings(gateway_database, url, stack.urls, FOLDER / "samspil.json")
    own = {"signing_key": SecretStr(private_key("gateway")), "follows": ["cases", "survey", "analytics"]}
    settings = settings.model_copy(update=own)
    async with (
        serving(build(settings), port),
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as http,
    ):
        yield Front(url, http, Upstream(), settings, gateway_database)


async def client_of(front: Front, tenant: UUID, *roles: str) -> dict[str, str]:
    """Register a client and return the headers with its token."""
    await front.set_up(tenant)
    client = uuid4()
    path = f"/v1/tenants/{tenant}/clients/{client}"
    await front.put(path, {"name": "Fagsystem", "roles": [*roles]})
    made = (await front.http.post(f"{path}/secrets", headers=front.operator())).json()
    form = {
        "grant_type": "client_credentials",
        "client_id": made["clientId"],
        "client_secret": made["clientSecret"],
    }
    granted = await front.http.post("/oauth2/token", data=form)
    return bearer(granted.json()["access_token"])


class TestBeforeTheServices:
    async def test_a_client_works_on_its_own_tenant_only(self, whole: Front) -> None:
        mine = await client_of(whole, uuid4(), "case-system")
        theirs = await client_of(whole, uuid4(), "case-system")
        path = f"/v1/areas/{uuid4()}"
        area = {"name": "Børn og Unge", "municipalityCode": "0766"}
        created = await whole.http.put(path, json=area, headers={**mine, "If-None-Match": "*"})
        assert created.status_code == 201, created.text
        assert created.headers["etag"] == '"1"'
        assert (await whole.http.get(path, headers=mine)).json()["name"] == "Børn og Unge"
        assert (await whole.http.get(path, headers=theirs)).status_code == 404

    async def test_roles_are_checked_behind(self, whole: Front) -> None:
        analyst = await client_of(whole, uuid4(), "analyst")
        area = {"name": "Børn og Unge", "municipalityCode": "0766"}
        headers = {**analyst, "If-None-Match": "*"}
        answer = await whole.http.put(f"/v1/areas/{uuid4()}", json=area, headers=headers)
        assert answer.status_code == 403

    async def test_an_invented_respondent_is_refused_by_the_survey(self, whole: Front) -> None:
        answer = await whole.http.get("/v1/response", headers=bearer("rt_" + "A" * 60))
        assert answer.status_code == 401

    async def test_internal_and_outer_tokens_are_not_interchangeable(
        self, whole: Front, stack: Stack
    ) -> None:
        outer = await client_of(whole, tenant := uuid4(), "case-system")
        direct = stack.bearer("cases", outer["Authorization"].removeprefix("Bearer "))
        assert (await direct.get("/v1/areas")).status_code == 401
        internal = token("cases", tenant)
        assert (await whole.http.get("/v1/areas", headers=bearer(internal))).status_code == 401

    async def test_the_page_shows_the_services_operations(self, whole: Front) -> None:
        page = await whole.http.get("/docs", headers={"Accept-Language": "en"})
        assert "/v1/response" in page.text
        assert "/internal/" not in page.text


class TestTellingOutside:
    async def test_what_happens_behind_reaches_a_receiver_that_was_down(
        self, whole: Front, gateway_database: TestDatabase
    ) -> None:
        tenant = uuid4()
        administrator = await client_of(whole, tenant, "administrator")
        async with receiving() as receiver:
            port = int(receiver.url.split(":")[2].split("/")[0])
        body = {"url": receiver.url, "description": "Fagsystem", "types": ["area.changed"]}
        path = f"/v1/webhooks/{uuid4()}"
        created = await whole.http.put(path, json=body, headers={**administrator, "If-None-Match": "*"})
        assert created.status_code == 201, created.text
        area, name = f"/v1/areas/{uuid4()}", "Børn 010190-4321"
        wanted = {"name": name, "municipalityCode": "0766"}
        await whole.http.put(area, json=wanted, headers={**administrator, "If-None-Match": "*"})
        changed = {**wanted, "name": "Børn og Unge"}
        await whole.http.put(area, json=changed, headers={**administrator, "If-Match": '"1"'})
        events = await self._told(whole, administrator, 2)
        assert [event["data"] for event in events] == [
            {"id": area.rpartition("/")[2], "version": version} for version in (1, 2)
        ]
        await self._until(whole, administrator, f"{path}/deliveries", lambda each: each["attempts"] > 0)
        async with receiving(port) as up:
            await self._hurry(gateway_database, tenant)
            await self._until(
                whole, administrator, f"{path}/deliveries", lambda each: each["state"] == "delivered"
            )
        told = up.verified(created.json()["secret"])
        assert sorted(up.ids()) == sorted(event["id"] for event in events)
        assert sorted(told, key=lambda each: str(each["data"]["version"])) == events
        assert "010190" not in str(told)

    async def _told(self, front: Front, headers: dict[str, str], count: int) -> list[dict[str, Any]]:
        """Follow the tenant's events until there are so many."""
        events: list[dict[str, Any]] = []
        cursor = ""
        while len(events) < count:
            answer = await front.http.get(f"/v1/changes?wait=20&cursor={cursor}", headers=headers)
            page = answer.json()
            events, cursor = events + page["items"], page["nextCursor"]
        return events

    async def _until(
        self, front: Front, headers: dict[str, str], path: str, holds: Callable[[dict[str, Any]], bool]
    ) -> None:
        for _ in range(600):
            items = (await front.http.get(path, headers=headers)).json()["items"]
            if items and all(holds(each) for each in items):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it does not come to that")

    async def _hurry(self, database: TestDatabase, tenant: UUID) -> None:
        """Let the next attempts be now, and not in five seconds."""
        connection = await asyncpg.connect(database.superuser)
        await connection.execute("UPDATE webhook_delivery SET next_at = now() WHERE tenant_id = $1", tenant)
        await connection.close()
