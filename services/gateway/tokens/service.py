"""The use case of the token endpoint: grant a client a token; every grant and refusal leaves a trace."""

import hmac
import time
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row

from services.gateway.access.repository import find_client, knows_tenant, use_assertion
from services.gateway.access.service import digest_of
from services.gateway.tokens.assertions import verified_assertion
from services.gateway.tokens.authentication import Authenticated, Authenticator
from services.gateway.tokens.credentials import GrantRequest, Secret
from services.gateway.tokens.errors import INVALID_CLIENT, INVALID_GRANT, INVALID_SCOPE, GrantRefused
from shared.access.principal import Principal, Role
from shared.access.tokens import TokenRefused
from shared.audit import Access, record_access
from shared.database.connection import Database, Transaction

_log = structlog.get_logger()

LIFETIME_SECONDS = 3600
EXCHANGED_SECONDS = 300
"""So long at most a token works for whom it was exchanged, whatever happens to that one's own."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a client may be, and for how many seconds."""

    principal: Principal
    seconds: int


class Granting:
    """Grants tokens in the name of one issuer, the gateway."""

    def __init__(self, database: Database, authenticator: Authenticator, issuer: str) -> None:
        self._database = database
        self._authenticator = authenticator
        self._issuer = issuer

    async def grant(self, wanted: GrantRequest) -> Granted:
        """Return what the client may be, once the audit is committed.

        Raises
        ------
        GrantRefused
            Who asks is not known, asks for a scope it has not, or may not act for whom it wants to.
        """
        subject = await self._subject_of(wanted)
        asking = Principal(str(wanted.client), self._issuer, frozenset(), tenant=wanted.tenant)
        async with self._database.transaction(wanted.tenant, asking) as transaction:
            # A refusal must be committed, too: it may not leave the transaction as an exception.
            try:
                outcome: Granted | GrantRefused = await self._judge(transaction, wanted, subject)
                await note_token_issued(transaction, wanted)
            except GrantRefused as refusal:
                outcome = refusal
                await note_token_refused(transaction, wanted)
        if isinstance(outcome, GrantRefused):
            raise outcome
        return outcome

    async def _subject_of(self, wanted: GrantRequest) -> Authenticated | None:
        """Verify for whom the client wants to act, before a transaction is open; None: nobody we know."""
        if wanted.subject_token is None:
            return None
        try:
            return await self._authenticator.verify_person(wanted.subject_token)
        except TokenRefused:
            return None

    async def _judge(
        self, transaction: Transaction, wanted: GrantRequest, subject: Authenticated | None
    ) -> Granted:
        row = await find_client(transaction, wanted.client)
        if row is None:
            raise GrantRefused(INVALID_CLIENT, "unknown-client")
        await self._require_proof(transaction, wanted, row)
        if wanted.subject_token is None:
            return Granted(self._itself(row, wanted), LIFETIME_SECONDS)
        if subject is None or subject.principal.tenant != row.tenant_id:
            raise GrantRefused(INVALID_GRANT, "subject-not-known")
        left = int(subject.expires - time.time())
        return Granted(self._acting(row, wanted, subject.principal), max(1, min(EXCHANGED_SECONDS, left)))

    async def _require_proof(self, transaction: Transaction, wanted: GrantRequest, row: Row[Any]) -> None:
        if isinstance(wanted.proof, Secret):
            if not _is_secret_of(row, wanted.proof.text):
                raise GrantRefused(INVALID_CLIENT, "wrong-secret")
            return
        try:
            proven = verified_assertion(wanted.proof.token, wanted.name, row.jwks, self._issuer)
        except TokenRefused as refusal:
            raise GrantRefused(INVALID_CLIENT, "wrong-assertion") from refusal
        if not await use_assertion(transaction, wanted.client, proven.digest, proven.until):
            raise GrantRefused(INVALID_CLIENT, "used-assertion")

    def _itself(self, row: Row[Any], wanted: GrantRequest) -> Principal:
        return Principal(
            subject=str(row.id),
            issuer=self._issuer,
            roles=frozenset(Role(role) for role in row.roles),
            tenant=row.tenant_id,
            scopes=_narrowed(frozenset(row.scopes), wanted),
        )

    def _acting(self, row: Row[Any], wanted: GrantRequest, person: Principal) -> Principal:
        """Return the person with what both may: it, and the client for people like it."""
        if person.actor is not None or person.program is not None:
            raise GrantRefused(INVALID_GRANT, "subject-is-acted-for")
        roles = person.roles & {Role(role) for role in row.acts_for_roles}
        if not roles:
            raise GrantRefused(INVALID_GRANT, "no-common-role")
        return Principal(
            subject=person.subject,
            issuer=self._issuer,
            roles=roles,
            tenant=row.tenant_id,
            person=person.person,
            units=person.units,
            scopes=_narrowed(person.scopes & set(row.scopes), wanted),
            program=str(row.id),
        )


def note_refusal(refusal: GrantRefused) -> None:
    """Log a refusal; one without a known tenant has no place in any tenant's audit."""
    _log.info("grant_refused", error=refusal.error.code, reason=refusal.reason)


async def note_token_issued(transaction: Transaction, wanted: GrantRequest) -> None:
    """Record that a client was granted a token."""
    await record_access(transaction, Access("issue-token", "client", wanted.client, _purpose(wanted)))


async def note_token_refused(transaction: Transaction, wanted: GrantRequest) -> None:
    """Record that a client was refused one, if the tenant it names is one of ours."""
    if await knows_tenant(transaction):
        await record_access(transaction, Access("refuse-token", "client", wanted.client, _purpose(wanted)))


def _purpose(wanted: GrantRequest) -> str:
    return "client-credentials" if wanted.subject_token is None else "token-exchange"


def _narrowed(had: frozenset[str], wanted: GrantRequest) -> frozenset[str]:
    """Return the scopes asked for, or without asking all there are."""
    if wanted.scopes is None:
        return had
    if not wanted.scopes <= had:
        raise GrantRefused(INVALID_SCOPE, "unknown-scope")
    return wanted.scopes


def _is_secret_of(row: Row[Any], secret: str) -> bool:
    given = digest_of(secret)
    matches = [hmac.compare_digest(given, digest) for digest in row.secret_digests]
    return any(matches)
