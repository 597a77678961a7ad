"""Tokens that must not be honoured: forged by hand, by thieves, by other tenants; and what makes them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from tests.services.gateway.outsiders import (
    key_of,
    operator_token,
    own_token,
    provider_claims,
    rsa_key_of,
    signed,
    times,
)

Forge = Callable[[str, UUID], str]
OTHER = uuid4()
"""A tenant that trusts a provider of the same name with another key."""


def own(**changes: Any) -> Forge:
    """Forge a token of the gateway's own issuer, signed with its real key."""

    def forge(url: str, tenant: UUID) -> str:
        claims = {
            "iss": url,
            "aud": url,
            "sub": "x",
            "tenant": str(tenant),
            "roles": ["analyst"],
            **times(),
        }
        changed = {**claims, **changes}
        return signed({k: v for k, v in changed.items() if v is not ...}, key_of("gateway-own"))

    return forge


def own_header(**header: Any) -> Forge:
    """Forge a token with a real signature and another header."""

    def forge(url: str, tenant: UUID) -> str:
        claims = {
            "iss": url,
            "aud": url,
            "sub": "x",
            "tenant": str(tenant),
            "roles": ["analyst"],
            **times(),
        }
        return signed(claims, key_of("gateway-own"), header)

    return forge


def provider(**changes: Any) -> Forge:
    """Forge a token of the tenant's provider, signed with its real key."""

    def forge(_url: str, tenant: UUID) -> str:
        claims = {**provider_claims(tenant, "analyst"), **changes}
        return signed({k: v for k, v in claims.items() if v is not ...}, key_of("provider"))

    return forge


