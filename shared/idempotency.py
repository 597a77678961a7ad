"""Makes a `POST` safe to send again: one key, one effect, and the same answer for 24 hours.

The key is kept in the transaction of its effect, with a keyed fingerprint of the request (a plain
hash of a small request could be guessed) and the id of what was made; a replay renders that again.
"""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from sqlalchemy import and_, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from shared.access.principal import Principal
from shared.database.connection import Transaction
from shared.database.tables import idempotency_key
from shared.errors import (
    IDEMPOTENCY_IN_FLIGHT,
    IDEMPOTENCY_KEY_REQUIRED,
    IDEMPOTENCY_KEY_REUSED,
    Problem,
)
from shared.settings import ServiceSettings
from shared.wire import WireModel

KEY_HEADER = "Idempotency-Key"
_KEPT = text("interval '24 hours'")
_PRUNE_EVERY_SECONDS = 300.0
_pruned_at: dict[UUID, float] = {}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an operation: who tries, under which key, with which request."""

    operation: str
    caller: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """What the first try made: answer the same again. Only that try has the view at hand."""

    status: int
    resource: UUID
    view: WireModel | None = None


async def _idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias=KEY_HEADER,
            min_length=8,
            max_length=128,
            pattern=r"^[!-~]+$",
            description="Your own key for this one effect; send it again with a repeated request.",
        ),
    ] = None,
) -> str:
    if key is None:
        raise Problem(IDEMPOTENCY_KEY_REQUIRED)
    return key


def fingerprint_of(settings: ServiceSettings, path: str, body: bytes) -> bytes:
    """Return the keyed fingerprint of a request: of its path, too, as what it names is asked for."""
    secret = settings.fingerprint_key.get_secret_value().encode()
    return hmac.digest(secret, path.encode() + b"\n" + body, hashlib.sha256)


async def attempt_of(request: Request, key: Annotated[str, Depends(_idempotency_key)]) -> Attempt:
    """Return the try that a request with a key is."""
    caller: Principal = request.state.principal
    fingerprint = fingerprint_of(request.app.state.settings, request.url.path, await request.body())
    return Attempt(request.scope["route"].name, caller.subject, key, fingerprint)


Attempted = Annotated[Attempt, Depends(attempt_of)]
"""The try a creating `POST` is; without an `Idempotency-Key` it is refused with 400."""


async def once(transaction: Transaction, attempt: Attempt, make: Callable[[], Awaitable[Made]]) -> Made:
    """Make something the first time; afterwards return what was made then.

    Raises
    ------
    Problem
        409 while another try is under way, 422 if the key was used for another request.
    """
    made = await _find_made(transaction, attempt)
    if made is None:
        made = await make()
        await _remember_made(transaction, attempt, made)
    return made


async def _find_made(transaction: Transaction, attempt: Attempt) -> Made | None:
    """Return what an earlier try made, or None and hold the key until the transaction ends."""
    name = "/".join((str(transaction.tenant), attempt.operation, attempt.caller, attempt.key))
    lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)).label("free")).cte("lock")
    stored = idempotency_key.c
    row = await transaction.first(
        select(lock.c.free, stored.fingerprint, stored.status, stored.resource_id).outerjoin_from(
            lock,
            idempotency_key,
            and_(
                stored.tenant_id == transaction.tenant,
                stored.operation == attempt.operation,
                stored.caller == attempt.caller,
                stored.key == attempt.key,
            ),
        )
    )
    if row is None or not row.free:
        raise _in_flight()
    if row.fingerprint is None:
        return None
    if not hmac.compare_digest(row.fingerprint, attempt.fingerprint):
        raise Problem(IDEMPOTENCY_KEY_REUSED)
    return Made(row.status, row.resource_id)


async def _remember_made(transaction: Transaction, attempt: Attempt, made: Made) -> None:
    """Keep what this try made, in the transaction that made it."""
    kept = await transaction.execute(
        insert(idempotency_key)
        .values(
            tenant_id=transaction.tenant,
            operation=attempt.operation,
            caller=attempt.caller,
            key=attempt.key,
            fingerprint=attempt.fingerprint,
            status=made.status,
            resource_id=made.resource,
            created_at=func.now(),
        )
        .on_conflict_do_nothing()
    )
    if kept.rowcount != 1:
        raise _in_flight()
    await prune_keys(transaction)


def _in_flight() -> Problem:
    return Problem(IDEMPOTENCY_IN_FLIGHT, headers={"Retry-After": "1"})


def prune_is_due(tenant: UUID) -> bool:
    """Tell whether the tenant's keys were not pruned for a while."""
    return time.monotonic() - _pruned_at.get(tenant, 0.0) >= _PRUNE_EVERY_SECONDS


async def prune_keys(transaction: Transaction) -> None:
    """Now and then drop the tenant's keys that are past their time."""
    if not prune_is_due(transaction.tenant):
        return
    _pruned_at[transaction.tenant] = time.monotonic()
    await transaction.execute(
        delete(idempotency_key).where(
            idempotency_key.c.tenant_id == transaction.tenant,
            idempotency_key.c.created_at < func.now() - _KEPT,
        )
    )
