"""Good tokens of each issuer pass and are exchanged; every forged one is 401, whatever is wrong with it."""

import base64
import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.forgeries import (
    FORGED,
    OTHER,
    Forge,
    by_hand,
    own,
    own_header,
    provider,
    truly_sign,
    twice,
)
from tests.services.gateway.outsiders import (
    PROVIDER,
    PROVIDER_AUDIENCE,
    key_of,
    own_token,
    provider_claims,
    public_set,
    rsa_key_of,
    signed,
)

ISSUER = {
    "issuer": PROVIDER,
    "audience": PROVIDER_AUDIENCE,
    "algorithms": ["ES256"],
    "jwks": public_set(key_of("provider")),
}


@pytest.fixture(scope="module")
async def tenant(front: Front) -> UUID:
    """Set up a tenant that trusts a provider for ES256 only, and another that trusts another one."""
    tenant, other = uuid4(), OTHER
    for each, key in ((tenant, "provider"), (other, "other-provider")):
        await front.set_up(each)
        issuer = {**ISSUER, "jwks": public_set(key_of(key))}
        created = await front.put(f"/v1/tenants/{each}/issuers/{uuid4()}", issuer)
        assert created.status_code == 201, created.text
    return tenant


class TestAuthenticate:
    @pytest.mark.parametrize("kind", ["at+jwt", "JWT"])
    async def test_takes_a_providers_token(self, front: Front, tenant: UUID, kind: str) -> None:
        person = uuid4()
        token = signed(
            provider_claims(tenant, "leader", personId=str(person), act={"sub": "portal"}),
            key_of("provider"),
            {"typ": kind},
        )
        answer = await front.http.get("/v1/cases", headers=bearer(token))
        assert answer.status_code == 200
        inside = claims_inside(answer.json())
        assert inside["personId"] == str(person)
        assert inside["act"] == {"sub": "portal"}
        assert (inside["iss"], inside["tenant"]) == ("gateway", str(tenant))

    async def test_takes_rs256_where_the_issuer_lists_it(self, front: Front, known_tenant: UUID) -> None:
        issuer = {**ISSUER, "algorithms": ["RS256"], "jwks": public_set(rsa_key_of("provider"))}
        await front.put(f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", issuer)
        token = signed(provider_claims(known_tenant, "analyst"), rsa_key_of("provider"))
        assert (await front.http.get("/v1/cases", headers=bearer(token))).status_code == 200

    async def test_takes_an_audience_among_others(self, front: Front, tenant: UUID) -> None:
        token = signed(provider_claims(tenant, aud=["portal", PROVIDER_AUDIENCE]), key_of("provider"))
        assert (await front.http.get("/v1/cases", headers=bearer(token))).status_code == 200

    async def test_passes_operators_on_as_operators(self, front: Front) -> None:
        answer = await front.http.get("/v1/cases", headers=front.operator())
        assert claims_inside(answer.json())["roles"] == ["operator"]

    async def test_a_remembered_token_ends_when_it_says(self, front: Front) -> None:
        token = own_token(front.url, uuid4(), "analyst", exp=int(time.time()) - 3)
        answers = [await front.http.get("/v1/cases", headers=bearer(token)) for _ in range(2)]
        # Within the allowed difference of clocks, so it is taken; but never out of memory.
        assert [answer.status_code for answer in answers] == [200, 200]
        old = own_token(front.url, uuid4(), "analyst", exp=int(time.time()) - 6)
        assert (await front.http.get("/v1/cases", headers=bearer(old))).status_code == 401


def claims_inside(call: dict[str, Any]) -> dict[str, Any]:
    """Read the claims of the internal token that the stub was sent."""
    [authorization] = [value for name, value in call["headers"] if name == "authorization"]
    part = authorization.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


class TestForgedTokens:
    def test_are_many(self) -> None:
        assert len(FORGED) > 100

    @pytest.mark.parametrize("name", FORGED)
    async def test_are_401(self, front: Front, tenant: UUID, name: str) -> None:
        seen = len(front.upstream.calls)
        forged = FORGED[name](front.url, tenant)
        answer = await front.http.get("/v1/cases", headers=bearer(forged))
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert len(front.upstream.calls) == seen

    @pytest.mark.parametrize(
        "forge",
        [
            own(),
            provider(),
            own_header(typ="at+jwt"),
            by_hand({"alg": "ES256"}, truly_sign),
            twice(1, b"x", b"x"),
        ],
    )
    async def test_differ_from_good_ones_only_in_what_is_forged(
        self, front: Front, tenant: UUID, forge: Forge
    ) -> None:
        answer = await front.http.get("/v1/cases", headers=bearer(forge(front.url, tenant)))
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "authorization",
        ["", "Bearer", "Basic eA==", "bearer", "Token x", "Bearer a b", "Bearer  x"],
    )
    async def test_malformed_headers_are_401(self, front: Front, authorization: str) -> None:
        answer = await front.http.get("/v1/cases", headers={"Authorization": authorization})
        assert answer.status_code == 401

    async def test_no_header_and_two_headers_are_401(self, front: Front, tenant: UUID) -> None:
        good = f"Bearer {own_token(front.url, tenant, 'analyst')}"
        assert (await front.http.get("/v1/cases")).status_code == 401
        twice = [("Authorization", good), ("Authorization", good)]
        assert (await front.http.get("/v1/cases", headers=twice)).status_code == 401
        assert (await front.http.get("/v1/cases", headers={"Authorization": good})).status_code == 200
