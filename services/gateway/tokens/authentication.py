"""Tells who calls from outside, by a token of the gateway, of an operator or of a tenant's own issuer.

Refuses, for every reason alike, a token that claims a role its issuer can't give or a tenant that is
not its issuer's.
"""

import hashlib
import time
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from services.gateway.access.repository import count_changes, is_shut_out
from services.gateway.settings import GatewaySettings, published_keys
from services.gateway.tokens.issuers import Issuers
from services.gateway.tokens.keys import import_public_keys
from services.gateway.tokens.remembered import Remembered
from shared.access.policy import bearer_token, unauthenticated
from shared.access.principal import Principal, Role
from shared.access.tokens import (
    IssuerRules,
    TokenRefused,
    principal_from,
    unverified_claim,
    verified_claims,
)
from shared.background import Rhythm, keep_at
from shared.changes.bell import ChangeBell
from shared.database.connection import Database

OPERATOR = "operator"
_REMEMBERED_SECONDS = 60.0
_REMEMBERED_TOKENS = 10_000
_LONGEST_TOKEN = 8192
_PAUSE_SECONDS = 0.1
_LOOK_AGAIN_SECONDS = 5.0
_ROLES_OF_THE_HOUSE = frozenset({Role.SERVICE, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A verified caller, the hash of the token that said so, and until when it says so."""

    principal: Principal
    digest: bytes
    expires: float


class Authenticator:
    """Verifies tokens from outside; remembers each for a minute at most, never past its end."""

    def __init__(self, settings: GatewaySettings, database: Database, issuers: Issuers) -> None:
        url = settings.public_url
        self._own = IssuerRules(url, url, import_public_keys(published_keys(settings)))
        self._operators = IssuerRules(OPERATOR, url, import_public_keys(settings.operator_keys))
        self._database = database
        self._issuers = issuers
        self._seen: Remembered[bytes, Authenticated] = Remembered(_REMEMBERED_TOKENS)
        self._changes = 0

    async def authenticate(self, token: str) -> Authenticated:
        """Return the caller.

        Raises
        ------
        TokenRefused
            For every reason alike.
        """
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        known = self._seen.get(digest)
        if known is not None:
            return known
        if len(token) > _LONGEST_TOKEN:
            raise TokenRefused
        changes = self._changes
        principal, expires = await self._verify(token)
        caller = Authenticated(principal, digest, expires)
        if changes == self._changes:
            # Else what was just read may be what has just been changed.
            self._seen.put(digest, caller, min(expires, time.time() + _REMEMBERED_SECONDS))
        return caller

    async def follow(self, bell: ChangeBell) -> None:
        """Forget every token when anybody's access changes, on whichever replica; until cancelled."""
        # Nothing is remembered for longer than a minute, whatever fails here.
        await keep_at("access", self._look_for_changes, Rhythm(_LOOK_AGAIN_SECONDS, bell, _PAUSE_SECONDS))

    async def _look_for_changes(self) -> None:
        async with self._database.transaction() as transaction:
            changes = await count_changes(transaction)
        if changes != self._changes:
            self._changes = changes
            self._seen.forget()
            self._issuers.forget()

    async def verify_person(self, token: str) -> Authenticated:
        """Return whom a tenant's own issuer vouches for, and nobody else's word counts.

        Raises
        ------
        TokenRefused
            For every reason alike, also for a token of the gateway's own or an operator's.
        """
        if len(token) > _LONGEST_TOKEN or unverified_claim(token, "iss") in {
            self._own.issuer,
            self._operators.issuer,
        }:
            raise TokenRefused
        principal, expires = await self._issuers.verify(token)
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        return Authenticated(_require_outsider(principal), digest, expires)

    async def _verify(self, token: str) -> tuple[Principal, float]:
        issuer = unverified_claim(token, "iss")
        if issuer == self._operators.issuer:
            claims = verified_claims(token, self._operators)
            principal = _require_operator(principal_from(claims, OPERATOR))
        elif issuer == self._own.issuer:
            claims = verified_claims(token, self._own)
            principal = _require_outsider(principal_from(claims, self._own.issuer))
            await self._require_open(principal)
        else:
            principal, expires = await self._issuers.verify(token)
            return _require_outsider(principal), expires
        return principal, float(claims["exp"])

    async def _require_open(self, principal: Principal) -> None:
        """Refuse what was issued to a client that is closed by now, or in a tenant that is."""
        async with self._database.transaction(principal.tenant) as transaction:
            if await is_shut_out(transaction, _client_of(principal)):
                raise TokenRefused


def _client_of(principal: Principal) -> UUID | None:
    """Return the client that a token of ours was issued to, for itself or for somebody."""
    try:
        return UUID(principal.program or principal.subject)
    except ValueError:
        return None


def _require_operator(principal: Principal) -> Principal:
    if principal.roles != {Role.OPERATOR} or principal.tenant is not None:
        raise TokenRefused
    return principal


def _require_outsider(principal: Principal) -> Principal:
    if principal.tenant is None or principal.is_any(*_ROLES_OF_THE_HOUSE):
        raise TokenRefused
    return principal


async def authenticate_caller(request: Request) -> Authenticated:
    """Return who sends a request.

    Raises
    ------
    Problem
        401, the same for every reason.
    """
    authenticator: Authenticator = request.app.state.authenticator
    try:
        return await authenticator.authenticate(bearer_token(request))
    except TokenRefused as refusal:
        raise unauthenticated() from refusal
