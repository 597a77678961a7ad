"""Routes of scores. What may not be seen and what does not exist answer alike: `not-available`."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from starlette.responses import Response

from services.analytics.asking import (
    PERSONS,
    RESEARCHERS,
    AskedNow,
    CaseId,
    ResidentNow,
    WavePath,
    WaveQuery,
    represent_figures,
)
from services.analytics.release.envelope import Released
from services.analytics.scores.schemas import (
    CaseResults,
    LiveScores,
    MatrixView,
    Overview,
)
from services.analytics.scores.service import Scores
from services.analytics.scores.wave_scores import overview
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.representation import represent, represent_bytes

router = strict_router("scores")

RoundId = Annotated[UUID, Path(alias="roundId")]


async def _scores(request: Request) -> Scores:
    scores: Scores = request.app.state.scores
    return scores


ScoresNow = Annotated[Scores, Depends(_scores)]


@router.get(
    "/v1/cases/{caseId}/matrix",
    dependencies=[allow(*PERSONS)],
    response_model=Released[MatrixView],
)
async def get_matrix(
    request: Request, case_id: CaseId, wave: WaveQuery, caller: Caller, scores: ScoresNow
) -> Response:
    """See who experiences whom how: for the case's own team, once the round is closed."""
    return represent_bytes(request, await scores.matrix_as_sent(caller, case_id, wave), "application/json")


@router.get(
    "/v1/cases/{caseId}/scores",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[CaseResults],
)
async def get_case_scores(
    request: Request, case_id: CaseId, wave: WaveQuery, caller: Caller, scores: ScoresNow
) -> Response:
    """See a case's score, its dimensions, and how much was answered."""
    return represent(request, await scores.case_scores(caller, case_id, wave))


@router.get(
    "/v1/waves/{wave}/overview",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[Overview],
)
async def get_overview(wave: WavePath, asked: AskedNow, resident: ResidentNow) -> Response:
    """See all cases of a wave together."""
    return represent_figures(await resident.release(asked, partial(overview, wave)))


@router.get(
    "/v1/rounds/{roundId}/live-scores",
    dependencies=[allow(Role.CASE_SYSTEM, scope="scores:live")],
    response_model=LiveScores,
)
async def get_live_scores(
    request: Request, round_id: RoundId, caller: Caller, scores: ScoresNow
) -> Response:
    """See a round's scores while answers come in; they reveal single answers to whoever watches."""
    return represent(request, await scores.live_scores(caller, round_id))
