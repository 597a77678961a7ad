"""Use cases of access: operators set up tenants, the issuers they trust and the clients they let in."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from services.gateway.access.errors import known_issuer, reserved_issuer
from services.gateway.access.repository import (
    CLIENT,
    ISSUER,
    TENANT,
    add_secret,
    find_issuer,
    hold_tenant,
)
from services.gateway.access.schemas import PutClient, PutIssuer, PutTenant
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.representation import Precondition
from shared.resources import Put, Resource, put_row

_SECRET_BYTES = 32
_PURPOSE = "tenant-setup"


async def put_tenant(transaction: Transaction, wanted: PutTenant, precondition: Precondition) -> Put:
    """Create or rename a tenant."""
    return await _put(transaction, TENANT, transaction.tenant, wanted.model_dump(), precondition)


def require_own_name(wanted: PutIssuer, public_url: str) -> None:
    """Refuse an issuer that calls itself by the gateway's name."""
    if wanted.issuer.rstrip("/") == public_url:
        raise reserved_issuer()


async def put_issuer(
    transaction: Transaction,
    issuer_id: UUID,
    wanted: PutIssuer,
    precondition: Precondition,
) -> Put:
    """Create or change an issuer the tenant trusts; each `iss` once."""
    await _require_tenant(transaction)
    known = await find_issuer(transaction, wanted.issuer)
    if known is not None and known.id != issuer_id:
        raise known_issuer()
    values = wanted.model_dump(mode="json", exclude_none=True)
    return await _put(transaction, ISSUER, issuer_id, values, precondition)


async def put_client(
    transaction: Transaction, client_id: UUID, wanted: PutClient, precondition: Precondition
) -> Put:
    """Create or change a client."""
    await _require_tenant(transaction)
    return await _put(transaction, CLIENT, client_id, wanted.model_dump(mode="json"), precondition)


async def create_secret(transaction: Transaction, client_id: UUID) -> str:
    """Make a client's next secret; of three the oldest stops working."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    if not await add_secret(transaction, client_id, digest_of(secret)):
        raise Problem(NOT_FOUND)
    await record_access(transaction, Access("create-secret", "client", client_id, _PURPOSE))
    return secret


def digest_of(secret: str) -> bytes:
    """Return what is stored of a secret: it is random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


async def _put(
    transaction: Transaction,
    resource: Resource,
    row_id: UUID,
    values: dict[str, Any],
    precondition: Precondition,
) -> Put:
    """Put a row and record that an operator did, if it changed anything."""
    put = await put_row(transaction, resource, row_id, values, precondition)
    if put.changed:
        access = Access(f"put-{resource.kind}", resource.kind, row_id, _PURPOSE)
        await record_access(transaction, access)
    return put


async def _require_tenant(transaction: Transaction) -> None:
    if not await hold_tenant(transaction):
        raise Problem(NOT_FOUND)
