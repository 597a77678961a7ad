"""Plans what is sent to the invited: the invitation at once, the reminders some days after the opening."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from services.survey.invitations.contacts import Channel
from services.survey.rounds.tables import invitation, message, survey_round
from shared.contracts.survey import RoundState
from shared.database.connection import Transaction


class MessageKind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class MessageState(StrEnum):
    """Where a message is; `told`: the feed has named it to the system that sends it."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    TOLD = "told"
    NEEDLESS = "needless"
    FAILED = "failed"
    BOUNCED = "bounced"


_SHORTEST_GAP = text("interval '12 hours'")
_COLUMNS = ("tenant_id", "id", "invitation_id", "kind", "number", "state", "due_at", "attempts")


async def plan_messages(transaction: Transaction, round_id: UUID, invitation_ids: Collection[UUID]) -> None:
    """Plan the messages to some invited people of an open round; planned already, they stay as they are.

    Only who has a channel gets any. A reminder whose day has passed, or comes before the invitation is half
    a day old, is left out: who joins late is not reminded of what came just now.
    """
    row = await transaction.first(
        select(survey_round.c.request, survey_round.c.opened_at).where(
            survey_round.c.tenant_id == transaction.tenant,
            survey_round.c.id == round_id,
            survey_round.c.state == RoundState.OPEN,
        )
    )
    if row is None or not invitation_ids:
        return
    reached = and_(
        invitation.c.tenant_id == transaction.tenant,
        invitation.c.round_id == round_id,
        invitation.c.id.in_(invitation_ids),
        *_may_get_messages(),
    )
    await _plan(transaction, reached, MessageKind.INVITATION, 1, func.now())
    for number, days in enumerate(_reminder_days(row.request), start=1):
        due = literal(row.opened_at) + func.make_interval(0, 0, 0, days)
        later = and_(reached, due >= func.now() + _SHORTEST_GAP)
        await _plan(transaction, later, MessageKind.REMINDER, number, due)


async def plan_again(transaction: Transaction, round_id: UUID, invitation_id: UUID) -> None:
    """Plan anew for somebody who can be reached in another way now: what was not yet sent goes there."""
    own = and_(message.c.tenant_id == transaction.tenant, message.c.invitation_id == invitation_id)
    await transaction.execute(delete(message).where(own, message.c.state == MessageState.DUE))
    number = (
        await transaction.execute(
            select(func.coalesce(func.max(message.c.number), 0)).where(
                own, message.c.kind == MessageKind.INVITATION
            )
        )
    ).scalar_one()
    await plan_messages(transaction, round_id, [invitation_id])
    if number > 0:
        it = and_(
            invitation.c.tenant_id == transaction.tenant,
            invitation.c.id == invitation_id,
            *_may_get_messages(),
        )
        await _plan(transaction, it, MessageKind.INVITATION, number + 1, func.now())


def _may_get_messages() -> tuple[ColumnElement[bool], ...]:
    it = invitation.c
    gone = (it.left_at, it.declined_at, it.withdrawn_at, it.bounced_at)
    return (it.channel != Channel.NONE, *(each.is_(None) for each in gone))


def _reminder_days(request: Mapping[str, Any]) -> list[int]:
    """Return a round's reminder days as its stored request names them, each once, in order."""
    reminders = request.get("reminders") or {}
    return sorted(set(reminders.get("after_days") or ()))


async def _plan(
    transaction: Transaction,
    to_whom: ColumnElement[bool],
    kind: MessageKind,
    number: int,
    due: Any,
) -> None:
    planned = select(
        invitation.c.tenant_id,
        func.uuidv7(),
        invitation.c.id,
        literal(kind.value),
        literal(number),
        literal(MessageState.DUE.value),
        due,
        literal(0),
    ).where(to_whom)
    await transaction.execute(insert(message).from_select(_COLUMNS, planned).on_conflict_do_nothing())
