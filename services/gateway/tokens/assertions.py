"""Verifies what a client signed to prove who it is (RFC 7523): short-lived, for us, by a registered key."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.gateway.tokens.keys import import_public_keys
from shared.access.tokens import IssuerRules, TokenRefused, unverified_claims, verified_claims

LIFETIME_SECONDS = 300
_SKEW_SECONDS = 5
_LONGEST_TOKEN = 4096
_LONGEST_ID = 200
_ALGORITHMS = ("ES256", "RS256")
_MEDIA_TYPES = ("JWT", "client-authentication+jwt", None)
_ENDPOINT = "/oauth2/token"


@dataclass(frozen=True, slots=True)
class Proven:
    """An assertion that holds: its id, hashed, and until when it would."""

    digest: bytes
    until: datetime


def verified_assertion(token: str, name: str, jwks: Mapping[str, Any] | None, public_url: str) -> Proven:
    """Return what must be used once only.

    Raises
    ------
    TokenRefused
        For every reason alike.
    """
    if jwks is None or len(token) > _LONGEST_TOKEN:
        raise TokenRefused
    rules = IssuerRules(
        issuer=name,
        audience=_audience(token, public_url),
        keys=import_public_keys(jwks),
        algorithms=_ALGORITHMS,
        media_types=_MEDIA_TYPES,
    )
    claims = verified_claims(token, rules)
    used_once, expires = claims.get("jti"), float(claims["exp"])
    if claims["sub"] != name or not isinstance(used_once, str) or not 0 < len(used_once) <= _LONGEST_ID:
        raise TokenRefused
    if expires > time.time() + LIFETIME_SECONDS + _SKEW_SECONDS:
        raise TokenRefused
    digest = hashlib.sha256(used_once.encode("utf-8", "replace")).digest()
    # Kept a little longer than it is taken.
    return Proven(digest, datetime.fromtimestamp(expires + 2 * _SKEW_SECONDS, UTC))


def _audience(token: str, public_url: str) -> str:
    """Choose by which of the gateway's two names it must be addressed: itself, or its token endpoint."""
    endpoint = public_url + _ENDPOINT
    claimed = unverified_claims(token).get("aud")
    named = claimed if isinstance(claimed, list) else [claimed]
    return endpoint if endpoint in named else public_url
