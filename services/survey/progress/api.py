"""Routes of progress."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from starlette.responses import Response

from services.survey.progress import service
from services.survey.progress.schemas import ProgressFilter, RoundProgress, SurveyProgress
from services.survey.settings import SurveySettings
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.query import QueryOf
from shared.representation import represent

router = strict_router("rounds")

_READERS = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.LEADER)

RoundId = Annotated[UUID, Path(alias="roundId")]
Filter = Annotated[ProgressFilter, Depends(QueryOf(ProgressFilter))]


@router.get(
    "/v1/rounds/{roundId}/progress",
    dependencies=[allow(*_READERS)],
    response_model=RoundProgress,
    responses={404: {"description": "No such round"}},
)
async def read_round_progress(request: Request, round_id: RoundId, transaction: InTransaction) -> Response:
    """Read how many of those asked in a round have answered; never who, nor what.

    Who is missing is in the list of invitations. Leaders see the rate of rounds that name them, where
    enough are asked.
    """
    return represent(request, await service.show_round_progress(transaction, round_id, _enough(request)))


@router.get("/v1/survey-progress", dependencies=[allow(*_READERS)], response_model=SurveyProgress)
async def read_survey_progress(request: Request, wanted: Filter, transaction: InTransaction) -> Response:
    """Read how far the rounds you handle have come together; for leaders, the rate of those naming them.

    A leader's rate is of the rounds alone whose own rate that leader may see, so that no difference tells
    of a smaller one.
    """
    return represent(request, await service.show_survey_progress(transaction, wanted, _enough(request)))


def _enough(request: Request) -> int:
    settings: SurveySettings = request.app.state.settings
    return settings.minimum_group_size
