"""Signed tokens inside the house: short-lived ES256, one audience, verified once a minute at most.

Refuses every other algorithm, type, audience and issuer, and a token without `iss aud exp iat sub`.
"""

import base64
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.access.principal import Principal, Role

ALGORITHM = "ES256"
MEDIA_TYPE = "at+jwt"
GATEWAY = "gateway"
LIFETIME_SECONDS = 60
_CLOCK_SKEW_SECONDS = 5
_REMEMBERED_TOKENS = 10_000


class TokenRefused(Exception):
    """The token is not one we honour; deliberately without a reason."""


class TokenSigner:
    """Signs tokens in one issuer's name.

    Parameters
    ----------
    issuer : str
        The `iss` claim, by which verifiers choose the key.
    private_jwk : str
        An EC P-256 private key as JSON Web Key, with `kid`.
    """

    def __init__(self, issuer: str, private_jwk: str) -> None:
        self._issuer = issuer
        self._key = ECKey.import_key(json.loads(private_jwk))
        self._header = {"alg": ALGORITHM, "typ": MEDIA_TYPE, "kid": self._key.kid}

    def sign(self, principal: Principal, audience: str, lifetime: int = LIFETIME_SECONDS) -> str:
        """Sign a principal's claims for one audience."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "sub": principal.subject,
            "aud": audience,
            "iat": now,
            "exp": now + lifetime,
            **claims_of(principal),
        }
        return jwt.encode(self._header, claims, self._key)


def claims_of(principal: Principal) -> dict[str, object]:
    """Write a principal as claims, without those that are empty."""
    claims: dict[str, object] = {"roles": sorted(principal.roles)}
    if principal.tenant:
        claims["tenant"] = str(principal.tenant)
    if principal.person:
        claims["personId"] = str(principal.person)
    if principal.units:
        claims["unitIds"] = sorted(map(str, principal.units))
    if principal.scopes:
        claims["scope"] = " ".join(sorted(principal.scopes))
    if principal.actor:
        claims["act"] = {"sub": principal.actor}
    if principal.program:
        claims |= {"act": {"sub": principal.program}, "client_id": principal.program}
    return claims


def principal_from(claims: Mapping[str, object], issuer: str) -> Principal:
    """Read a principal from verified claims.

    Raises
    ------
    TokenRefused
        A claim has not the type it must have.
    """
    try:
        tenant, person = claims.get("tenant"), claims.get("personId")
        actor, program = _acting(claims)
        return Principal(
            subject=str(claims["sub"]),
            issuer=issuer,
            roles=frozenset(Role(role) for role in _texts(claims.get("roles"))),
            tenant=UUID(str(tenant)) if tenant is not None else None,
            person=UUID(str(person)) if person is not None else None,
            units=frozenset(UUID(unit) for unit in _texts(claims.get("unitIds"))),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            actor=actor,
            program=program,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise TokenRefused from error


def _acting(claims: Mapping[str, object]) -> tuple[str | None, str | None]:
    """Read who acts for the subject: somebody, or the very program the token was issued to."""
    act = claims.get("act")
    if not isinstance(act, dict):
        return None, None
    acting = str(act["sub"])
    return (None, acting) if acting == claims.get("client_id") else (acting, None)


def _texts(value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise TypeError


class TokenVerifier:
    """Verifies tokens for one audience against the keys of the issuers it trusts."""

    def __init__(self, trusted_keys: Mapping[str, Mapping[str, object]], audience: str) -> None:
        self._keys = {
            issuer: KeySet([ECKey.import_key(key) for key in _keys_of(jwks)])
            for issuer, jwks in trusted_keys.items()
        }
        self._audience = audience
        self._seen: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """Return the token's principal.

        Raises
        ------
        TokenRefused
            For every reason alike.
        """
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        remembered = self._seen.get(digest)
        if remembered and remembered[0] > time.time():
            return remembered[1]
        principal, expires = self._verify(token)
        self._seen[digest] = (min(expires, time.time() + LIFETIME_SECONDS), principal)
        if len(self._seen) > _REMEMBERED_TOKENS:
            self._seen.popitem(last=False)
        return principal

    def _verify(self, token: str) -> tuple[Principal, float]:
        issuer = unverified_claim(token, "iss")
        keys = self._keys.get(issuer or "")
        if keys is None or issuer is None:
            raise TokenRefused
        claims = verified_claims(token, IssuerRules(issuer, self._audience, keys))
        principal = principal_from(claims, issuer)
        # The gateway speaks for callers, a service only for itself: neither may pose as the other.
        poses = Role.SERVICE in principal.roles if issuer == GATEWAY else principal.roles != {Role.SERVICE}
        if poses:
            raise TokenRefused
        return principal, float(claims["exp"])


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """What an issuer's tokens must be like."""

    issuer: str
    audience: str
    keys: KeySet
    algorithms: tuple[str, ...] = (ALGORITHM,)
    media_types: tuple[str | None, ...] = (MEDIA_TYPE,)


def verified_claims(token: str, rules: IssuerRules) -> dict[str, Any]:
    """Return the claims of a token that keeps an issuer's rules.

    Signature, type, times, audience, issuer and subject are checked; none of `iss aud exp iat sub` may
    be missing.

    Raises
    ------
    TokenRefused
        For every reason alike.
    """
    expected = jwt.JWTClaimsRegistry(
        leeway=_CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": rules.issuer},
        aud={"essential": True, "value": rules.audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        _require_one_reading(token)
        verified = jwt.decode(token, rules.keys, algorithms=list(rules.algorithms))
        expected.validate(verified.claims)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TokenRefused from error
    if verified.header.get("typ") not in rules.media_types or isinstance(verified.claims["exp"], bool):
        raise TokenRefused
    return verified.claims


def _require_one_reading(token: str) -> None:
    """Refuse a token that could be spelled otherwise, or says a thing twice: readers would differ on it.

    Raises
    ------
    ValueError
        It could.
    """
    for position, part in enumerate(token.split(".")):
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        if base64.urlsafe_b64encode(content).rstrip(b"=") != part.encode("ascii"):
            raise ValueError("not written as it would be")
        if position < 2:
            json.loads(content, object_pairs_hook=_each_once)


def _each_once(members: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(members)
    if len(said) != len(members):
        raise ValueError("says a thing twice")
    return said


def unverified_claim(token: str, name: str) -> str | None:
    """Peek at one claim, only to choose the key that must then verify the token."""
    value = unverified_claims(token).get(name)
    return value if isinstance(value, str) else None


def unverified_claims(token: str) -> dict[str, Any]:
    """Peek at the claims, only to choose whose keys must then verify them; none if they can't be read."""
    return _read_part(token, 1)


def unverified_key_id(token: str) -> str | None:
    """Peek at the `kid`, only to choose the key that must then verify the token."""
    value = _read_part(token, 0).get("kid")
    return value if isinstance(value, str) else None


def _read_part(token: str, position: int) -> dict[str, Any]:
    try:
        part = token.split(".")[position]
        content = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _keys_of(jwks: Mapping[str, object]) -> list[dict[str, str | list[str]]]:
    keys = jwks.get("keys")
    if not isinstance(keys, list):
        raise ValueError("a JSON Web Key Set must have a list of keys")
    return keys
