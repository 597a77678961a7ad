"""Routes of rounds and invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from starlette.responses import Response

from services.survey.rounds import service
from services.survey.rounds.repository import ROUND_ROWS, select_invitations
from services.survey.rounds.schemas import (
    CloseRound,
    InvitationView,
    LinkView,
    OpenRound,
    RequestLink,
    RevokeLink,
    RoundView,
)
from services.survey.rounds.tables import invitation
from services.survey.settings import SurveySettings
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row, view_of

router = strict_router("rounds")

_CASE_STAFF = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)

RoundId = Annotated[UUID, Path(alias="roundId")]
InvitationId = Annotated[UUID, Path(alias="invitationId")]


@router.put(
    "/v1/rounds/{roundId}",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=RoundView,
    responses={201: {"model": RoundView, "description": "Opened"}},
)
async def open_round(
    request: Request,
    round_id: RoundId,
    wanted: OpenRound,
    precondition: Conditional,
    caller: Caller,
) -> Response:
    """Open a round for a case: one measurement per instrument, one invitation per person."""
    opener: service.RoundOpener = request.app.state.round_opener
    view, put = await opener.open_round(caller, round_id, wanted, precondition)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/rounds/{roundId}", dependencies=[allow(*_CASE_STAFF)], response_model=RoundView)
async def get_round(request: Request, round_id: RoundId, transaction: InTransaction) -> Response:
    """Read a round."""
    view = await service.show_round(transaction, round_id)
    return represent(request, view, version=view.version)


@router.put("/v1/rounds/{roundId}/closure", dependencies=[allow(*_CASE_STAFF)], response_model=RoundView)
async def close_round(
    request: Request, round_id: RoundId, _wanted: CloseRound, transaction: InTransaction
) -> Response:
    """Close a round; closing it again changes nothing."""
    view = await service.close(transaction, round_id)
    return represent(request, view, version=view.version)


@router.get(
    "/v1/rounds/{roundId}/invitations",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=Page[InvitationView],
)
async def list_invitations(
    request: Request, round_id: RoundId, page: Paging, transaction: InTransaction
) -> Response:
    """List who is invited and how far each is; never what was answered."""
    await read_row(transaction, ROUND_ROWS, round_id)
    return represent(
        request,
        await read_page(
            transaction,
            select_invitations().where(invitation.c.round_id == round_id),
            invitation,
            page,
            lambda row: view_of(InvitationView, row),
        ),
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
    token = await service.make_link(
        transaction, request.app.state.respondent_tokens, invitation_id, wanted.purpose
    )
    link = f"{settings.respondent_page}#{token}"
    return represent(request, LinkView(invitation_id=invitation_id, link=link))


@router.post(
    "/v1/invitations/{invitationId}/revocation",
    dependencies=[allow(*_CASE_STAFF)],
    response_model=InvitationView,
)
async def revoke_links(
    request: Request, invitation_id: InvitationId, wanted: RevokeLink, transaction: InTransaction
) -> Response:
    """Make every link sent so far worthless; a new link can be asked for afterwards."""
    await service.revoke_links(transaction, invitation_id, wanted.purpose)
    row = (
        await transaction.rows(
            select_invitations().where(
                invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id
            )
        )
    )[0]
    return represent(request, view_of(InvitationView, row))
