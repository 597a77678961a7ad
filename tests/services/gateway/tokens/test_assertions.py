"""A client proves who it is by a signature: short-lived, for us, by its registered key, and once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc.jwk import ECKey

from tests.services.gateway.conftest import Front, bearer
from tests.services.gateway.outsiders import key_of, public_set, rsa_key_of, signed, times

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
async def client(front: Front) -> str:
    """Set a client up that has two keys and no secret; give its public name."""
    tenant, client = uuid4(), uuid4()
    await front.set_up(tenant)
    body = {
        "name": "Fagsystem",
        "roles": ["case-system"],
        "scopes": ["system:esdh"],
        "jwks": public_set(key_of("vendor"), rsa_key_of("vendor")),
    }
    made = await front.put(f"/v1/tenants/{tenant}/clients/{client}", body)
    assert (made.status_code, len(made.json()["jwks"]["keys"])) == (201, 2), made.text
    return f"{tenant}.{client}"


def claims(front: Front, name: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "iss": name,
        "sub": name,
        "aud": f"{front.url}/oauth2/token",
        "jti": str(uuid4()),
        **times(200),
    }
    return {key: value for key, value in {**usual, **changes}.items() if value is not ...}


def asserted(content: dict[str, Any], owner: str = "vendor", header: dict[str, Any] | None = None) -> str:
    return signed(content, key_of(owner), {"typ": "JWT", **(header or {})})


async def ask(front: Front, assertion: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "client_credentials", "client_assertion_type": KIND, **more}
    form = {**form, "client_assertion": assertion}
    return await front.http.post("/oauth2/token", data={k: v for k, v in form.items() if v})


class TestAssertion:
    @pytest.mark.parametrize("key", [key_of("vendor"), rsa_key_of("vendor")], ids=["ES256", "RS256"])
    @pytest.mark.parametrize("kind", ["JWT", None, "client-authentication+jwt"])
    async def test_proves_who_asks(self, front: Front, client: str, key: ECKey, kind: str | None) -> None:
        answer = await ask(front, signed(claims(front, client), key, {"typ": kind}), client_id=client)
        assert answer.status_code == 200, answer.text
        assert answer.json()["scope"] == "system:esdh"
        called = await front.http.get("/v1/cases", headers=bearer(answer.json()["access_token"]))
        assert called.status_code == 200

    @pytest.mark.parametrize("suffix", ["", "/oauth2/token"])
    async def test_names_the_gateway_or_its_endpoint(self, front: Front, client: str, suffix: str) -> None:
        for audience in (front.url + suffix, [front.url + suffix]):
            assertion = asserted(claims(front, client, aud=audience))
            assert (await ask(front, assertion)).status_code == 200

    async def test_is_taken_once_however_it_is_spelled(self, front: Front, client: str) -> None:
        wanted = claims(front, client)
        first = asserted(wanted)
        assert (await ask(front, first)).status_code == 200
        for again in (first, asserted(wanted), other_half(first)):
            refused = await ask(front, again)
            assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")

    async def test_is_used_up_by_a_refused_request(self, front: Front, client: str) -> None:
        assertion = asserted(claims(front, client))
        assert (await ask(front, assertion, scope="everything")).status_code == 400
        assert (await ask(front, assertion)).status_code == 401

    async def test_two_clients_may_use_the_same_id(self, front: Front, client: str) -> None:
        tenant, other = client.partition(".")[0], uuid4()
        body = {"name": "B", "roles": ["analyst"], "jwks": public_set(key_of("vendor"))}
        await front.put(f"/v1/tenants/{tenant}/clients/{other}", body)
        for name in (client, f"{tenant}.{other}"):
            assertion = asserted(claims(front, name, jti="same"))
            assert (await ask(front, assertion)).status_code == 200


def other_half(token: str) -> str:
    """Turn an ECDSA signature into the other one that is as good: (r, n - s)."""

    content, _, signature = token.rpartition(".")
    raw = urlsafe_b64decode(signature + "==")
    r, s = raw[:32], ORDER - int.from_bytes(raw[32:])
    return f"{content}.{urlsafe_b64encode(r + s.to_bytes(32)).decode().rstrip('=')}"


WRONG: dict[str, dict[str, Any]] = {
    "other iss": {"iss": "somebody"},
    "no iss": {"iss": ...},
    "no sub": {"sub": ...},
    "other aud": {"aud": "https://elsewhere.example"},
    "aud a service": {"aud": "cases"},
    "no aud": {"aud": ...},
    "no jti": {"jti": ...},
    "jti empty": {"jti": ""},
    "jti a number": {"jti": 5},
    "jti long": {"jti": "x" * 201},
    "no exp": {"exp": ...},
    "expired": times(-10),
    "too long": times(400),
    "an hour": times(3600),
    "not yet": {"nbf": times(3600)["exp"]},
    "no iat": {"iat": ...},
    "huge": {"filler": "x" * 5000},
}


class TestWrongAssertions:
    @pytest.mark.parametrize("name", WRONG)
    async def test_are_401(self, front: Front, client: str, name: str) -> None:
        refused = await ask(front, asserted(claims(front, client, **WRONG[name])))
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize(
        ("owner", "header"),
        [
            ("thief", {}),
            ("thief", {"kid": key_of("vendor").kid}),
            ("thief", {"kid": key_of("vendor").kid, "jwk": key_of("thief").as_dict(private=False)}),
            ("vendor", {"kid": "../../dev/null"}),
            ("vendor", {"typ": "at+jwt"}),
            ("gateway-own", {}),
        ],
    )
    async def test_by_other_keys_and_of_other_kinds_are_401(
        self, front: Front, client: str, owner: str, header: dict[str, Any]
    ) -> None:
        refused = await ask(front, asserted(claims(front, client), owner, header))
        assert refused.status_code == 401

    async def test_a_client_with_a_secret_only_has_no_assertions(
        self, front: Front, known_tenant: UUID
    ) -> None:
        name = f"{known_tenant}.{uuid4()}"
        await front.put(
            f"/v1/tenants/{known_tenant}/clients/{name[37:]}", {"name": "S", "roles": ["analyst"]}
        )
        assert (await ask(front, asserted(claims(front, name)))).status_code == 401

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"client_secret": "x"}, 400),
            ({"client_assertion_type": "x"}, 400),
            ({"client_assertion_type": ""}, 400),
            ({"client_id": f"{uuid4()}.{uuid4()}"}, 401),
        ],
    )
    async def test_beside_something_else_are_refused(
        self, front: Front, client: str, form: dict[str, str], status: int
    ) -> None:
        refused = await ask(front, asserted(claims(front, client)), **form)
        assert refused.status_code == status
