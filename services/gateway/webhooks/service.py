"""Use cases of webhooks: a tenant's administrators say who is told what, and look how that goes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from uuid_utils.compat import uuid7

from services.gateway.access.errors import TENANT_CLOSED
from services.gateway.access.repository import is_closed
from services.gateway.outbound.addresses import AllowedAddresses, UrlRefused
from services.gateway.webhooks.errors import too_many, url_refused
from services.gateway.webhooks.repository import (
    WEBHOOK,
    add_ping,
    begin_again,
    count_webhooks,
    delete_webhook,
    find_delivery,
    find_delivery_of,
    read_attempts,
    replay_events,
    replay_since,
    rotate_secret,
)
from services.gateway.webhooks.schemas import (
    AttemptView,
    DeliveryDetailView,
    DeliveryView,
    PutWebhook,
    ReplayEvents,
)
from services.gateway.webhooks.states import DeliveryState
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.representation import Precondition
from shared.resources import Put, put_row, read_row, view_of

MOST_WEBHOOKS = 50
_PURPOSE = "webhook-setup"


async def put_webhook(
    transaction: Transaction,
    webhook_id: UUID,
    wanted: PutWebhook,
    precondition: Precondition,
    allowed: AllowedAddresses,
) -> Put:
    """Create or change a subscription; one that was disabled begins again."""
    try:
        allowed.read(wanted.url)
    except UrlRefused as refusal:
        raise url_refused() from refusal
    await _require_open(transaction)
    await transaction.hold("webhooks")
    values = {**wanted.model_dump(mode="json"), "disabled_reason": None}
    put = await put_row(transaction, WEBHOOK, webhook_id, values, precondition)
    if put.created and await count_webhooks(transaction) > MOST_WEBHOOKS:
        raise too_many()
    if put.changed:
        await begin_again(transaction, webhook_id)
        await _record(transaction, "put-webhook", webhook_id)
    return put


async def remove_webhook(transaction: Transaction, webhook_id: UUID) -> None:
    """Delete a subscription with its deliveries; there being none is as good."""
    if await delete_webhook(transaction, webhook_id):
        await _record(transaction, "delete-webhook", webhook_id)


async def make_secret(transaction: Transaction, webhook_id: UUID, hours: int) -> tuple[int, datetime]:
    """Go on to the next secret; return its generation, and until when the one before signs."""
    made = await rotate_secret(transaction, webhook_id, hours)
    if made is None:
        raise Problem(NOT_FOUND)
    await _record(transaction, "create-secret", webhook_id)
    return made


async def ping(transaction: Transaction, webhook_id: UUID) -> DeliveryView:
    """Tell one subscription of nothing but itself."""
    await _require_open(transaction)
    await read_row(transaction, WEBHOOK, webhook_id)
    event_id = uuid7()
    await add_ping(transaction, webhook_id, event_id)
    return view_delivery(_known(await find_delivery_of(transaction, webhook_id, event_id)))


async def replay(transaction: Transaction, webhook_id: UUID, wanted: ReplayEvents) -> int:
    """Queue what was told, or was not, to be told again; return how many deliveries are due."""
    await _require_open(transaction)
    await read_row(transaction, WEBHOOK, webhook_id)
    await _record(transaction, "replay-events", webhook_id)
    if wanted.since is not None:
        return await replay_since(transaction, webhook_id, wanted.since)
    return await replay_events(transaction, webhook_id, wanted.event_ids)


async def read_delivery(
    transaction: Transaction, webhook_id: UUID, delivery_id: UUID
) -> DeliveryDetailView:
    """Return a delivery with its attempts."""
    row = _known(await find_delivery(transaction, webhook_id, delivery_id))
    attempts = await read_attempts(transaction, delivery_id)
    log = [view_of(AttemptView, each) for each in attempts]
    return view_of(DeliveryDetailView, row, log=log, next_at=_next_at(row))


def view_delivery(row: Row[Any]) -> DeliveryView:
    """Show a delivery's row."""
    return view_of(DeliveryView, row, next_at=_next_at(row))


def _next_at(row: Row[Any]) -> datetime | None:
    found: datetime = row.next_at
    return found if row.state == DeliveryState.PENDING else None


def _known(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def _require_open(transaction: Transaction) -> None:
    """Refuse to begin anything in a tenant that is closed; a token may be remembered for a minute more."""
    if await is_closed(transaction, hold=True):
        raise Problem(TENANT_CLOSED)


async def _record(transaction: Transaction, action: str, webhook_id: UUID) -> None:
    await record_access(transaction, Access(action, WEBHOOK.kind, webhook_id, _PURPOSE))
