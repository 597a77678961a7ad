"""The gateway before the real services: what it exchanges they accept, and nothing else gets through."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from deploy import sandbox
from deploy.local.callers import Callers
from deploy.local.front_door import FrontDoor
from deploy.local.ports import free_port
from deploy.local.postgres import ServerAddress
from deploy.local.vault import Vault
from deploy.openapi import FOLDER
from deploy.sandbox import read_sample
from services.gateway.main import build
from shared.access.principal import Role
from tests.deploy.local.dataset.small_folder import write_folder
from tests.services.gateway.conftest import Front, bearer, gateway_settings
from tests.services.gateway.outsiders import key_of, operator_token, provider_claims, signed, times
from tests.services.gateway.upstream import Upstream
from tests.services.gateway.webhooks.receiver import receiving
from tests.support.databases import TestDatabase, make_database
from tests.support.keys import private_key, token
from tests.support.services import Stack
from tests.support.serving import serving


@pytest.fixture(scope="module")
def gateway_database(postgres: ServerAddress) -> TestDatabase:
    """Give this gateway a database of its own: another's dispatcher would sign with another key."""
    return make_database(postgres, "gateway", "samspil_gateway_whole")


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

    @pytest.mark.parametrize("service", ["cases", "survey", "analytics"])
    async def test_services_take_no_word_from_outside(
        self, whole: Front, stack: Stack, service: str
    ) -> None:
        tenant = uuid4()
        path = {"cases": "/v1/areas", "survey": "/v1/rounds", "analytics": "/v1/indicators"}[service]
        client = (await client_of(whole, tenant, "analyst"))["Authorization"].removeprefix("Bearer ")
        other = {"cases": "survey"}.get(service, "cases")
        own = json.loads(private_key("gateway"))
        outside = {
            "client's": client,
            "operator's": operator_token(whole.url),
            "person's": signed(provider_claims(tenant, "analyst", aud=service), key_of("provider")),
            "another service's": token(other, tenant, Role.ANALYST),
            "in a service's name": signed(
                {"iss": service, "aud": service, "sub": "x", "roles": ["service"], **times()},
                key_of("thief"),
            ),
            "outer kind by the inner key": signed(
                {"iss": whole.url, "aud": service, "sub": "x", "tenant": str(tenant), **times()},
                ECKey.import_key(own),
            ),
        }
        for sent in outside.values():
            assert (await stack.bearer(service, sent).get(path)).status_code == 401
        headers = {
            "X-Tenant": str(tenant),
            "X-User": "ops",
            "X-Roles": "operator",
            "X-Forwarded-User": "ops",
            "X-Forwarded-For": "127.0.0.1",
            "X-Original-URL": "/internal/changes",
            "Tenant": str(tenant),
        }
        async with httpx2.AsyncClient(base_url=stack.urls[service], trust_env=False) as http:
            assert (await http.get(path, headers=headers)).status_code == 401
        inside = token(service, tenant, Role.ANALYST, Role.ADMINISTRATOR, Role.CASE_SYSTEM)
        assert (await stack.bearer(service, inside).get(path)).status_code not in {401, 403}

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


class TestSandbox:
    async def test_is_filled_with_a_sample_filled_again_and_closed(
        self, whole: Front, tmp_path: Path
    ) -> None:
        operator = dict(key_of("operators").as_dict(private=True))
        dataset, vault = read_sample(write_folder(tmp_path)), Vault(tmp_path / "sandbox.json")
        tenant = await sandbox.fill(whole.url, operator, vault, dataset)
        assert await sandbox.fill(whole.url, operator, vault, dataset) == tenant
        seen = await whole.http.get(f"/v1/tenants/{tenant}", headers=whole.operator())
        assert (seen.json()["sandbox"], seen.json()["state"]) == (True, "open")
        callers, door = Callers(whole.url, tenant, vault, sandbox=True), FrontDoor(whole.url)
        try:
            cases = await door.get(await callers.client_token(door, "case-system"), "/v1/cases")
        finally:
            await door.close()
        assert len(cases["items"]) == len(dataset.cases)
        assert await sandbox.close(whole.url, operator, vault) == tenant
        seen = await whole.http.get(f"/v1/tenants/{tenant}", headers=whole.operator())
        assert seen.json()["state"] == "closed"

    async def test_closes_no_tenant_of_real_people(self, whole: Front, tmp_path: Path) -> None:
        operator = dict(key_of("operators").as_dict(private=True))
        await whole.set_up(tenant := uuid4())
        vault = Vault(tmp_path / "sandbox.json")
        with pytest.raises(sandbox.SandboxRefusedError):
            await sandbox.close(whole.url, operator, vault)
        vault.keep("tenant", str(tenant))
        with pytest.raises(sandbox.SandboxRefusedError):
            await sandbox.close(whole.url, operator, vault)
        seen = await whole.http.get(f"/v1/tenants/{tenant}", headers=whole.operator())
        assert seen.json()["state"] == "open"
