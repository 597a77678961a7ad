"""Tenants, clients and issuers are closed, and whoever they let in is refused, on every replica."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from deploy.local.ports import free_port
from services.gateway.main import build
from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import (
    PROVIDER,
    PROVIDER_AUDIENCE,
    key_of,
    own_token,
    provider_claims,
    public_set,
    signed,
)
from tests.support.serving import serving

CLIENT = {"name": "Fagsystem", "roles": ["case-system"], "scopes": []}
ISSUER = {
    "issuer": PROVIDER,
    "audience": PROVIDER_AUDIENCE,
    "algorithms": ["ES256"],
    "jwks": public_set(key_of("provider")),
}


@asynccontextmanager
async def replica(front: Front) -> AsyncIterator[str]:
    """Run a second gateway on the same database, under the same name."""
    async with serving(build(front.settings), free_port()) as url:
        yield url


async def refused(front: Front, token: str, url: str = "") -> int:
    """Call until the token is refused, for some seconds; return the last status."""
    for _ in range(400):
        answer = await front.http.get(f"{url}/v1/cases", headers=bearer(token))
        if answer.status_code != 200:
            return answer.status_code
        await asyncio.sleep(0.02)
    return 200


async def honoured(front: Front, token: str) -> bool:
    """Call until the token is honoured, for some seconds: that an issuer is unknown is remembered, too."""
    for _ in range(400):
        if await works(front, token):
            return True
        await asyncio.sleep(0.02)
    return False


async def works(front: Front, token: str, url: str = "") -> bool:
    """Tell whether a token is honoured; from then on it is remembered."""
    return (await front.http.get(f"{url}/v1/cases", headers=bearer(token))).status_code == 200


async def delete(front: Front, path: str) -> httpx2.Response:
    return await front.http.delete(path, headers=front.operator())


async def close(front: Front, tenant: UUID) -> httpx2.Response:
    return await front.http.put(f"/v1/tenants/{tenant}/closure", json={}, headers=front.operator())


async def actions(front: Front, tenant: UUID) -> list[str]:
    connection = await asyncpg.connect(front.database.superuser)
    try:
        rows = await connection.fetch(
            "SELECT action FROM audit_event WHERE tenant_id = $1 AND action LIKE 'close%' ORDER BY id",
            tenant,
        )
    finally:
        await connection.close()
    return [row["action"] for row in rows]


class TestCloseTenant:
    async def test_refuses_its_tokens_on_every_replica_and_nobody_elses(
        self, front: Front, known_tenant: UUID
    ) -> None:
        other = uuid4()
        await front.set_up(other)
        await front.put(f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", ISSUER)
        own = own_token(front.url, known_tenant, "analyst")
        persons = signed(provider_claims(known_tenant, "leader"), key_of("provider"))
        elsewhere = own_token(front.url, other, "analyst")
        async with replica(front) as second:
            for url in ("", second):
                assert all([await works(front, token, url) for token in (own, persons, elsewhere)])
            closed = await close(front, known_tenant)
            assert (closed.status_code, closed.json()["state"]) == (200, "closed")
            for url in ("", second):
                assert [await refused(front, token, url) for token in (own, persons)] == [401, 401]
                assert await works(front, elsewhere, url)

    async def test_ends_its_clients_and_issuers_and_is_seen(self, front: Front, known_tenant: UUID) -> None:
        paths = [f"/v1/tenants/{known_tenant}/{kind}/{uuid4()}" for kind in ("clients", "issuers")]
        for path, body in zip(paths, (CLIENT, ISSUER), strict=True):
            assert (await front.put(path, body)).status_code == 201
        made = await front.http.post(f"{paths[0]}/secrets", headers=front.operator())
        form = {"grant_type": "client_credentials", "client_id": made.json()["clientId"]}
        form["client_secret"] = made.json()["clientSecret"]
        assert (await front.http.post("/oauth2/token", data=form)).status_code == 200
        first, again = await close(front, known_tenant), await close(front, known_tenant)
        assert first.json() == again.json()
        assert first.json()["closedAt"] is not None
        assert (await front.http.post("/oauth2/token", data=form)).status_code == 401
        assert [(await front.http.get(path, headers=front.operator())).status_code for path in paths] == [
            404,
            404,
        ]
        seen = await front.http.get(f"/v1/tenants/{known_tenant}", headers=front.operator())
        assert (seen.json()["state"], seen.json()["version"]) == ("closed", 2)
        assert await actions(front, known_tenant) == ["close-tenant"]

    async def test_ends_what_pulls_its_events(self, front: Front, known_tenant: UUID) -> None:
        other = uuid4()
        await front.set_up(other)
        waiting, others = [
            asyncio.create_task(
                front.http.get(f"/v1/changes?wait={seconds}", headers=front.caller(tenant, "administrator"))
            )
            for tenant, seconds in ((known_tenant, 20), (other, 1))
        ]
        await asyncio.sleep(0.2)  # whichever came first, it is refused
        await close(front, known_tenant)
        assert (await waiting).status_code == 401
        assert (await others).status_code == 200
        again = await front.http.get("/v1/changes", headers=front.caller(known_tenant, "administrator"))
        assert again.status_code == 401

    async def test_is_for_good(self, front: Front, known_tenant: UUID) -> None:
        await close(front, known_tenant)
        bodies = {
            "": {"name": "Ny"},
            f"/clients/{uuid4()}": CLIENT,
            f"/issuers/{uuid4()}": ISSUER,
        }
        for path, body in bodies.items():
            answer = await front.put(f"/v1/tenants/{known_tenant}{path}", body)
            assert (answer.status_code, answer.json()["code"]) == (409, "tenant-closed")

    async def test_is_for_operators_and_for_tenants_there_are(
        self, front: Front, known_tenant: UUID
    ) -> None:
        path = f"/v1/tenants/{known_tenant}/closure"
        headers = front.caller(known_tenant, "administrator")
        assert (await front.http.put(path, json={}, headers=headers)).status_code == 403
        assert (await close(front, uuid4())).status_code == 404
        assert await works(front, own_token(front.url, known_tenant, "analyst"))


async def test_the_installation_is_no_tenant(front: Front) -> None:
    nobody = UUID(int=0)
    refused = await front.put(f"/v1/tenants/{nobody}", {"name": "Ingen"})
    assert (refused.status_code, refused.json()["code"]) == (422, "reserved-tenant")
    assert (await front.put(f"/v1/tenants/{nobody}/clients/{uuid4()}", CLIENT)).status_code == 404
    assert (await front.put(f"/v1/tenants/{UUID(int=1)}", {"name": "En"})).status_code in {200, 201}


class TestCloseClient:
    async def test_refuses_its_tokens_and_no_other_clients(self, front: Front, known_tenant: UUID) -> None:
        client, other = uuid4(), uuid4()
        for each in (client, other):
            await front.put(f"/v1/tenants/{known_tenant}/clients/{each}", CLIENT)
        mine, others = [
            own_token(front.url, known_tenant, "analyst", sub=str(each)) for each in (client, other)
        ]
        acting = own_token(
            front.url, known_tenant, "analyst", sub="anne", act={"sub": str(client)}, client_id=str(client)
        )
        assert all([await works(front, token) for token in (mine, acting, others)])
        path = f"/v1/tenants/{known_tenant}/clients/{client}"
        assert [(await delete(front, path)).status_code for _ in range(2)] == [204, 204]
        assert [await refused(front, token) for token in (mine, acting)] == [401, 401]
        assert await works(front, others)
        assert (await front.put(path, CLIENT)).json()["code"] == "client-closed"
        assert await actions(front, known_tenant) == ["close-client"]

    async def test_says_404_for_one_there_never_was(self, front: Front, known_tenant: UUID) -> None:
        assert (await delete(front, f"/v1/tenants/{known_tenant}/clients/{uuid4()}")).status_code == 404


class TestCloseIssuer:
    async def test_refuses_its_tokens_until_it_is_registered_again(
        self, front: Front, known_tenant: UUID
    ) -> None:
        path = f"/v1/tenants/{known_tenant}/issuers/{uuid4()}"
        await front.put(path, ISSUER)
        token = signed(provider_claims(known_tenant, "leader"), key_of("provider"))
        assert await works(front, token)
        assert [(await delete(front, path)).status_code for _ in range(2)] == [204, 404]
        assert await refused(front, token) == 401
        await front.put(path, ISSUER)
        assert await honoured(front, token)


class TestSandbox:
    @pytest.mark.parametrize("sandbox", [True, False])
    async def test_is_settled_when_the_tenant_is_created(self, front: Front, sandbox: bool) -> None:
        path = f"/v1/tenants/{uuid4()}"
        created = await front.put(path, {"name": "Prøvekommune", "sandbox": sandbox})
        assert (created.status_code, created.json()["sandbox"]) == (201, sandbox)
        turned = await front.put(path, {"name": "Prøvekommune", "sandbox": not sandbox})
        assert (turned.status_code, turned.json()["errors"][0]["code"]) == (422, "sandbox-for-good")
