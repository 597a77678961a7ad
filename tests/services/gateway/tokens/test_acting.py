"""A client acts for a person by that one's token, with what both may have, for minutes."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import (
    PROVIDER,
    PROVIDER_AUDIENCE,
    key_of,
    operator_token,
    own_token,
    provider_claims,
    public_set,
    signed,
    times,
)
from tests.services.gateway.tokens.test_authentication import claims_inside

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
KIND = "urn:ietf:params:oauth:token-type:"
PERSON, UNIT = uuid4(), uuid4()


class Vendor:
    """A client with a secret in a tenant that trusts a provider."""

    def __init__(self, front: Front, tenant: UUID) -> None:
        self.front, self.tenant, self.client = front, tenant, uuid4()
        self.secret = ""

    async def set_up(self) -> "Vendor":
        await self.front.set_up(self.tenant)
        issuer = {
            "issuer": PROVIDER,
            "audience": PROVIDER_AUDIENCE,
            "algorithms": ["ES256"],
            "jwks": public_set(key_of("provider")),
        }
        await self.front.put(f"/v1/tenants/{self.tenant}/issuers/{uuid4()}", issuer)
        await self.put(["leader", "analyst"])
        made = await self.front.http.post(f"{self.path}/secrets", headers=self.front.operator())
        self.secret = made.json()["clientSecret"]
        return self

    @property
    def path(self) -> str:
        return f"/v1/tenants/{self.tenant}/clients/{self.client}"

    async def put(self, roles: list[str]) -> None:
        body = {"name": "V", "roles": ["case-system"], "scopes": ["scores:live", "system:esdh"]}
        assert (await self.front.put(self.path, {**body, "actsForRoles": roles})).status_code < 300

    def person(self, *roles: str, **changes: Any) -> str:
        claims = provider_claims(self.tenant, *roles, personId=str(PERSON), unitIds=[str(UNIT)])
        return signed({**claims, "scope": "openid scores:live", **changes}, key_of("provider"))

    async def exchange(self, token: str, **more: str) -> httpx2.Response:
        form = {
            "grant_type": EXCHANGE,
            "client_id": f"{self.tenant}.{self.client}",
            "client_secret": self.secret,
            "subject_token": token,
            "subject_token_type": KIND + "access_token",
            **more,
        }
        return await self.front.http.post("/oauth2/token", data={k: v for k, v in form.items() if v})


@pytest.fixture(scope="module")
async def vendor(front: Front) -> Vendor:
    return await Vendor(front, uuid4()).set_up()


class TestExchange:
    async def test_gives_what_both_may_have(self, front: Front, vendor: Vendor) -> None:
        answer = await vendor.exchange(vendor.person("leader", "case-worker"))
        assert answer.status_code == 200, answer.text
        granted = answer.json()
        assert granted["issued_token_type"] == KIND + "access_token"
        assert (granted["scope"], granted["expires_in"]) == ("scores:live", 300)
        call = await front.http.get("/v1/cases", headers=bearer(granted["access_token"]))
        inside = claims_inside(call.json())
        assert (inside["roles"], inside["sub"]) == (["leader"], "anne")
        assert (inside["personId"], inside["unitIds"]) == (str(PERSON), [str(UNIT)])
        assert inside["act"] == {"sub": str(vendor.client)}
        assert inside["client_id"] == str(vendor.client)

    async def test_ends_with_the_persons_own_token(self, vendor: Vendor) -> None:
        answer = await vendor.exchange(vendor.person("leader", **times(100)))
        assert 90 <= answer.json()["expires_in"] <= 100

    async def test_leaves_a_trace(self, front: Front, vendor: Vendor) -> None:
        await vendor.exchange(vendor.person("leader"))
        await vendor.exchange("nonsense")
        connection = await asyncpg.connect(front.database.superuser)
        try:
            rows = await connection.fetch(
                "SELECT action FROM audit_event WHERE tenant_id = $1 AND purpose = 'token-exchange' "
                "ORDER BY id DESC LIMIT 2",
                vendor.tenant,
            )
        finally:
            await connection.close()
        assert [row["action"] for row in rows] == ["refuse-token", "issue-token"]

    async def test_narrows_to_the_scopes_asked_for(self, vendor: Vendor) -> None:
        assert (await vendor.exchange(vendor.person("leader"), scope="scores:live")).status_code == 200
        for scope in ("system:esdh", "openid"):
            refused = await vendor.exchange(vendor.person("leader"), scope=scope)
            assert refused.json()["error"] == "invalid_scope"

    async def test_is_refused_without_a_common_role(self, vendor: Vendor) -> None:
        refused = await vendor.exchange(vendor.person("case-worker"))
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")

    async def test_is_refused_to_clients_that_act_for_nobody(self, front: Front) -> None:
        other = await Vendor(front, uuid4()).set_up()
        assert (await other.exchange(other.person("leader"))).status_code == 200
        await other.put([])
        assert (await other.exchange(other.person("leader"))).json()["error"] == "invalid_grant"

    async def test_is_refused_for_another_tenants_people(self, front: Front, vendor: Vendor) -> None:
        other = await Vendor(front, uuid4()).set_up()
        assert (await vendor.exchange(other.person("leader"))).json()["error"] == "invalid_grant"

    async def test_is_refused_by_tokens_of_no_person(self, front: Front, vendor: Vendor) -> None:
        exchanged = (await vendor.exchange(vendor.person("leader"))).json()["access_token"]
        tokens = [
            exchanged,
            own_token(front.url, vendor.tenant, "leader"),
            operator_token(front.url),
            vendor.person("leader", act={"sub": "portal"}),
            vendor.person("leader", **times(-60)),
            vendor.person("operator"),
            vendor.person("leader", filler="x" * 9000),
            "rt_abc",
        ]
        for token in tokens:
            assert (await vendor.exchange(token)).json()["error"] == "invalid_grant"

    async def test_asks_for_the_clients_proof_first(self, vendor: Vendor) -> None:
        refused = await vendor.exchange(vendor.person("leader"), client_secret="wrong")
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"subject_token": ""}, "invalid_request"),
            ({"subject_token_type": ""}, "invalid_request"),
            ({"subject_token_type": KIND + "saml2"}, "invalid_request"),
            ({"requested_token_type": KIND + "refresh_token"}, "invalid_request"),
            ({"actor_token": "x"}, "invalid_request"),
            ({"audience": "cases"}, "invalid_target"),
            ({"resource": "https://x.example"}, "invalid_target"),
        ],
    )
    async def test_refuses_what_is_not_done_here(
        self, vendor: Vendor, form: dict[str, str], error: str
    ) -> None:
        assert (await vendor.exchange(vendor.person("leader"), **form)).json()["error"] == error
