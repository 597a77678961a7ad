"""Routes of respondents: their token is all they have, and all they need."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from starlette.responses import Response

from services.survey.answering import service
from services.survey.answering.policy import Respondent, respondent
from services.survey.answering.schemas import (
    CorrectionView,
    CorrectResponse,
    DeclineResponse,
    DraftView,
    PutDraft,
    ResponseView,
    StateView,
    SubmissionView,
    SubmitResponse,
    WithdrawForRespondent,
    WithdrawResponse,
)
from services.survey.answering.submitting import Submitting
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted
from shared.representation import represent

router = strict_router("answering")

InvitationId = Annotated[UUID, Path(alias="invitationId")]


@router.post("/v1/response", dependencies=[respondent()], status_code=201, response_model=SubmissionView)
async def submit_response(
    request: Request, wanted: SubmitResponse, attempt: Attempted, invited: Respondent
) -> Response:
    """Submit one form; it is stored for good before the answer leaves."""
    submitting: Submitting = request.app.state.submitting
    return represent(request, await submitting.submit(invited, attempt, wanted), status=201)


@router.post(
    "/v1/response/corrections", dependencies=[respondent()], status_code=201, response_model=CorrectionView
)
async def correct_response(
    request: Request, wanted: CorrectResponse, attempt: Attempted, invited: Respondent
) -> Response:
    """Correct a submitted form while it can still be answered; what was answered before is kept, too."""
    submitting: Submitting = request.app.state.submitting
    return represent(request, await submitting.correct(invited, attempt, wanted), status=201)


@router.get("/v1/response", dependencies=[respondent()], response_model=ResponseView)
async def get_response(request: Request, invited: Respondent, transaction: InTransaction) -> Response:
    """See what I am asked, what for, and who will see it."""
    accepted = request.headers.get("accept-language")
    view = await service.show_response(transaction, invited, accepted)
    submitting: Submitting = request.app.state.submitting
    await submitting.foresee(transaction, invited)
    return represent(request, view, headers={"Content-Language": view.language})


@router.put("/v1/response/draft", dependencies=[respondent()], response_model=DraftView)
async def put_draft(
    request: Request, wanted: PutDraft, invited: Respondent, transaction: InTransaction
) -> Response:
    """Keep a draft of one form."""
    return represent(request, await service.put_draft(transaction, invited, wanted))


@router.put("/v1/response/declination", dependencies=[respondent()], response_model=StateView)
async def decline_response(
    request: Request, wanted: DeclineResponse, invited: Respondent, transaction: InTransaction
) -> Response:
    """Say that I don't want to answer."""
    return represent(request, await service.decline(transaction, invited))


@router.put("/v1/response/withdrawal", dependencies=[respondent()], response_model=StateView)
async def withdraw_response(
    request: Request, wanted: WithdrawResponse, invited: Respondent, transaction: InTransaction
) -> Response:
    """Take back all I have answered: it is deleted."""
    return represent(request, await service.withdraw(transaction, invited))


@router.put(
    "/v1/invitations/{invitationId}/withdrawal",
    dependencies=[allow(Role.DATA_STEWARD, Role.ADMINISTRATOR)],
    response_model=StateView,
)
async def withdraw_for_respondent(
    request: Request, invitation_id: InvitationId, wanted: WithdrawForRespondent, transaction: InTransaction
) -> Response:
    """Delete all that a respondent has answered, also after closing."""
    return represent(request, await service.withdraw_for(transaction, invitation_id, wanted.purpose))
