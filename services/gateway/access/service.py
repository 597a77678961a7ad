"""Use cases of access: operators set up tenants, the issuers they trust and the clients they let in."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from services.gateway.access.errors import (
    CLIENT_CLOSED,
    RESERVED_TENANT,
    TENANT_CLOSED,
    known_issuer,
    reserved_issuer,
    sandbox_for_good,
)
from services.gateway.access.repository import (
    CLIENT,
    ISSUER,
    TENANT,
    add_closed_client,
    add_closed_tenant,
    add_secret,
    find_issuer,
    hold_tenant,
    mark_closed,
    note_change,
    remove_client,
    remove_issuer,
    was_closed,
)
from services.gateway.access.schemas import PublicKeySet, PutClient, PutIssuer, PutTenant
from services.gateway.webhooks.repository import end_webhooks
from shared.audit import Access, record_access
from shared.audit_sealing import INSTALLATION
from shared.changes.log import log_change
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.representation import Precondition
from shared.resources import Put, Resource, put_row

_SECRET_BYTES = 32
_PURPOSE = "tenant-setup"


async def put_tenant(transaction: Transaction, wanted: PutTenant, precondition: Precondition) -> Put:
    """Create or rename a tenant; one that is closed stays as it is, and the installation is none."""
    if transaction.tenant == INSTALLATION:
        raise Problem(RESERVED_TENANT)
    known = await hold_tenant(transaction)
    if known is not None and known.closed_at is not None:
        raise Problem(TENANT_CLOSED)
    if known is not None and known.sandbox != wanted.sandbox:
        raise sandbox_for_good()
    return await _put(transaction, TENANT, transaction.tenant, wanted.model_dump(), precondition)


async def close_tenant(transaction: Transaction) -> None:
    """Close a tenant for good: nobody of it is let in or told of anything; closed before, it stays so."""
    known = await hold_tenant(transaction)
    if known is None:
        raise Problem(NOT_FOUND)
    if known.closed_at is not None:
        return
    await mark_closed(transaction)
    await end_webhooks(transaction)
    await log_change(transaction, TENANT.kind, transaction.tenant, known.version + 1)
    await _note(transaction, Access("close-tenant", TENANT.kind, transaction.tenant, _PURPOSE))


async def close_tenant_again(transaction: Transaction) -> None:
    """Close a tenant that was closed before; of one that is not known its id is closed."""
    if await hold_tenant(transaction) is None:
        await add_closed_tenant(transaction)
        await _note(transaction, Access("close-tenant", TENANT.kind, transaction.tenant, _PURPOSE))
    else:
        await close_tenant(transaction)


async def close_client_again(transaction: Transaction, client_id: UUID) -> None:
    """Close a client that was closed before; of one that is not known its id is closed."""
    if await was_closed(transaction, client_id):
        return
    await remove_client(transaction, client_id)
    await add_closed_client(transaction, client_id)
    await _note(transaction, Access("close-client", CLIENT.kind, client_id, _PURPOSE))


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
    values = {**wanted.model_dump(mode="json"), "jwks": _keys_of(wanted.jwks)}
    if known is None or wanted.jwks is not None:
        # What was found under another name says nothing of this one.
        values |= {"found_keys": None, "found_at": None}
    return await _put(transaction, ISSUER, issuer_id, values, precondition)


async def close_issuer(transaction: Transaction, issuer_id: UUID) -> None:
    """Honour an issuer's tokens no more."""
    await _require_tenant(transaction)
    if not await remove_issuer(transaction, issuer_id):
        raise Problem(NOT_FOUND)
    await _note(transaction, Access("close-issuer", ISSUER.kind, issuer_id, _PURPOSE))


async def put_client(
    transaction: Transaction, client_id: UUID, wanted: PutClient, precondition: Precondition
) -> Put:
    """Create or change a client; the id of one that was closed is not used again."""
    await _require_tenant(transaction)
    if await was_closed(transaction, client_id):
        raise Problem(CLIENT_CLOSED)
    values = {**wanted.model_dump(mode="json"), "jwks": _keys_of(wanted.jwks)}
    return await _put(transaction, CLIENT, client_id, values, precondition)


async def close_client(transaction: Transaction, client_id: UUID) -> None:
    """Close a client for good: its tokens are refused from now on; closed before, it stays so."""
    await _require_tenant(transaction)
    if await remove_client(transaction, client_id):
        await _note(transaction, Access("close-client", CLIENT.kind, client_id, _PURPOSE))
    elif not await was_closed(transaction, client_id):
        raise Problem(NOT_FOUND)


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


def _keys_of(jwks: PublicKeySet | None) -> dict[str, Any] | None:
    return None if jwks is None else jwks.model_dump(mode="json", exclude_none=True)


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
        await _note(transaction, Access(f"put-{resource.kind}", resource.kind, row_id, _PURPOSE))
    return put


async def _note(transaction: Transaction, access: Access) -> None:
    """Record what an operator did, and let every replica hear of it when it is committed."""
    await record_access(transaction, access)
    await note_change(transaction)
    transaction.has_changes = True


async def _require_tenant(transaction: Transaction) -> None:
    known = await hold_tenant(transaction)
    if known is None:
        raise Problem(NOT_FOUND)
    if known.closed_at is not None:
        raise Problem(TENANT_CLOSED)
