"""Strict checks of a token from outside: signature, algorithm, type, issuer, audience, times, subject.

Refuses whatever lacks one of `iss aud exp iat sub`, and says the same for every reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.access.tokens import ALGORITHM, MEDIA_TYPE, TokenRefused

_CLOCK_SKEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """What an issuer's tokens must be like."""

    issuer: str
    audience: str
    keys: KeySet
    algorithms: Collection[str] = (ALGORITHM,)
    media_types: Collection[str] = (MEDIA_TYPE,)


def verify_claims(token: str, rules: IssuerRules) -> dict[str, Any]:
    """Return the claims of a token that keeps an issuer's rules.

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
        verified = jwt.decode(token, rules.keys, algorithms=list(rules.algorithms))
        if verified.header.get("typ") not in rules.media_types:
            raise TokenRefused
        expected.validate(verified.claims)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TokenRefused from error
    return verified.claims
