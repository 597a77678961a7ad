"""The use case of the token endpoint: grant a client a token, and leave a trace of every refusal."""

import hmac
from typing import Any

import structlog
from sqlalchemy import Row

from services.gateway.access.repository import find_client, knows_tenant
from services.gateway.access.service import digest_of
from services.gateway.tokens.credentials import GrantRequest
from services.gateway.tokens.errors import INVALID_CLIENT, INVALID_SCOPE, GrantRefused
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.database.connection import Database, Transaction

_log = structlog.get_logger()

_PURPOSE = "client-credentials"


async def grant(database: Database, wanted: GrantRequest, issuer: str) -> Principal:
    """Return what the client may be, once the audit is committed.

    Raises
    ------
    GrantRefused
        Client or secret are not known, or it asks for a scope it has not.
    """
    asking = Principal(str(wanted.client), issuer, frozenset(), tenant=wanted.tenant)
    async with database.transaction(wanted.tenant, asking) as transaction:
        # A refusal must be committed, too: it may not leave the transaction as an exception.
        outcome = await _judge(transaction, wanted)
    if isinstance(outcome, GrantRefused):
        raise outcome
    return outcome


def note_refusal(refusal: GrantRefused) -> None:
    """Log a refusal; one without a known tenant has no place in any tenant's audit."""
    _log.info("grant_refused", error=refusal.error.code, reason=refusal.reason)


async def _judge(transaction: Transaction, wanted: GrantRequest) -> Principal | GrantRefused:
    row = await find_client(transaction, wanted.client)
    if row is None:
        return await _refuse(transaction, wanted, GrantRefused(INVALID_CLIENT, "unknown-client"))
    if not _is_secret_of(row, wanted.secret):
        return await _refuse(transaction, wanted, GrantRefused(INVALID_CLIENT, "wrong-secret"))
    scopes = frozenset(row.scopes) if wanted.scopes is None else wanted.scopes
    if not scopes <= set(row.scopes):
        return await _refuse(transaction, wanted, GrantRefused(INVALID_SCOPE, "unknown-scope"))
    await _note(transaction, wanted, "issue-token")
    return Principal(
        subject=str(row.id),
        issuer=transaction.caller.issuer,
        roles=frozenset(Role(role) for role in row.roles),
        tenant=row.tenant_id,
        scopes=scopes,
    )


def _is_secret_of(row: Row[Any], secret: str) -> bool:
    given = digest_of(secret)
    matches = [hmac.compare_digest(given, digest) for digest in row.secret_digests]
    return any(matches)


async def _refuse(transaction: Transaction, wanted: GrantRequest, refusal: GrantRefused) -> GrantRefused:
    if await knows_tenant(transaction):
        await _note(transaction, wanted, "refuse-token")
    return refusal


async def _note(transaction: Transaction, wanted: GrantRequest, action: str) -> None:
    await record_access(transaction, Access(action, "client", wanted.client, _PURPOSE))
