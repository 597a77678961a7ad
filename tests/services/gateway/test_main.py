"""The gateway before the real services: what it exchanges they accept, and nothing else gets through."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from deploy import sandbox
from deploy.local.callers import Callers
from deploy.local.front_door import FrontDoor
from deploy.local.ports import free_port
from deploy.local.vault import Vault
from deploy.openapi import FOLDER
from deploy.sandbox import read_sample
from services.gateway.main import build
from shared.access.principal import Role
from tests.deploy.local.dataset.small_folder import write_folder
from tests.services.gateway.conftest import Front, bearer, gateway_settings
from tests.services.gateway.outsiders import key_of, operator_token, provider_claims, signed, times
from tests.services.gateway.upstream import Upstream
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
    settings = settings.model_copy(update={"signing_key": SecretStr(private_key("gateway"))})
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
