"""A token that names no tenant of ours is a tenant's by its issuer, and by a claim where that is shared."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import key_of, provider_claims, public_set, signed
from tests.services.gateway.tokens.test_authentication import claims_inside

ROLES = {"claim": "/groups", "values": {"ledere": ["leader"]}}


async def register(front: Front, iss: str, cvr: str | None, key: str = "shared") -> UUID:
    """Set a tenant up that trusts an issuer, for tokens with its number if there is one."""
    tenant = uuid4()
    await front.set_up(tenant)
    condition = None if cvr is None else {"claim": "/cvr", "value": cvr}
    body = {
        "issuer": iss,
        "audience": "samspil",
        "algorithms": ["ES256"],
        "jwks": public_set(key_of(key)),
        "mapping": {"roles": ROLES, "tenant": condition},
    }
    made = await front.put(f"/v1/tenants/{tenant}/issuers/{uuid4()}", body)
    assert made.status_code == 201, made.text
    assert made.json()["mapping"]["roles"] == ROLES
    return tenant


def nameless(iss: str, key: str = "shared", **more: Any) -> str:
    claims = {**provider_claims(uuid4(), iss=iss, groups=["ledere"]), **more}
    return signed({k: v for k, v in claims.items() if k not in {"roles", "tenant"}}, key_of(key))


async def tenant_of(front: Front, sent: str) -> str:
    """Return the tenant that a call with a token is for, or the status it is refused with."""
    answer = await front.http.get("/v1/cases", headers=bearer(sent))
    return str(claims_inside(answer.json())["tenant"] if answer.status_code == 200 else answer.status_code)


@pytest.fixture
def iss() -> str:
    return f"https://{uuid4()}.example"


class TestIssuers:
    async def test_one_tenants_issuer_needs_no_more_than_its_name(self, front: Front, iss: str) -> None:
        assert await tenant_of(front, nameless(iss + "x")) == "401"
        tenant = await register(front, iss, None)
        answer = await tenant_of(front, nameless(iss, sub="bo"))
        assert answer == str(tenant)

    async def test_a_shared_issuers_tokens_are_told_apart_by_a_claim(self, front: Front, iss: str) -> None:
        first, second = await register(front, iss, "1"), await register(front, iss, "2")
        assert [await tenant_of(front, nameless(iss, cvr=cvr)) for cvr in ("1", "2")] == [
            str(first),
            str(second),
        ]
        others: list[dict[str, Any]] = [{}, {"cvr": "3"}, {"cvr": ["1", "2"]}, {"cvr": {}}]
        for more in others:
            assert await tenant_of(front, nameless(iss, **more)) == "401"

    async def test_is_refused_where_two_could_be_meant(self, front: Front, iss: str) -> None:
        await register(front, iss, None)
        await register(front, iss, None)
        assert await tenant_of(front, nameless(iss)) == "401"

    async def test_another_tenants_key_vouches_for_nobody_here(self, front: Front, iss: str) -> None:
        await register(front, iss, "1")
        await register(front, iss, "2", key="other")
        assert await tenant_of(front, nameless(iss, "other", cvr="1")) == "401"
        assert await tenant_of(front, nameless(iss, "shared", cvr="2")) == "401"

    async def test_roles_in_our_own_words_count_for_nothing(self, front: Front, iss: str) -> None:
        await register(front, iss, None)
        claims = {**provider_claims(uuid4(), "administrator", iss=iss), "groups": ["ledere"]}
        sent = signed({k: v for k, v in claims.items() if k != "tenant"}, key_of("shared"))
        answer = await front.http.get("/v1/cases", headers=bearer(sent))
        assert claims_inside(answer.json())["roles"] == ["leader"]


class TestMapping:
    @pytest.mark.parametrize(
        "mapping",
        [
            {},
            {"roles": {"claim": "/groups", "values": {}}},
            {"roles": {"claim": "groups", "values": {"a": ["leader"]}}},
            {"roles": {"claim": "/groups", "values": {"a": ["operator"]}}},
            {"roles": {"claim": "/groups", "values": {"a": ["service"]}}},
            {"roles": {"claim": "/groups", "values": {"a": []}}},
            {"roles": {"claim": "/groups", "values": {"a": "leader"}}},
            {"roles": ROLES, "person": {"claim": "/x", "values": {"a": "nobody"}}},
            {"roles": ROLES, "units": {"claim": "/x", "values": {"a": str(uuid4())}}},
            {"roles": ROLES, "scopes": {"claim": "/scope"}},
            {"roles": ROLES, "person": {"claim": "/x", "values": {"010190-1234": str(uuid4())}}},
            {"roles": ROLES, "tenant": {"claim": "/x", "value": "0101901234"}},
        ],
    )
    async def test_refuses_tables_that_mean_nothing_here(
        self, front: Front, known_tenant: UUID, mapping: dict[str, Any]
    ) -> None:
        body = {"issuer": "https://x.example", "audience": "samspil", "algorithms": ["ES256"]}
        answer = await front.put(
            f"/v1/tenants/{known_tenant}/issuers/{uuid4()}", {**body, "mapping": mapping}
        )
        assert answer.status_code == 400

    async def test_may_be_taken_away_again(self, front: Front, iss: str) -> None:
        tenant, issuer = uuid4(), uuid4()
        await front.set_up(tenant)
        body = {"issuer": iss, "audience": "samspil", "algorithms": ["ES256"], "mapping": {"roles": ROLES}}
        path = f"/v1/tenants/{tenant}/issuers/{issuer}"
        assert (await front.put(path, {**body, "jwks": public_set(key_of("shared"))})).json()["jwks"]
        plain = await front.put(path, {**body, "mapping": None})
        assert (plain.json()["jwks"], plain.json()["mapping"], plain.json()["version"]) == (None, None, 2)
