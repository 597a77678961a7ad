"""Use cases of invitations: their links, how and until when each is reached, and what did not arrive."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func

from services.survey.answering.tokens import RespondentToken
from services.survey.invitations.contacts import Channel, email_of, mobile_of
from services.survey.invitations.errors import ROUND_OVER
from services.survey.invitations.messages import plan_again
from services.survey.invitations.repository import (
    change_invitation,
    find_handled,
    hold_round_of,
    note_bounce,
    raise_generation,
    read_way,
)
from services.survey.invitations.schemas import (
    InvitationView,
    LinkView,
    PutBounce,
    PutContact,
    PutExtension,
)
from shared.audit import Access, record_access
from shared.contracts.survey import INVITATION, RoundState
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, FieldError, Problem, broken_rule
from shared.resources import view_of

_RUNNING = (RoundState.PLANNED, RoundState.OPEN)
_ADDRESSES = {Channel.E_MAIL: "email", Channel.SMS: "mobile"}
"""Which field holds the address of a channel; the others need none."""


async def show_invitation(transaction: Transaction, invitation_id: UUID) -> InvitationView:
    """Return an invitation as it is now."""
    return view_of(InvitationView, await find_handled(transaction, invitation_id))


async def make_link(
    transaction: Transaction, link_to: Callable[[RespondentToken], str], invitation_id: UUID, purpose: str
) -> LinkView:
    """Return an invitation's present link, and where to send it; the audit says who asked."""
    row = await find_handled(transaction, invitation_id)
    way = await read_way(transaction, invitation_id)
    await _note_access(transaction, "link", invitation_id, purpose)
    link = link_to(RespondentToken(transaction.tenant, invitation_id, way.generation))
    return view_of(LinkView, row, invitation_id=invitation_id, link=link, contact=way.contact)


async def revoke_links(transaction: Transaction, invitation_id: UUID, purpose: str) -> InvitationView:
    """Make every link of an invitation sent so far worthless."""
    await find_handled(transaction, invitation_id)
    await raise_generation(transaction, invitation_id)
    await _note_access(transaction, "revoke", invitation_id, purpose)
    return await show_invitation(transaction, invitation_id)


async def put_contact(transaction: Transaction, invitation_id: UUID, wanted: PutContact) -> InvitationView:
    """Change how somebody is reached; with a new address, or after a bounce, the link is sent there.

    Raises
    ------
    Problem
        409 after the round, when contacts are about to be forgotten; 422 for an address that is none, is
        missing, or is not the channel's.
    """
    row = await _hold_running(transaction, invitation_id)
    address = _address(wanted)
    reached = (wanted.channel, address, None) != (row.channel, row.contact, row.bounced_at)
    if reached or wanted.language != row.language:
        values = {
            "channel": wanted.channel,
            "contact": address,
            "language": wanted.language,
            "bounced_at": None,
        }
        await change_invitation(transaction, invitation_id, values)
    if reached:
        await plan_again(transaction, row.round_id, invitation_id)
    await _note_access(transaction, "contact", invitation_id, "invitation")
    return await show_invitation(transaction, invitation_id)


def _address(wanted: PutContact) -> str | None:
    given = {"email": wanted.email, "mobile": wanted.mobile}
    needed = _ADDRESSES.get(wanted.channel)
    faults = [
        FieldError(f"/{field}", "not-of-this-channel", "This channel does not use it.")
        for field, text in given.items()
        if text is not None and field != needed
    ]
    address = None
    if needed is not None:
        read = email_of if needed == "email" else mobile_of
        address = read(given[needed] or "")
        if address is None:
            faults.append(FieldError(f"/{needed}", f"no-{needed}", "The link can't be sent to this."))
    if faults:
        raise Problem(BROKEN_RULE, faults)
    return address


async def put_extension(
    transaction: Transaction, invitation_id: UUID, wanted: PutExtension
) -> InvitationView:
    """Let one person answer longer than the others, or no longer so.

    Raises
    ------
    Problem
        409 after the round; 422 for a time that has passed, or that would be no extension.
    """
    row = await _hold_running(transaction, invitation_id)
    if wanted.answer_until is not None:
        _require_longer(wanted.answer_until, row.closes_at)
    if wanted.answer_until != row.answer_until:
        await change_invitation(transaction, invitation_id, {"answer_until": wanted.answer_until})
    await _note_access(transaction, "extend", invitation_id, "invitation")
    return await show_invitation(transaction, invitation_id)


def _require_longer(until: datetime, closes_at: datetime | None) -> None:
    if until <= datetime.now(UTC):
        raise broken_rule("/answerUntil", "passed", "This time has passed.")
    if closes_at is None:
        raise broken_rule("/answerUntil", "no-deadline", "The round has no deadline to go past.")
    if until < closes_at:
        raise broken_rule("/answerUntil", "no-extension", "The round itself is open longer.")


async def put_bounce(transaction: Transaction, invitation_id: UUID, wanted: PutBounce) -> InvitationView:
    """Note that the last message did not arrive: no more are sent until there is a new contact."""
    await find_handled(transaction, invitation_id)
    row = await hold_round_of(transaction, invitation_id)
    if row.bounced_at is None:
        await change_invitation(transaction, invitation_id, {"bounced_at": func.now()})
        await note_bounce(transaction, invitation_id, wanted.reason)
    await _note_access(transaction, "bounce", invitation_id, "invitation")
    return await show_invitation(transaction, invitation_id)


async def _hold_running(transaction: Transaction, invitation_id: UUID) -> Row[Any]:
    """Return an invitation to a round that is not over, and won't be until the transaction ends."""
    await find_handled(transaction, invitation_id)
    row = await hold_round_of(transaction, invitation_id)
    if row.round_state not in _RUNNING:
        raise Problem(ROUND_OVER)
    return row


async def _note_access(transaction: Transaction, action: str, invitation_id: UUID, purpose: str) -> None:
    await record_access(transaction, Access(action, INVITATION, invitation_id, purpose))
