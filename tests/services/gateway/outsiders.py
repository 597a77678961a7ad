"""Keys and tokens of those outside: operators, clients of the gateway, and tenants' own providers."""

import json
import time
from functools import cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared.access.tokens import MEDIA_TYPE
from tests.support.keys import private_key

PROVIDER = "https://login.kommune.example"
PROVIDER_AUDIENCE = "samspil"


@cache
def key_of(owner: str) -> ECKey:
    """Return somebody's EC key, the same for the whole run."""
    return ECKey.import_key(json.loads(private_key(owner)))


@cache
def rsa_key_of(owner: str) -> RSAKey:
    """Return somebody's RSA key."""
    return RSAKey.generate_key(2048, parameters={"kid": f"{owner}-rsa"})


def public_set(*keys: ECKey | RSAKey) -> dict[str, Any]:
    """Return keys as a public JSON Web Key Set."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def signed(claims: dict[str, Any], key: ECKey | RSAKey, header: dict[str, Any] | None = None) -> str:
    """Sign claims; a header given replaces the usual one's members, and None removes one."""
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    whole = {"alg": algorithm, "typ": MEDIA_TYPE, "kid": key.kid, **(header or {})}
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, claims, key, algorithms=["ES256", "RS256"], default_type=None)


def times(lifetime: int = 600, since: int = 0) -> dict[str, int]:
    """Return `iat` and `exp`."""
    now = int(time.time())
    return {"iat": now - since, "exp": now - since + lifetime}


def operator_token(public_url: str, **changes: Any) -> str:
    """Return a token of those who run the installation."""
    claims = {"iss": "operator", "aud": public_url, "sub": "ops", "roles": ["operator"], **times()}
    return signed({**claims, **changes}, key_of("operators"))


def own_token(public_url: str, tenant: UUID, *roles: str, **changes: Any) -> str:
    """Return a token as the gateway's own token endpoint makes them."""
    claims = {
        "iss": public_url,
        "aud": public_url,
        "sub": "client",
        "tenant": str(tenant),
        "roles": [*roles],
    }
    return signed({**claims, **times(), **changes}, key_of("gateway-own"))


def provider_claims(tenant: UUID, *roles: str, **changes: Any) -> dict[str, Any]:
    """Return the claims of a tenant's own provider."""
    return {
        "iss": PROVIDER,
        "aud": PROVIDER_AUDIENCE,
        "sub": "anne",
        "tenant": str(tenant),
        "roles": [*roles],
        **times(),
        **changes,
    }
