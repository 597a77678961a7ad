"""Signing keys of the house's issuers, made anew for each test run, and callers they vouch for."""

import json
import secrets
from functools import cache
from uuid import UUID

from joserfc.jwk import ECKey

from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner

SYSTEMS = ("esdh", "job-centre", "team", "children", "health")
"""The source systems a test's case system speaks for, unless its scopes are given."""

ISSUERS = ("gateway", "survey", "analytics", "gateway-feeds")


@cache
def private_key(issuer: str) -> str:
    """Return an issuer's private key as JSON Web Key."""
    return json.dumps(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))


@cache
def trusted_keys() -> dict[str, dict[str, object]]:
    """Return every issuer's public key set."""
    return {
        issuer: {"keys": [ECKey.import_key(json.loads(private_key(issuer))).as_dict(private=False)]}
        for issuer in ISSUERS
    }


@cache
def signer(issuer: str) -> TokenSigner:
    """Return a signer in an issuer's name."""
    return TokenSigner(issuer, private_key(issuer))


def random_secret() -> str:
    """Return a secret that settings accept."""
    return secrets.token_urlsafe(48)


def token(
    audience: str,
    tenant: UUID | None,
    *roles: Role,
    person: UUID | None = None,
    scopes: frozenset[str] | None = None,
    subject: str = "tester",
    units: frozenset[UUID] = frozenset(),
) -> str:
    """Return a caller's token as the gateway would hand it to a service."""
    if scopes is None:
        speaks_for = SYSTEMS if Role.CASE_SYSTEM in roles else ()
        scopes = frozenset(f"system:{system}" for system in speaks_for)
    principal = Principal(
        subject=subject,
        issuer=GATEWAY,
        roles=frozenset(roles),
        tenant=tenant,
        person=person,
        scopes=scopes,
        units=units,
    )
    return signer(GATEWAY).sign(principal, audience)


def service_token(audience: str, issuer: str, tenant: UUID | None = None) -> str:
    """Return a service's own token."""
    principal = Principal(subject=issuer, issuer=issuer, roles=frozenset({Role.SERVICE}), tenant=tenant)
    return signer(issuer).sign(principal, audience)