def by_hand(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> Forge:
    """Forge a token no library would make."""

    def forge(url: str, tenant: UUID) -> str:
        claims = {
            "iss": url,
            "aud": url,
            "sub": "x",
            "tenant": str(tenant),
            "roles": ["analyst"],
            **times(),
        }
        whole = {"typ": "at+jwt", "kid": key_of("gateway-own").kid, **header}
        content = b".".join(_encode(json.dumps(part).encode()) for part in (whole, claims))
        return (content + b"." + _encode(sign(content))).decode()

    return forge


def _encode(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def _hmac_with(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda content: hmac.digest(secret, content, hashlib.sha256)


def _nothing(_content: bytes) -> bytes:
    return b""


def truly_sign(content: bytes) -> bytes:
    """Sign with the gateway's real key."""
    return JWSRegistry.algorithms["ES256"].sign(content, key_of("gateway-own"))


def changed(change: Callable[[str], str]) -> Forge:
    """Forge by changing a good token."""
    return lambda url, tenant: change(own_token(url, tenant, "analyst"))


def foreign_tenant(_url: str, _tenant: UUID) -> str:
    return signed(provider_claims(OTHER, "analyst"), key_of("provider"))


def foreign_key(_url: str, tenant: UUID) -> str:
    return signed(provider_claims(tenant, "analyst"), key_of("other-provider"))


def _resigned(token: str) -> str:
    return token.rpartition(".")[0] + "." + own_token("http://x", uuid4()).rpartition(".")[2]


def _claims_replaced(token: str) -> str:
    header, _, signature = token.split(".")
    claims = _encode(json.dumps({"iss": "x", "roles": ["administrator"]}).encode()).decode()
    return f"{header}.{claims}.{signature}"


def thief(**header: Any) -> Forge:
    """Forge with a key of one's own, and a header that says where it may be found."""

    def forge(url: str, tenant: UUID) -> str:
        whole = {"kid": key_of("gateway-own").kid, **header}
        return signed(own_claims(url, tenant), key_of("thief"), whole)

    return forge


def own_claims(url: str, tenant: UUID) -> dict[str, Any]:
    return {"iss": url, "aud": url, "sub": "x", "tenant": str(tenant), "roles": ["analyst"], **times()}


def other_algorithm(algorithm: str, key: Any, url: str, tenant: UUID) -> str:
    header = {"alg": algorithm, "typ": "at+jwt", "kid": key_of("gateway-own").kid}
    return jwt.encode(header, own_claims(url, tenant), key, algorithms=[algorithm])


def twice(position: int, said: bytes, instead: bytes) -> Forge:
    """Sign truly what says a thing twice; joined by hand, as no library would."""

    def forge(url: str, tenant: UUID) -> str:
        header = {"alg": "ES256", "typ": "at+jwt", "kid": key_of("gateway-own").kid}
        parts = [json.dumps(each).encode() for each in (header, own_claims(url, tenant))]
        assert said in parts[position]
        parts[position] = parts[position].replace(said, instead, 1)
        content = b".".join(map(_encode, parts))
        return (content + b"." + _encode(truly_sign(content))).decode()

    return forge


def respelled(token: str) -> str:
    """Change bits of the last character that decoding throws away."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) | 1]


_PEM = key_of("gateway-own").as_pem(private=False)
_NOW = int(time.time())

BROUGHT_ALONG: dict[str, dict[str, Any]] = {
    "jku": {"jku": "http://127.0.0.1:1/jwks.json"},
    "x5u": {"x5u": "https://thief.example/chain.pem"},
    "x5c": {"x5c": ["MIIB"]},
    "x5t": {"x5t": "AAAA", "x5t#S256": "AAAA"},
    "kid of the operators": {"kid": key_of("operators").kid},
    "kid a table": {"kid": "x' UNION SELECT 'k"},
    "kid an address": {"kid": "http://thief.example/key"},
    "kid empty": {"kid": ""},
    "no kid": {"kid": None},
}

FORGED: dict[str, Forge] = {
    "alg none": by_hand({"alg": "none"}, _nothing),
    "alg None": by_hand({"alg": "None"}, _nothing),
    "alg missing": by_hand({}, _nothing),
    "alg null": by_hand({"alg": None}, _nothing),
    "alg list": by_hand({"alg": ["ES256"]}, _nothing),
    "alg unknown": by_hand({"alg": "XX256"}, _nothing),
    "hs256 with public pem": by_hand({"alg": "HS256"}, _hmac_with(_PEM)),
    "hs256 with public jwk": by_hand(
        {"alg": "HS256"}, _hmac_with(json.dumps(key_of("gateway-own").as_dict(private=False)).encode())
    ),
    "hs256 with nothing": by_hand({"alg": "HS256"}, _hmac_with(b"")),
    "hs512 with public pem": by_hand({"alg": "HS512"}, _hmac_with(_PEM)),
    "es256 zero signature": by_hand({"alg": "ES256"}, lambda _content: bytes(64)),
    "es256 empty signature": by_hand({"alg": "ES256"}, _nothing),
    "es256 short signature": by_hand({"alg": "ES256"}, lambda _content: b"\x01" * 63),
    "own jwk in header": by_hand(
        {"alg": "ES256", "jwk": key_of("thief").as_dict(private=False)}, lambda _content: b"\x01" * 64
    ),
    "signed by thief with own jwk": lambda url, tenant: signed(
        {"iss": url, "aud": url, "sub": "x", "tenant": str(tenant), "roles": [], **times()},
        key_of("thief"),
        {"kid": key_of("gateway-own").kid, "jwk": key_of("thief").as_dict(private=False)},
    ),
    **{f"signed by thief with {name}": thief(**header) for name, header in BROUGHT_ALONG.items()},
    "another curve": lambda url, tenant: other_algorithm("ES384", ECKey.generate_key("P-384"), url, tenant),
    "another curve's name": by_hand({"alg": "ES256K"}, truly_sign),
    "edwards curve": by_hand({"alg": "EdDSA"}, lambda _content: b"\x01" * 64),
    "rs256 for own": lambda url, tenant: other_algorithm("RS256", rsa_key_of("provider"), url, tenant),
    "ps256 for own": lambda url, tenant: other_algorithm("PS256", rsa_key_of("provider"), url, tenant),
    "claims said twice": twice(1, b'"roles": ["analyst"]', b'"roles": ["x"], "roles": ["analyst"]'),
    "tenant said twice": twice(1, b'"aud"', b'"tenant": "x", "aud"'),
    "header said twice": twice(0, b'"alg"', b'"alg": "none", "alg"'),
    "signature spelled otherwise": changed(respelled),
    "kid unknown": own_header(kid="nobody"),
    "kid a path": own_header(kid="../../dev/null"),
    "kid a number": by_hand({"alg": "ES256", "kid": 7}, truly_sign),
    "jku": own_header(jku="http://127.0.0.1:1/jwks.json", kid="x"),
    "crit unknown": by_hand({"alg": "ES256", "crit": ["exp"], "exp": 1}, truly_sign),
    "crit without its header": by_hand({"alg": "ES256", "crit": ["exp"]}, truly_sign),
    "b64 false": by_hand({"alg": "ES256", "b64": False, "crit": ["b64"]}, truly_sign),
    "typ JWT for own": own_header(typ="JWT"),
    "typ missing": own_header(typ=None),
    "typ id token": own_header(typ="id+jwt"),
    "typ logout": own_header(typ="logout+jwt"),
    "typ upper case": own_header(typ="AT+JWT"),
    "no iss": own(iss=...),
    "no aud": own(aud=...),
    "no exp": own(exp=...),
    "no iat": own(iat=...),
    "no sub": own(sub=...),
    "empty sub": own(sub=""),
    "sub a list": own(sub=["x"]),
    "sub null": own(sub=None),
    "iss internal": own(iss="gateway"),
    "iss a service": own(iss="survey"),
    "iss operator": own(iss="operator"),
    "iss with slash": lambda url, tenant: own(iss=url + "/")(url, tenant),
    "iss a list": lambda url, tenant: own(iss=[url])(url, tenant),
    "aud a service": own(aud="cases"),
    "aud another": own(aud="http://other"),
    "aud empty": own(aud=""),
    "aud empty list": own(aud=[]),
    "aud an object": own(aud={"a": 1}),
    "expired": own(exp=_NOW - 60),
    "expired long ago": own(exp=1),
    "exp text": own(exp="9999999999"),
    "exp true": own(exp=True),
    "exp null": own(exp=None),
    "exp negative": own(exp=-1),
    "iat future": own(iat=_NOW + 3600, exp=_NOW + 7200),
    "iat text": own(iat="now"),
    "iat true": own(iat=True),
    "nbf future": own(nbf=_NOW + 3600),
    "nbf text": own(nbf="soon"),
    "role service": own(roles=["service"]),
    "role operator": own(roles=["operator"]),
    "role service among others": own(roles=["analyst", "service"]),
    "role unknown": own(roles=["king"]),
    "roles text": own(roles="analyst"),
    "roles object": own(roles={"analyst": True}),
    "roles of numbers": own(roles=[1]),
    "no tenant": own(tenant=...),
    "tenant null": own(tenant=None),
    "tenant not a uuid": own(tenant="all"),
    "tenant a list": own(tenant=[str(OTHER)]),
    "person not a uuid": own(personId="me"),
    "units not uuids": own(unitIds=["all"]),
    "act without sub": own(act={}),
    "tampered first character": changed(lambda token: "A" + token[1:]),
    "tampered claims": changed(_claims_replaced),
    "another token's signature": changed(_resigned),
    "cut short": changed(lambda token: token[:-10]),
    "no signature": changed(lambda token: token.rpartition(".")[0] + "."),
    "two parts": changed(lambda token: token.rpartition(".")[0]),
    "four parts": changed(lambda token: token + ".x"),
    "five parts": changed(lambda token: token + ".x.y"),
    "padded": changed(lambda token: token + "=="),
    "blank inside": changed(lambda token: token[:20] + " " + token[20:]),
    "too long": own(filler="x" * 9000),
    "garbage": lambda _url, _tenant: "garbage",
    "dots": lambda _url, _tenant: "..",
    "empty object": lambda _url, _tenant: "e30.e30.e30",
    "claims a list": lambda _url, _tenant: "e30.W10.e30",
    "deep nesting": lambda _url, _tenant: "e30." + _encode(b"[" * 3000).decode() + ".e30",
    "json web encryption": lambda _url, _tenant: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AA.AA.AA",
    "provider: other tenant": foreign_tenant,
    "provider: other tenant's key": foreign_key,
    "provider: tenant unknown": provider(tenant=str(uuid4())),
    "provider: no tenant": provider(tenant=...),
    "provider: iss unknown": provider(iss="https://login.elsewhere.example"),
    "provider: aud unknown": provider(aud="portal"),
    "provider: role service": provider(roles=["service"]),
    "provider: role operator": provider(roles=["operator"]),
    "provider: expired": provider(exp=_NOW - 60),
    "provider: no iat": provider(iat=...),
    "provider: rs256 not listed": lambda _url, tenant: signed(
        provider_claims(tenant), rsa_key_of("provider")
    ),
    "operator key as own issuer": lambda url, tenant: signed(
        {"iss": url, "aud": url, "sub": "x", "tenant": str(tenant), "roles": ["analyst"], **times()},
        key_of("operators"),
    ),
    "operator with a tenant": lambda url, tenant: operator_token(url, tenant=str(tenant)),
    "operator as service": lambda url, _tenant: operator_token(url, roles=["service"]),
    "internal token": lambda _url, tenant: signed(
        {"iss": "gateway", "aud": "cases", "sub": "x", "tenant": str(tenant), "roles": [], **times()},
        key_of("gateway-own"),
    ),
    "respondent": lambda _url, _tenant: "rt_AAAAAAAAAAAAAAAAAAAAAA",
}
