"""Routes of invitations; who is still missing is for those who run the round, and nobody else."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from starlette.responses import Response

from services.survey.answering.tokens import RespondentTokens
from services.survey.invitations import service
from services.survey.invitations.repository import select_invitations
from services.survey.invitations.schemas import (
    InvitationView,
    LinkView,
    PutBounce,
    PutContact,
    PutExtension,
    RequestLink,
    RevokeLink,
)
from services.survey.invitations.states import InvitationState, state_of_invitation
from services.survey.rounds.tables import invitation
from services.survey.settings import SurveySettings
from services.survey.standing.handling import find_handled_round
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import Page, Paging, read_page
from shared.representation import represent
from shared.resources import view_of

router = strict_router("invitations")

_CASE_STAFF = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)

RoundId = Annotated[UUID, Path(alias="roundId")]
InvitationId = Annotated[UUID, Path(alias="invitationId")]


@router.get(
    "/v1/rounds/{roundId}/invitations",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=Page[InvitationView],
)
async def list_invitations(
    request: Request,
    round_id: RoundId,
    page: Paging,
    transaction: InTransaction,
    state: Annotated[InvitationState | None, Query(description="Only those who have come so far.")] = None,
) -> Response:
    """List who is invited and how far each is; never what was answered."""
    await find_handled_round(transaction, round_id)
    statement = select_invitations(transaction).where(invitation.c.round_id == round_id)
    if state is not None:
        statement = statement.where(state_of_invitation() == state)
    return represent(
        request,
        await read_page(transaction, statement, invitation, page, lambda row: view_of(InvitationView, row)),
    )


@router.post(
    "/v1/invitations/{invitationId}/link",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=LinkView,
)
async def request_link(
    request: Request, invitation_id: InvitationId, wanted: RequestLink, transaction: InTransaction
) -> Response:
    """Get a respondent's personal link, in order to send it; who asks is recorded."""
    settings: SurveySettings = request.app.state.settings
    tokens: RespondentTokens = request.app.state.respondent_tokens
    link_to = partial(tokens.link, str(settings.respondent_page))
    return represent(request, await service.make_link(transaction, link_to, invitation_id, wanted.purpose))


@router.post(
    "/v1/invitations/{invitationId}/revocation",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=InvitationView,
)
async def revoke_links(
    request: Request, invitation_id: InvitationId, wanted: RevokeLink, transaction: InTransaction
) -> Response:
    """Make every link sent so far worthless; a new link can be asked for afterwards."""
    view = await service.revoke_links(transaction, invitation_id, wanted.purpose)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/invitations/{invitationId}/contact",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=InvitationView,
)
async def put_contact(
    request: Request, invitation_id: InvitationId, wanted: PutContact, transaction: InTransaction
) -> Response:
    """Say how somebody gets the link; the address is never told back, and goes after the round."""
    view = await service.put_contact(transaction, invitation_id, wanted)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/invitations/{invitationId}/extension",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=InvitationView,
)
async def put_extension(
    request: Request, invitation_id: InvitationId, wanted: PutExtension, transaction: InTransaction
) -> Response:
    """Let one person answer longer than the others; the round closes no sooner."""
    view = await service.put_extension(transaction, invitation_id, wanted)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/invitations/{invitationId}/bounce",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=InvitationView,
)
async def put_bounce(
    request: Request, invitation_id: InvitationId, wanted: PutBounce, transaction: InTransaction
) -> Response:
    """Say that a message did not arrive: no more are sent until there is a new contact."""
    view = await service.put_bounce(transaction, invitation_id, wanted)
    return represent(request, view, version=view.version)
