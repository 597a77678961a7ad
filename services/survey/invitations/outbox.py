"""Every statement of sending: what is due, who takes which message, and what became of it.

A message is taken by writing until when it is taken; whoever has not said by then what became of it has
lost it to the next. So a message is sent at least once, by one process at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text, update

from services.survey.invitations.contacts import Channel
from services.survey.invitations.messages import MessageState
from services.survey.invitations.states import MISSING, deadline_of_invitation, state_of_invitation
from services.survey.rounds.tables import form, invitation, measurement, message, survey_round
from shared.contracts.survey import RoundState
from shared.database.connection import Transaction

LOOKED_AT = 500
MOST_ATTEMPTS = 20
"""With the pauses between them some three days, as long as mail servers try."""

# In the words of the index of what is under way, so that it is used however this is prepared.
_IS_UNDER_WAY = text("message.state IN ('due', 'sending')")
_TAKEN_FOR = text("interval '5 minutes'")
_TO_ROUND = and_(
    survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id
)
_TO_INVITATION = and_(
    invitation.c.tenant_id == message.c.tenant_id, invitation.c.id == message.c.invitation_id
)


class Failure(StrEnum):
    """Why a message was never sent, or did not arrive; of an SMTP server, its code is kept instead."""

    GIVEN_UP = "given-up"
    SERVER_TROUBLE = "server-trouble"


@dataclass(frozen=True, slots=True)
class Due:
    """A message that somebody has to deal with."""

    tenant: UUID
    message_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that this process may deal with until a time."""

    id: UUID
    invitation_id: UUID
    kind: str
    attempts: int
    until: datetime


def _is_due() -> ColumnElement[bool]:
    now = func.clock_timestamp()
    return or_(
        and_(message.c.state == MessageState.DUE, message.c.due_at <= now),
        and_(message.c.state == MessageState.SENDING, message.c.claimed_until < now),
    )


async def read_due(transaction: Transaction, *, with_mail: bool) -> list[Due]:
    """Return every tenant's messages that are due, the oldest first; e-mails only if they can be sent."""
    rows = await transaction.rows(select_due(with_mail=with_mail))
    return [Due(row.tenant_id, row.id, row.channel) for row in rows]


def select_due(*, with_mail: bool) -> Select[Any]:
    """Select what `read_due` returns."""
    statement = (
        select(message.c.tenant_id, message.c.id, invitation.c.channel)
        .select_from(message.join(invitation, _TO_INVITATION))
        .where(_IS_UNDER_WAY, _is_due())
        .order_by(message.c.due_at, message.c.id)
        .limit(LOOKED_AT)
    )
    return statement if with_mail else statement.where(invitation.c.channel != Channel.E_MAIL)


async def count_waiting_mail(transaction: Transaction) -> int:
    """Return how many e-mails of every tenant are due."""
    return int(
        (
            await transaction.execute(
                select(func.count())
                .select_from(message.join(invitation, _TO_INVITATION))
                .where(_IS_UNDER_WAY, _is_due(), invitation.c.channel == Channel.E_MAIL)
            )
        ).scalar_one()
    )


async def take(transaction: Transaction, message_id: UUID) -> Taken | None:
    """Take a message that is due, if nobody else has."""
    taken = await transaction.execute(
        update(message)
        .where(message.c.tenant_id == transaction.tenant, message.c.id == message_id, _is_due())
        .values(
            state=MessageState.SENDING,
            claimed_until=func.clock_timestamp() + _TAKEN_FOR,
            attempts=message.c.attempts + 1,
        )
        .returning(message.c.invitation_id, message.c.kind, message.c.attempts, message.c.claimed_until)
    )
    row = taken.first()
    if row is None:
        return None
    return Taken(message_id, row.invitation_id, row.kind, row.attempts, row.claimed_until)


async def read_recipient(transaction: Transaction, invitation_id: UUID) -> Row[Any] | None:
    """Return whom a message is for, if the answers are still waited for and a channel leads there."""
    return await transaction.first(
        select(
            invitation.c.kind,
            invitation.c.channel,
            invitation.c.contact,
            invitation.c.language,
            invitation.c.generation,
            survey_round.c.respondent_label,
            survey_round.c.request,
            deadline_of_invitation().label("answer_until"),
        )
        .select_from(invitation.join(survey_round, _TO_ROUND))
        .where(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.id == invitation_id,
            invitation.c.channel != Channel.NONE,
            invitation.c.bounced_at.is_(None),
            survey_round.c.state == RoundState.OPEN,
            state_of_invitation().in_(MISSING),
        )
    )


