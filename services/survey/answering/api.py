"""Routes of respondents: their token is all they have, and all they need."""

from fastapi import Request
from starlette.responses import Response

from services.survey.answering import service
from services.survey.answering.policy import Respondent, respondent
from services.survey.answering.schemas import (
    DraftView,
    PutDraft,
    ResponseView,
    SubmissionView,
    SubmitResponse,
)
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.idempotency import Attempted, Made, once
from shared.representation import represent

router = strict_router("answering")


@router.get("/v1/response", dependencies=[respondent()], response_model=ResponseView)
async def get_response(request: Request, invited: Respondent, transaction: InTransaction) -> Response:
    """See what I am asked, what for, and who will see it."""
    language = preferred_language(request.headers.get("accept-language"))
    view = await service.show_response(transaction, invited, language)
    return represent(request, view, headers={"Content-Language": language})


@router.put("/v1/response/draft", dependencies=[respondent()], response_model=DraftView)
async def put_draft(
    request: Request, wanted: PutDraft, invited: Respondent, transaction: InTransaction
) -> Response:
    """Keep a draft of one form."""
    return represent(request, await service.put_draft(transaction, invited, wanted))


@router.post("/v1/response", dependencies=[respondent()], status_code=201, response_model=SubmissionView)
async def submit_response(
    request: Request,
    wanted: SubmitResponse,
    attempt: Attempted,
    invited: Respondent,
    transaction: InTransaction,
) -> Response:
    """Submit one form; it is stored for good before the answer leaves."""

    async def make() -> Made:
        view = await service.submit(transaction, invited, wanted)
        return Made(201, view.form_id, view)

    made = await once(transaction, attempt, make)
    view = made.view or await service.show_submission(transaction, invited, made.resource)
    return represent(request, view, status=made.status)
