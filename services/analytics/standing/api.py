"""Routes of where cases stand. What is hidden and what doesn't exist answer alike: `not-available`."""

from functools import partial
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.analytics.asking import PERSONS, RESEARCHERS, AskedNow, CaseId, ResidentNow, WaveQuery
from services.analytics.release.envelope import Released
from services.analytics.standing.case_standing import StandingQuestion, case_standing
from services.analytics.standing.schemas import CaseStandingView
from shared.access.policy import allow
from shared.app.routing import strict_router
from shared.audit import Access
from shared.representation import represent_tagged

router = strict_router("standing")

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


@router.get(
    "/v1/cases/{caseId}/standing",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[CaseStandingView],
)
async def get_case_standing(
    case_id: CaseId,
    wave: WaveQuery,
    asked: AskedNow,
    resident: ResidentNow,
    threshold: ThresholdQuery = None,
) -> Response:
    """See where a case stands among the cases of like complexity: a probability, never a rank."""
    question = StandingQuestion(case_id, wave, asked.caller.person, threshold, asked.language)
    access = Access("read", "case-standing", case_id, "case-results")
    figured = await resident.release(asked, partial(case_standing, question), access)
    return represent_tagged(figured.view, figured.tag, {"Content-Language": asked.language})
