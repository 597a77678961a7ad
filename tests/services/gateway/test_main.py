"""The gateway before the real services: what it exchanges they accept, and nothing else gets through."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest
from pydantic import SecretStr

from deploy.local.ports import free_port
from deploy.openapi import FOLDER
from services.gateway.main import build
from tests.services.gateway.conftest import Front, bearer, gateway_settings
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

    async def test_the_page_shows_the_services_operations(self, whole: Front) -> None:
        page = await whole.http.get("/docs", headers={"Accept-Language": "en"})
        assert "/v1/response" in page.text
        assert "/internal/" not in page.text
