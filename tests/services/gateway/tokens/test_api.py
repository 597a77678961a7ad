"""Clients get tokens for a secret, two of which work at once; everybody else gets RFC 6749's refusals."""

import base64
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from services.gateway.tokens.keys import import_public_keys
from shared.access.tokens import IssuerRules, verified_claims
from tests.services.gateway.conftest import Front, bearer

CLIENT = {
    "name": "Fagsystem",
    "roles": ["case-system", "analyst"],
    "scopes": ["cases:write", "scores:read"],
}

_ID = UUID("9d6b7e0c-5c4e-4f0a-8a51-0d9f4d1c2b3a")


async def make_client(front: Front, tenant: UUID) -> str:
    client = uuid4()
    await front.put(f"/v1/tenants/{tenant}/clients/{client}", CLIENT)
    return f"{tenant}.{client}"


async def make_secret(front: Front, name: str) -> str:
    tenant, _, client = name.partition(".")
    made = await front.http.post(f"/v1/tenants/{tenant}/clients/{client}/secrets", headers=front.operator())
    secret: str = made.json()["clientSecret"]
    return secret


async def ask(front: Front, name: str, secret: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret, **more}
    return await front.http.post("/oauth2/token", data=form)


async def audited(front: Front, tenant: UUID) -> list[str]:
    connection = await asyncpg.connect(front.database.superuser)
    try:
        rows = await connection.fetch(
            "SELECT action FROM audit_event WHERE tenant_id = $1 AND purpose = 'client-credentials' "
            "ORDER BY id",
            tenant,
        )
    finally:
        await connection.close()
    return [row["action"] for row in rows]


class TestIssueToken:
    async def test_grants_what_the_client_has(self, front: Front, known_tenant: UUID) -> None:
        name = await make_client(front, known_tenant)
        answer = await ask(front, name, await make_secret(front, name))
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        granted = answer.json()
        assert {**granted, "access_token": ""} == {
            "access_token": "",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "cases:write scores:read",
        }
        keys = import_public_keys((await front.http.get("/.well-known/jwks.json")).json())
        claims = verified_claims(granted["access_token"], IssuerRules(front.url, front.url, keys))
        assert claims["sub"] == name.partition(".")[2]
        assert claims["tenant"] == str(known_tenant)
        assert claims["roles"] == ["analyst", "case-system"]
        assert claims["exp"] - claims["iat"] == 3600
        called = await front.http.get("/v1/cases", headers=bearer(granted["access_token"]))
        assert called.status_code == 200
        assert await audited(front, known_tenant) == ["issue-token"]

    async def test_takes_http_basic(self, front: Front, known_tenant: UUID) -> None:
        name = await make_client(front, known_tenant)
        secret = await make_secret(front, name)
        pair = base64.b64encode(f"{quote(name)}:{quote(secret)}".encode()).decode()
        answer = await front.http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {pair}"},
        )
        assert answer.status_code == 200, answer.text

    async def test_narrows_to_the_scopes_asked_for(self, front: Front, known_tenant: UUID) -> None:
        name = await make_client(front, known_tenant)
        secret = await make_secret(front, name)
        assert (await ask(front, name, secret, scope="scores:read")).json()["scope"] == "scores:read"
        refused = await ask(front, name, secret, scope="scores:read everything")
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")

    async def test_two_secrets_work_at_once_and_a_third_ends_the_first(
        self, front: Front, known_tenant: UUID
    ) -> None:
        name = await make_client(front, known_tenant)
        secrets = [await make_secret(front, name) for _ in range(2)]
        assert [(await ask(front, name, each)).status_code for each in secrets] == [200, 200]
        secrets.append(await make_secret(front, name))
        assert [(await ask(front, name, each)).status_code for each in secrets] == [401, 200, 200]

    async def test_refusals_are_audited_and_committed(self, front: Front, known_tenant: UUID) -> None:
        name = await make_client(front, known_tenant)
        await make_secret(front, name)
        assert (await ask(front, name, "wrong")).status_code == 401
        assert (await ask(front, f"{known_tenant}.{uuid4()}", "wrong")).status_code == 401
        assert await audited(front, known_tenant) == ["refuse-token", "refuse-token"]

    async def test_a_tenant_not_set_up_gets_no_audit(self, front: Front) -> None:
        nobody = uuid4()
        assert (await ask(front, f"{nobody}.{uuid4()}", "wrong")).status_code == 401
        assert await audited(front, nobody) == []

    async def test_a_client_without_secrets_gets_nothing(self, front: Front, known_tenant: UUID) -> None:
        assert (await ask(front, await make_client(front, known_tenant), "x")).status_code == 401

    async def test_a_secret_is_good_for_its_own_client_only(self, front: Front, known_tenant: UUID) -> None:
        first, second = [await make_client(front, known_tenant) for _ in range(2)]
        assert (await ask(front, second, await make_secret(front, first))).status_code == 401

    @pytest.mark.parametrize(
        "name",
        ["", "x", ".", "a.b", f"{_ID}", f"{_ID}.{_ID}.{_ID}", f"{{{_ID}}}.{_ID}"],
    )
    async def test_refuses_malformed_names(self, front: Front, name: str) -> None:
        answer = await ask(front, name, "x")
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")

    @pytest.mark.parametrize(
        ("content", "kind", "error"),
        [
            ("", "application/x-www-form-urlencoded", "invalid_request"),
            ("grant_type=password", "application/x-www-form-urlencoded", "unsupported_grant_type"),
            ("grant_type=client_credentials", "application/json", "invalid_request"),
            ('{"grant_type": "client_credentials"}', "application/json", "invalid_request"),
            ("grant_type=a&grant_type=b", "application/x-www-form-urlencoded", "invalid_request"),
            ("grant_type=%ff", "application/x-www-form-urlencoded", "invalid_request"),
            (
                "&".join(f"a{n}=1" for n in range(50)),
                "application/x-www-form-urlencoded",
                "invalid_request",
            ),
        ],
    )
    async def test_refuses_malformed_requests(
        self, front: Front, content: str, kind: str, error: str
    ) -> None:
        answer = await front.http.post("/oauth2/token", content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]) == (400, error)

    async def test_refuses_two_ways_of_naming_the_client(self, front: Front) -> None:
        pair = base64.b64encode(b"a:b").decode()
        answer = await front.http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"},
            headers={"Authorization": f"Basic {pair}"},
        )
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    @pytest.mark.parametrize("authorization", ["Basic", "Basic !!!", "Bearer x", "Basic eA=="])
    async def test_refuses_malformed_basic(self, front: Front, authorization: str) -> None:
        answer = await front.http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": authorization},
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    async def test_refuses_a_secret_in_the_query(self, front: Front) -> None:
        assert (await front.http.post("/oauth2/token?client_secret=x")).status_code == 400


class TestListSigningKeys:
    async def test_shows_no_private_half(self, front: Front) -> None:
        keys = (await front.http.get("/.well-known/jwks.json")).json()["keys"]
        assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]
