"""Operators set up tenants, issuers and clients; nobody else does, and no tenant sees another's."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import (
    PROVIDER,
    PROVIDER_AUDIENCE,
    key_of,
    operator_token,
    public_set,
    rsa_key_of,
    signed,
)

CLIENT = {"name": "Fagsystem", "roles": ["case-system"], "scopes": ["cases:write"]}
ISSUER = {
    "issuer": PROVIDER,
    "audience": PROVIDER_AUDIENCE,
    "algorithms": ["RS256", "ES256"],
    "jwks": public_set(key_of("provider"), rsa_key_of("provider")),
}


EVERY_ROW = (
    "SELECT tenant_id FROM tenant",
    "SELECT tenant_id FROM issuer",
    "SELECT tenant_id FROM client",
    "SELECT tenant_id FROM audit_event",
)


class TestPutTenant:
    async def test_creates_reads_and_changes(self, front: Front) -> None:
        tenant = uuid4()
        await front.set_up(tenant)
        read = await front.http.get(f"/v1/tenants/{tenant}", headers=front.operator())
        assert read.json() == {
            "name": "Kommune",
            "sandbox": False,
            "id": str(tenant),
            "version": 1,
            "state": "open",
            "closedAt": None,
        }
        assert read.headers["etag"] == '"1"'
        changed = await front.put(f"/v1/tenants/{tenant}", {"name": "Ny Kommune"})
        assert (changed.status_code, changed.json()["version"]) == (200, 2)

    async def test_says_428_without_precondition(self, front: Front) -> None:
        answer = await front.http.put(
            f"/v1/tenants/{uuid4()}", json={"name": "K"}, headers=front.operator()
        )
        assert answer.status_code == 428

    async def test_refuses_everybody_but_operators(self, front: Front, known_tenant: UUID) -> None:
        path = f"/v1/tenants/{known_tenant}"
        assert (await front.http.get(path)).status_code == 401
        administrator = front.caller(known_tenant, "administrator")
        assert (await front.http.get(path, headers=administrator)).status_code == 403
        assert (await front.http.get(path, headers=bearer("rt_abc"))).status_code == 401

    @pytest.mark.parametrize(
        "changes",
        [
            {"roles": ["administrator"]},
            {"roles": ["operator", "administrator"]},
            {"roles": []},
            {"tenant": str(uuid4())},
            {"aud": "somebody-else"},
            {"iss": "gateway"},
            {"exp": 1},
        ],
    )
    async def test_refuses_operator_tokens_that_claim_something_else(
        self, front: Front, changes: dict[str, object]
    ) -> None:
        headers = bearer(operator_token(front.url, **changes))
        assert (await front.http.get(f"/v1/tenants/{uuid4()}", headers=headers)).status_code == 401

    async def test_refuses_an_operator_token_signed_by_another_key(self, front: Front) -> None:
        claims = {"iss": "operator", "aud": front.url, "sub": "x", "roles": ["operator"]}
        forged = signed({**claims, "iat": 1, "exp": 2**32}, key_of("somebody"))
        assert (await front.http.get(f"/v1/tenants/{uuid4()}", headers=bearer(forged))).status_code == 401


class TestPutIssuer:
    async def test_registers_and_lists(self, front: Front, known_tenant: UUID) -> None:
        issuer = uuid4()
        path = f"/v1/tenants/{known_tenant}/issuers/{issuer}"
        created = await front.put(path, ISSUER)
        assert created.status_code == 201, created.text
        assert created.json()["algorithms"] == ["ES256", "RS256"]
        assert (await front.put(path, ISSUER)).json()["version"] == 1
        listed = await front.http.get(f"/v1/tenants/{known_tenant}/issuers", headers=front.operator())
        assert [each["id"] for each in listed.json()["items"]] == [str(issuer)]
        read = await front.http.get(path, headers=front.operator())
        assert read.json()["jwks"] == created.json()["jwks"]

    async def test_refuses_the_same_iss_twice(self, front: Front, known_tenant: UUID) -> None:
        await front.put(f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", ISSUER)
        again = await front.put(f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", ISSUER)
        assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "known-issuer")

    async def test_refuses_the_gateways_own_name(self, front: Front, known_tenant: UUID) -> None:
        for name in (front.url, front.url + "/"):
            answer = await front.put(
                f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", {**ISSUER, "issuer": name}
            )
            assert answer.status_code == 422

    async def test_says_404_for_a_tenant_not_set_up(self, front: Front) -> None:
        assert (await front.put(f"/v1/tenants/{uuid4()}/issuers/{uuid4()}", ISSUER)).status_code == 404

    @pytest.mark.parametrize(
        "change",
        [
            {"algorithms": ["HS256"]},
            {"algorithms": ["none"]},
            {"algorithms": []},
            {"issuer": "operator"},
            {"jwks": {"keys": []}},
            {"jwks": {"keys": [key_of("provider").as_dict(private=True)]}},
            {"jwks": {"keys": [{"kty": "oct", "kid": "x", "k": "c2VjcmV0"}]}},
            {"jwks": {"keys": [{"kty": "EC", "kid": "x", "crv": "P-256", "x": "AA", "y": "AA"}]}},
            {"jwks": {"keys": [{"kty": "RSA", "kid": "x", "n": "AQAB", "e": "AQAB"}]}},
            {"jwks": {"keys": public_set(key_of("provider"))["keys"] * 2}},
        ],
    )
    async def test_refuses_keys_and_algorithms_that_prove_nothing(
        self, front: Front, known_tenant: UUID, change: dict[str, object]
    ) -> None:
        answer = await front.put(f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", {**ISSUER, **change})
        assert answer.status_code == 400
        assert "secret" not in answer.text


class TestPutClient:
    async def test_creates_and_shows_no_secret(self, front: Front, known_tenant: UUID) -> None:
        client = uuid4()
        path = f"/v1/tenants/{known_tenant}/clients/{client}"
        created = await front.put(path, CLIENT)
        assert created.status_code == 201, created.text
        assert created.json()["clientId"] == f"{known_tenant}.{client}"
        secret = (await front.http.post(f"{path}/secrets", headers=front.operator())).json()["clientSecret"]
        read = await front.http.get(path, headers=front.operator())
        assert (read.json()["activeSecrets"], read.json()["version"]) == (1, 2)
        assert secret not in read.text
        listed = await front.http.get(f"/v1/tenants/{known_tenant}/clients", headers=front.operator())
        assert listed.json()["items"] == [read.json()]

    @pytest.mark.parametrize("role", ["service", "operator", "king"])
    async def test_refuses_roles_no_client_may_have(
        self, front: Front, known_tenant: UUID, role: str
    ) -> None:
        answer = await front.put(
            f"/v1/tenants/{known_tenant}/clients/{uuid4()}", {**CLIENT, "roles": [role]}
        )
        assert answer.status_code == 400

    async def test_secrets_of_an_unknown_client_are_404(self, front: Front, known_tenant: UUID) -> None:
        path = f"/v1/tenants/{known_tenant}/clients/{uuid4()}/secrets"
        assert (await front.http.post(path, headers=front.operator())).status_code == 404

    async def test_a_secret_needs_no_body_and_is_not_cached(self, front: Front, known_tenant: UUID) -> None:
        path = f"/v1/tenants/{known_tenant}/clients/{uuid4()}"
        await front.put(path, CLIENT)
        made = await front.http.post(f"{path}/secrets", headers=front.operator())
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
        assert len(made.json()["clientSecret"]) == 43


class TestTenantsApart:
    async def test_another_tenants_client_is_404(self, front: Front, known_tenant: UUID) -> None:
        other, client = uuid4(), uuid4()
        await front.set_up(other)
        await front.put(f"/v1/tenants/{known_tenant}/clients/{client}", CLIENT)
        path = f"/v1/tenants/{other}/clients/{client}"
        assert (await front.http.get(path, headers=front.operator())).status_code == 404

    async def test_row_level_security_holds_without_any_filter(
        self, front: Front, known_tenant: UUID
    ) -> None:
        other = uuid4()
        await front.set_up(other)
        for tenant in (known_tenant, other):
            await front.put(f"/v1/tenants/{tenant}/clients/{uuid4()}", CLIENT)
            await front.put(f"/v1/tenants/{tenant}/issuers/{uuid4()}", ISSUER)
        connection = await asyncpg.connect(front.database.app)
        try:
            for question in EVERY_ROW:
                assert await connection.fetch(question) == []
                async with connection.transaction():
                    await connection.execute(f"SET LOCAL app.tenant = '{known_tenant}'")
                    seen = await connection.fetch(question)
                assert {row["tenant_id"] for row in seen} == {known_tenant}
            async with connection.transaction():
                await connection.execute(f"SET LOCAL app.tenant = '{known_tenant}'")
                rename = "UPDATE client SET name = 'x' WHERE tenant_id = $1"
                assert await connection.execute(rename, other) == "UPDATE 0"
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute("DELETE FROM tenant")
        finally:
            await connection.close()

    async def test_without_row_level_security_the_same_query_would_show_both(
        self, front: Front, known_tenant: UUID
    ) -> None:
        await front.put(f"/v1/tenants/{known_tenant}/clients/{uuid4()}", CLIENT)
        other = uuid4()
        await front.set_up(other)
        await front.put(f"/v1/tenants/{other}/clients/{uuid4()}", CLIENT)
        connection = await asyncpg.connect(front.database.superuser)
        try:
            seen = await connection.fetch("SELECT DISTINCT tenant_id FROM client")
            assert {known_tenant, other} <= {row["tenant_id"] for row in seen}
        finally:
            await connection.close()
