"""Every statement on invitations that somebody asks for; what is sent has its own in `outbox`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, select, true, update

from services.survey.invitations.messages import MessageState
from services.survey.invitations.states import deadline_of_invitation, state_of_invitation
from services.survey.rounds.tables import form, invitation, message, survey_round
from services.survey.standing.handling import rounds_handled_by
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem

INVITED = invitation.join(
    survey_round,
    and_(survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id),
)
_SHOWN = (
    "id",
    "version",
    "round_id",
    "kind",
    "respondent_id",
    "label",
    "language",
    "channel",
    "opened_at",
    "declined_at",
    "left_at",
    "bounced_at",
)


def select_invitations(transaction: Transaction) -> Select[Any]:
    """Select the invitations to rounds that the caller handles, each with how far it has come."""
    return (
        select(
            *(invitation.c[name] for name in _SHOWN),
            state_of_invitation().label("state"),
            deadline_of_invitation().label("answer_until"),
            _count_forms(true()).label("forms"),
            _count_forms(form.c.number > 0).label("submitted"),
            _last_sent().label("last_sent_at"),
        )
        .select_from(INVITED)
        .where(
            invitation.c.tenant_id == transaction.tenant,
            rounds_handled_by(transaction.caller, transaction.tenant),
        )
    )


def _count_forms(which: ColumnElement[bool]) -> ScalarSelect[Any]:
    own = and_(form.c.tenant_id == invitation.c.tenant_id, form.c.invitation_id == invitation.c.id)
    return select(func.count()).select_from(form).where(own, which).correlate(invitation).scalar_subquery()


def _last_sent() -> ScalarSelect[Any]:
    own = and_(message.c.tenant_id == invitation.c.tenant_id, message.c.invitation_id == invitation.c.id)
    return select(func.max(message.c.sent_at)).where(own).correlate(invitation).scalar_subquery()


async def find_handled(transaction: Transaction, invitation_id: UUID) -> Row[Any]:
    """Return an invitation to a round that the caller handles, as it is shown.

    Raises
    ------
    Problem
        404 for foreign, invisible and unknown ones alike.
    """
    row = await transaction.first(select_invitations(transaction).where(invitation.c.id == invitation_id))
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def hold_round_of(transaction: Transaction, invitation_id: UUID) -> Row[Any]:
    """Return an invitation with its round, which can't be closed until the transaction ends."""
    row = await transaction.first(
        select(invitation, survey_round.c.state.label("round_state"), survey_round.c.closes_at)
        .select_from(INVITED)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .with_for_update(read=True, of=survey_round)
    )
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def read_way(transaction: Transaction, invitation_id: UUID) -> Row[Any]:
    """Return where an invitation's link is sent, and the generation of its links."""
    found = await transaction.execute(
        select(invitation.c.generation, invitation.c.contact).where(
            invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id
        )
    )
    return found.one()


async def change_invitation(
    transaction: Transaction, invitation_id: UUID, values: Mapping[str, Any]
) -> None:
    """Change an invitation and give it its next version."""
    await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .values(version=invitation.c.version + 1, **values)
    )


async def raise_generation(transaction: Transaction, invitation_id: UUID) -> None:
    """Make all links of an invitation made so far worthless."""
    await change_invitation(transaction, invitation_id, {"generation": invitation.c.generation + 1})


async def note_bounce(transaction: Transaction, invitation_id: UUID, reason: str) -> None:
    """Note of the message that was handed over last why it did not arrive."""
    handed_over = and_(
        message.c.tenant_id == transaction.tenant,
        message.c.invitation_id == invitation_id,
        message.c.state.in_((MessageState.SENT, MessageState.TOLD)),
    )
    last = select(message.c.id).where(handed_over).order_by(message.c.sent_at.desc()).limit(1)
    await transaction.execute(
        update(message)
        .where(message.c.tenant_id == transaction.tenant, message.c.id == last.scalar_subquery())
        .values(state=MessageState.BOUNCED, failure=reason)
    )
