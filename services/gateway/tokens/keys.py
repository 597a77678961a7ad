"""Public keys that signatures are checked with; refuses private, symmetric, short and nameless ones."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_SHORTEST_RSA_BITS = 2048


def import_public_keys(jwks: Mapping[str, Any]) -> KeySet:
    """Read a JSON Web Key Set.

    Raises
    ------
    ValueError
        A key is not a public EC P-256 or RSA key with a `kid` of its own.
    """
    documents = jwks.get("keys")
    if not isinstance(documents, list):
        raise ValueError("a JSON Web Key Set has a list of keys")
    keys: list[Key] = [_import_public_key(document) for document in documents]
    if len({key.kid for key in keys}) != len(keys):
        raise ValueError("each key must have a kid of its own")
    return KeySet(keys)


def _import_public_key(document: object) -> ECKey | RSAKey:
    if not isinstance(document, dict) or not PRIVATE_MEMBERS.isdisjoint(document):
        raise ValueError("must be a public key")
    try:
        key = _import_by_type(document)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError("must be a public EC P-256 key or an RSA key of 2048 bits or more") from error
    if not key.kid:
        raise ValueError("each key must have a kid")
    return key


def _import_by_type(document: dict[str, Any]) -> ECKey | RSAKey:
    if document.get("kty") == "EC":
        curve = ECKey.import_key(document)
        if curve.curve_name != "P-256":
            raise ValueError("curve")
        return curve
    if document.get("kty") != "RSA" or _bits(document.get("n")) < _SHORTEST_RSA_BITS:
        raise ValueError("type or size")
    return RSAKey.import_key(document)


def _bits(modulus: object) -> int:
    """Estimate an RSA key's size without importing it: the library only warns of short ones."""
    return len(modulus) * 6 if isinstance(modulus, str) else 0


def public_jwks(private_jwk: str) -> dict[str, Any]:
    """Return the public half of a signing key as a JSON Web Key Set."""
    key = ECKey.import_key(json.loads(private_jwk))
    return {"keys": [key.as_dict(private=False, use="sig", alg="ES256")]}