async def count_judgements(transaction: Transaction, invitation_id: UUID) -> int:
    """Return how many statements an invitation still asks to judge."""
    asked = and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id)
    rows = await transaction.rows(
        select(form.c.seat, measurement.c.asked, _length_of("subjects"), _length_of("items"))
        .select_from(form.join(measurement, asked))
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.invitation_id == invitation_id,
            form.c.number == 0,
        )
    )
    return sum(_judgements(row) for row in rows)


def _length_of(axis: str) -> ColumnElement[int]:
    return func.jsonb_array_length(measurement.c[axis]).label(f"number_of_{axis}")


def _judgements(row: Row[Any]) -> int:
    width = row.number_of_subjects
    asked = bytes(row.asked[row.seat * width : (row.seat + 1) * width])
    return sum(asked) * int(row.number_of_items)


async def count_up_invitation(transaction: Transaction, invitation_id: UUID) -> int:
    """Give an invitation its next version, so that the feed can tell of it."""
    changed = await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .values(version=invitation.c.version + 1)
        .returning(invitation.c.version)
    )
    return int(changed.scalar_one())


async def note_sent(transaction: Transaction, taken: Taken, state: MessageState) -> bool:
    """Note that a message was handed over; tell whether it was still this process's to say so."""
    return await _settle(transaction, taken, state=state, sent_at=func.clock_timestamp(), failure=None)


async def note_unsent(
    transaction: Transaction, taken: Taken, state: MessageState, failure: str | None = None
) -> bool:
    """Note that a message will not be sent, or did not arrive."""
    return await _settle(transaction, taken, state=state, failure=failure)


async def put_back(
    transaction: Transaction, taken: Taken, failure: str, *, minutes: int, counts: bool
) -> bool:
    """Let a message be tried again later; a try that failed before it began does not count."""
    return await _settle(
        transaction,
        taken,
        state=MessageState.DUE,
        failure=failure,
        due_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, minutes),
        attempts=taken.attempts if counts else taken.attempts - 1,
    )


async def _settle(transaction: Transaction, taken: Taken, **values: Any) -> bool:
    settled = await transaction.execute(
        update(message)
        .where(
            message.c.tenant_id == transaction.tenant,
            message.c.id == taken.id,
            message.c.state == MessageState.SENDING,
            message.c.claimed_until == taken.until,
        )
        .values(claimed_until=None, **values)
    )
    return settled.rowcount == 1


async def mark_bounced(transaction: Transaction, invitation_id: UUID, contact: str) -> None:
    """Note that somebody can't be reached by a contact, unless there is another by now."""
    await transaction.execute(
        update(invitation)
        .where(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.id == invitation_id,
            invitation.c.contact == contact,
            invitation.c.bounced_at.is_(None),
        )
        .values(bounced_at=func.clock_timestamp(), version=invitation.c.version + 1)
    )


async def read_contacts_to_forget(transaction: Transaction, days: int) -> Sequence[tuple[UUID, UUID]]:
    """Return every tenant's rounds that were closed so many days ago and still hold contacts."""
    rows = await transaction.rows(
        select(invitation.c.tenant_id, invitation.c.round_id)
        .distinct()
        .select_from(invitation.join(survey_round, _TO_ROUND))
        .where(
            invitation.c.contact.is_not(None),
            survey_round.c.state.in_((RoundState.CLOSED, RoundState.CANCELLED)),
            survey_round.c.closed_at <= func.now() - func.make_interval(0, 0, 0, days),
        )
        .limit(LOOKED_AT)
    )
    return [(row.tenant_id, row.round_id) for row in rows]


async def forget_contacts(transaction: Transaction, round_id: UUID) -> int:
    """Delete the addresses of a round's invitations; return how many there were."""
    forgotten = await transaction.execute(
        update(invitation)
        .where(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.round_id == round_id,
            invitation.c.contact.is_not(None),
        )
        .values(contact=None)
    )
    of_round = select(invitation.c.id).where(
        invitation.c.tenant_id == transaction.tenant, invitation.c.round_id == round_id
    )
    await transaction.execute(
        update(message)
        .where(
            message.c.tenant_id == transaction.tenant,
            message.c.invitation_id.in_(of_round),
            message.c.state == MessageState.DUE,
        )
        .values(state=MessageState.NEEDLESS)
    )
    return forgotten.rowcount
