"""Tokens: the one kind that is honoured, and everything else that is not."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.access import tokens
from shared.access.principal import Principal, Role
from shared.access.tokens import TokenRefused, TokenVerifier, claims_of, principal_from, unverified_claim
from tests.shared.conftest import Notes
from tests.shared.notes import SERVICE
from tests.support.keys import private_key, service_token, signer, token, trusted_keys

TENANT = UUID(int=7)
GATEWAY_KEY = ECKey.import_key(json.loads(private_key("gateway")))
SURVEY_KEY = ECKey.import_key(json.loads(private_key("survey")))
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": GATEWAY_KEY.kid}


def verifier() -> TokenVerifier:
    """Make a verifier that has seen nothing yet."""
    return TokenVerifier(trusted_keys(), SERVICE)


def claims(**changed: Any) -> dict[str, Any]:
    """Return a caller's claims, some of them changed or, with None, left out."""
    now = int(time.time())
    usual = {
        "iss": "gateway",
        "sub": "anna",
        "aud": SERVICE,
        "iat": now,
        "exp": now + 60,
        "roles": ["case-worker"],
        "tenant": str(TENANT),
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def signed(payload: dict[str, Any], key: Any = GATEWAY_KEY, **header: Any) -> str:
    """Sign claims in whatever way a header says."""
    head = {name: value for name, value in {**HEADER, **header}.items() if value is not None}
    return jwt.encode(head, payload, key, algorithms=[head["alg"]])


def part(value: object) -> str:
    """Write one part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(payload: dict[str, Any], **header: Any) -> str:
    """Write a token without a signature."""
    return f"{part({**HEADER, **header})}.{part(payload)}."


def tampered(payload: dict[str, Any]) -> str:
    """Put other claims under a good signature."""
    head, _, signature = signed(claims()).split(".")
    return f"{head}.{part(payload)}.{signature}"


def by_hand(payload: dict[str, Any], sign: Callable[[bytes], bytes], **header: Any) -> str:
    """Sign without the library, which would refuse to."""
    signing_input = f"{part({**HEADER, **header})}.{part(payload)}"
    return f"{signing_input}.{part(sign(signing_input.encode()))}"


def with_public_key(signing_input: bytes) -> bytes:
    """Sign as HS256 would, with what everybody knows: the gateway's public key."""
    return hmac.digest(GATEWAY_KEY.as_pem(private=False), signing_input, hashlib.sha256)


def with_private_key(signing_input: bytes) -> bytes:
    """Sign as the gateway does."""
    key = GATEWAY_KEY.get_op_key("sign")
    r, s = decode_dss_signature(key.sign(signing_input, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


HOUR = 3600
OTHER = ECKey.generate_key("P-256", auto_kid=True)
RSA = RSAKey.generate_key(2048, auto_kid=True)

FORGED: dict[str, Callable[[], str]] = {
    "other audience": lambda: signed(claims(aud="cases")),
    "other audiences": lambda: signed(claims(aud=["cases", "survey"])),
    "audience as prefix": lambda: signed(claims(aud=SERVICE + "x")),
    "audience in capitals": lambda: signed(claims(aud=SERVICE.upper())),
    "no audience": lambda: signed(claims(aud=None)),
    "empty audience": lambda: signed(claims(aud="")),
    "audience of a wrong type": lambda: signed(claims(aud={"notes": True})),
    "unknown issuer": lambda: signed(claims(iss="mallory")),
    "no issuer": lambda: signed(claims(iss=None)),
    "list of issuers": lambda: signed(claims(iss=["gateway"])),
    "another service's key": lambda: signed(claims(), SURVEY_KEY, kid=SURVEY_KEY.kid),
    "another service's key under the right name": lambda: signed(claims(), SURVEY_KEY),
    "unknown key": lambda: signed(claims(), OTHER, kid=OTHER.kid),
    "unknown key under the right name": lambda: signed(claims(), OTHER),
    "key brought along": lambda: signed(claims(), OTHER, jwk=OTHER.as_dict(private=False)),
    "no subject": lambda: signed(claims(sub=None)),
    "empty subject": lambda: signed(claims(sub="")),
    "subject of a wrong type": lambda: signed(claims(sub=5)),
    "no expiry": lambda: signed(claims(exp=None)),
    "expired": lambda: signed(claims(exp=int(time.time()) - 10, iat=int(time.time()) - 70)),
    "expired long ago": lambda: signed(claims(exp=1)),
    "expiry as text": lambda: signed(claims(exp=str(int(time.time()) + 60))),
    "expiry as boolean": lambda: signed(claims(exp=True)),
    "expiry as list": lambda: signed(claims(exp=[int(time.time()) + 60])),
    "endless": lambda: signed({**claims(), "exp": float("inf")}),
    "not a number": lambda: signed({**claims(), "exp": float("nan")}),
    "no time of issue": lambda: signed(claims(iat=None)),
    "issued in the future": lambda: signed(
        claims(iat=int(time.time()) + HOUR, exp=int(time.time()) + 2 * HOUR)
    ),
    "not valid yet": lambda: signed(claims(nbf=int(time.time()) + HOUR)),
    "type JWT": lambda: signed(claims(), typ="JWT"),
    "no type": lambda: signed(claims(), typ=None),
    "type of a respondent": lambda: signed(claims(), typ="respondent+jwt"),
    "no algorithm": lambda: unsigned(claims(), alg="none"),
    "no algorithm, capitals": lambda: unsigned(claims(), alg="None"),
    "no signature": lambda: unsigned(claims()),
    "HS256 with the public key": lambda: by_hand(claims(), with_public_key, alg="HS256"),
    "HS256 with nothing": lambda: signed(claims(), OctKey.import_key(b"x" * 32), alg="HS256"),
    "RS256": lambda: signed(claims(), RSA, alg="RS256"),
    "ES384": lambda: signed(claims(), ECKey.generate_key("P-384"), alg="ES384"),
    "unknown critical header": lambda: by_hand(claims(), with_private_key, crit=["x"], x=1),
    "roles tampered with": lambda: tampered(claims(roles=["operator"])),
    "tenant tampered with": lambda: tampered(claims(tenant=str(uuid4()))),
    "signature cut": lambda: signed(claims())[:-4],
    "signature of zeros": lambda: signed(claims()).rpartition(".")[0] + "." + part(bytes(64)),
    "service role from the gateway": lambda: signed(claims(roles=["service"])),
    "service role among others": lambda: signed(claims(roles=["case-worker", "service"])),
    "caller's role from a service": lambda: signed(
        claims(iss="survey", roles=["case-worker"]), SURVEY_KEY, kid=SURVEY_KEY.kid
    ),
    "service that is more": lambda: signed(
        claims(iss="survey", roles=["service", "administrator"]), SURVEY_KEY, kid=SURVEY_KEY.kid
    ),
    "service without role": lambda: signed(
        claims(iss="survey", roles=None), SURVEY_KEY, kid=SURVEY_KEY.kid
    ),
    "service in another's name": lambda: signed(
        claims(iss="analytics", roles=["service"]), SURVEY_KEY, kid=SURVEY_KEY.kid
    ),
    "unknown role": lambda: signed(claims(roles=["king"])),
    "roles as text": lambda: signed(claims(roles="case-worker")),
    "roles of a wrong type": lambda: signed(claims(roles=[1])),
    "tenant not a UUID": lambda: signed(claims(tenant="all")),
    "tenant of a wrong type": lambda: signed(claims(tenant=["x"])),
    "person not a UUID": lambda: signed(claims(personId="anna")),
    "units as text": lambda: signed(claims(unitIds=str(TENANT))),
    "units not UUIDs": lambda: signed(claims(unitIds=["x"])),
    "actor without subject": lambda: signed(claims(act={"name": "x"})),
    "empty": lambda: "",
    "dots": lambda: "..",
    "one part": lambda: "abc",
    "five parts": lambda: "a.b.c.d.e",
    "not base64": lambda: "ä.ö.ü",
    "claims are a list": lambda: f"{part(HEADER)}.{part([1])}.{part(bytes(64))}",
    "claims are no JSON": lambda: f"{part(HEADER)}.{part(b'{')}.{part(bytes(64))}",
    "claims very deep": lambda: f"{part(HEADER)}.{part(b'[' * 100_000)}.{part(bytes(64))}",
    "header very deep": lambda: f"{part(b'[' * 100_000)}.{part(claims())}.{part(bytes(64))}",
    "claims with a huge number": lambda: f"{part(HEADER)}.{part(b'1' * 5000)}.{part(bytes(64))}",
    "NUL": lambda: "\x00" * 50,
    "lone surrogate": lambda: "\ud800.\ud800.\ud800",
    "very long": lambda: "a" * 1_000_000,
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_tokens_are_refused(name: str) -> None:
    with pytest.raises(TokenRefused):
        verifier().verify(FORGED[name]())


@pytest.mark.parametrize("name", sorted(FORGED))
async def test_they_are_all_answered_alike(notes: Notes, name: str) -> None:
    forged = FORGED[name]()
    try:
        header = f"Bearer {forged}".encode("latin-1")
    except UnicodeEncodeError:
        header = f"Bearer {forged}".encode("utf-8", "surrogatepass")
    if len(header) > 50_000 or not header.strip(b"Bearer ") or b"\x00" in header:
        header = b"Bearer x"  # no such header can be sent
    answer = await notes.http.get("/v1/notes", headers={b"Authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert {**answer.json(), "traceId": ""} == {
        "type": "urn:samspil:problem:unauthenticated",
        "title": "Et gyldigt token mangler.",
        "status": 401,
        "detail": "Et gyldigt token mangler.",
        "code": "unauthenticated",
        "traceId": "",
    }


class TestHonoured:
    """The control: what differs from the forged ones only in being right."""

    def test_a_callers_token(self) -> None:
        person, unit = uuid4(), uuid4()
        payload = claims(
            personId=str(person), unitIds=[str(unit)], scope="b a", act={"sub": "clerk"}, aud=[SERVICE]
        )
        assert verifier().verify(signed(payload)) == Principal(
            subject="anna",
            issuer="gateway",
            roles=frozenset({Role.CASE_WORKER}),
            tenant=TENANT,
            person=person,
            units=frozenset({unit}),
            scopes=frozenset({"a", "b"}),
            actor="clerk",
        )

    def test_one_made_by_hand(self) -> None:
        assert verifier().verify(by_hand(claims(), with_private_key)).subject == "anna"

    def test_a_services_token(self) -> None:
        principal = verifier().verify(service_token(SERVICE, "survey", TENANT))
        assert principal == Principal("survey", "survey", frozenset({Role.SERVICE}), TENANT)

    def test_a_clock_a_little_late(self) -> None:
        late = int(time.time()) - 2
        assert verifier().verify(signed(claims(iat=late - 60, exp=late))).subject == "anna"

    def test_any_of_an_issuers_keys(self) -> None:
        first, second = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
        jwks: dict[str, object] = {"keys": [key.as_dict(private=False) for key in (first, second)]}
        rotating = TokenVerifier({"gateway": jwks}, SERVICE)
        for key in (first, second):
            assert rotating.verify(signed(claims(), key, kid=key.kid)).tenant == TENANT

    @pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": "x"}])
    def test_keys_must_be_a_set(self, jwks: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="list of keys"):
            TokenVerifier({"gateway": jwks}, SERVICE)


class TestRemembering:
    """A token is verified once, and forgotten when it expires."""

    def test_it_is_verified_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        verified: list[str] = []
        verify = tokens.verified_claims

        def count(text: str, *args: Any, **options: Any) -> dict[str, Any]:
            verified.append(text)
            return verify(text, *args, **options)

        monkeypatch.setattr(tokens, "verified_claims", count)
        one, text = verifier(), token(SERVICE, TENANT, Role.CASE_WORKER)
        assert one.verify(text) == one.verify(text)
        assert verified == [text]

    def test_it_expires(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, text = verifier(), token(SERVICE, TENANT, Role.CASE_WORKER)
        one.verify(text)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 120)
        with pytest.raises(TokenRefused):
            one.verify(text)

    def test_only_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "_REMEMBERED_TOKENS", 3)
        one = verifier()
        for number in range(6):
            one.verify(signed(claims(sub=f"s{number}")))
        assert len(one._seen) == 3

    def test_refusals_are_not_remembered(self) -> None:
        one = verifier()
        with pytest.raises(TokenRefused):
            one.verify(signed(claims(aud="cases")))
        assert not one._seen


ROLES = st.frozensets(st.sampled_from(sorted(set(Role) - {Role.SERVICE})))
WORDS = st.from_regex(r"\A[a-z]{1,8}:[a-z]{1,8}\Z")
PRINCIPALS = st.builds(
    Principal,
    subject=st.text(min_size=1),
    issuer=st.just("gateway"),
    roles=ROLES,
    tenant=st.none() | st.uuids(),
    person=st.none() | st.uuids(),
    units=st.frozensets(st.uuids(), max_size=4),
    scopes=st.frozensets(WORDS, max_size=4),
    actor=st.none() | st.text(min_size=1),
)


@given(PRINCIPALS)
def test_claims_say_what_the_principal_is(principal: Principal) -> None:
    assert principal_from({**claims_of(principal), "sub": principal.subject}, "gateway") == principal


@given(st.text() | st.binary().map(lambda raw: f"x.{part(raw)}.x"))
def test_peeking_never_fails(text: str) -> None:
    assert unverified_claim(text, "iss") is None or isinstance(unverified_claim(text, "iss"), str)


def test_a_token_lives_for_a_minute() -> None:
    text = signer("gateway").sign(Principal("s", "gateway", frozenset()), SERVICE)
    payload = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    assert payload["exp"] - payload["iat"] == 60
    assert secrets.compare_digest(payload["aud"], SERVICE)
