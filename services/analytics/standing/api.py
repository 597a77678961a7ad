"""Routes of where cases stand. What is hidden and what doesn't exist answer alike: `not-available`."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.analytics.asking import (
    PERSONS,
    RESEARCHERS,
    AskedNow,
    CaseId,
    WavePath,
    WaveQuery,
)
from services.analytics.release.envelope import Released
from services.analytics.standing.attention import AttentionQuestion
from services.analytics.standing.case_standing import StandingQuestion
from services.analytics.standing.schemas import AttentionList, AttentionTerms, CaseStandingView
from services.analytics.standing.service import Standing
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.paging import Paging, next_link
from shared.query import QueryOf
from shared.representation import represent_tagged

router = strict_router("standing")

Terms = Annotated[AttentionTerms, Depends(QueryOf(AttentionTerms))]

ThresholdQuery = Annotated[
    float | None,
    Query(
        ge=1,
        le=5,
        allow_inf_nan=False,
        description="A limit in scale points; by default where the band `low` ends, 2.5.",
        examples=[2.5],
    ),
]


async def _standing(request: Request) -> Standing:
    standing: Standing = request.app.state.standing
    return standing


async def _question(wave: WavePath, terms: Terms, page: Paging, asked: AskedNow) -> AttentionQuestion:
    return AttentionQuestion(asked.caller, wave, terms, page, asked.language)


StandingNow = Annotated[Standing, Depends(_standing)]
QuestionAsked = Annotated[AttentionQuestion, Depends(_question)]


@router.get(
    "/v1/cases/{caseId}/standing",
    dependencies=[allow(*PERSONS, *RESEARCHERS, Role.CASE_WORKER)],
    response_model=Released[CaseStandingView],
)
async def get_case_standing(
    case_id: CaseId,
    wave: WaveQuery,
    asked: AskedNow,
    standing: StandingNow,
    threshold: ThresholdQuery = None,
) -> Response:
    """See where a case stands among the cases of like complexity: a probability, never a rank."""
    question = StandingQuestion(case_id, wave, asked.caller, threshold, asked.language)
    figured = await standing.of_case(asked, question)
    return represent_tagged(figured.view, figured.tag, {"Content-Language": asked.language})


@router.get(
    "/v1/waves/{wave}/attention-list",
    dependencies=[allow(*PERSONS, Role.CASE_WORKER, Role.ADMINISTRATOR)],
    response_model=Released[AttentionList],
)
async def get_attention_list(
    request: Request, question: QuestionAsked, asked: AskedNow, standing: StandingNow
) -> Response:
    """See which cases ask for attention, of those the caller has to do with, and why."""
    figured = await standing.attention(asked, question)
    sent: dict[str, str] = {"Content-Language": asked.language}
    if figured.view and figured.view.result and figured.view.result.next_cursor:
        sent["Link"] = next_link(request, figured.view.result.next_cursor)
    return represent_tagged(figured.view, figured.tag, sent)
