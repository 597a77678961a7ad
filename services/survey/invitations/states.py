"""Says how far an invitation has come; one SQL expression, so that lists, progress and sending agree."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select

from services.survey.rounds.tables import form, invitation, survey_round
from shared.contracts.survey import RoundState


class InvitationState(StrEnum):
    """How far an invitation has come; of several that hold, the one named first."""

    WITHDRAWN = "withdrawn"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    LEFT = "left"
    EXPIRED = "expired"
    STARTED = "started"
    OPENED = "opened"
    INVITED = "invited"


MISSING = (InvitationState.STARTED, InvitationState.OPENED, InvitationState.INVITED)
"""The states of those who can still answer and have not answered all they are asked."""


def state_of_invitation() -> ColumnElement[str]:
    """Say the state of each row of `invitation`, joined with `survey_round` and nothing more."""
    return case(
        (invitation.c.withdrawn_at.is_not(None), InvitationState.WITHDRAWN),
        (_of_forms(func.bool_and(form.c.number > 0)), InvitationState.SUBMITTED),
        (invitation.c.declined_at.is_not(None), InvitationState.DECLINED),
        (invitation.c.left_at.is_not(None), InvitationState.LEFT),
        (has_expired(), InvitationState.EXPIRED),
        (_of_forms(func.bool_or(_is_begun())), InvitationState.STARTED),
        (invitation.c.opened_at.is_not(None), InvitationState.OPENED),
        else_=InvitationState.INVITED,
    )


def deadline_of_invitation() -> ColumnElement[Any]:
    """Say until when the invited may answer; null while nothing but a call closes the round."""
    return func.coalesce(invitation.c.answer_until, survey_round.c.closes_at)


def has_expired() -> ColumnElement[bool]:
    """Hold where answers are no longer taken: the round is over, or the deadline has passed."""
    return or_(
        survey_round.c.state.in_((RoundState.CLOSED, RoundState.CANCELLED)),
        func.coalesce(deadline_of_invitation() < func.now(), False),
    )


def _is_begun() -> ColumnElement[bool]:
    return or_(form.c.number > 0, form.c.draft.is_not(None), form.c.draft_texts.is_not(None))


def _of_forms(condition: Any) -> ScalarSelect[Any]:
    """Judge all forms of an invitation at once; null, which is no, if there are none.

    A scalar, as PostgreSQL might work out the whole of `EXISTS` for every invitation there is.
    """
    own = and_(form.c.tenant_id == invitation.c.tenant_id, form.c.invitation_id == invitation.c.id)
    return select(condition).where(own).correlate(invitation).scalar_subquery()
