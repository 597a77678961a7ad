"""Routes of distributions and response. What may not be seen and what does not exist answer alike."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from services.analytics.asking import RESEARCHERS, AskedNow, ResidentNow, WavePath, represent_figures
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.response import wave_response
from services.analytics.distribution.schemas import CaseScoreDistribution, WaveResponse
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import Released
from shared.access.policy import allow
from shared.app.routing import strict_router

router = strict_router("distributions")


async def _cases(request: Request) -> GroupSize:
    return GroupSize(request.app.state.settings.minimum_distribution_size)


CasesNow = Annotated[GroupSize, Depends(_cases)]


@router.get(
    "/v1/waves/{wave}/case-score-distribution",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[CaseScoreDistribution],
)
async def get_case_score_distribution(
    wave: WavePath, asked: AskedNow, resident: ResidentNow, cases: CasesNow
) -> Response:
    """See how the scores of a wave's cases spread, as far as no case can be picked out."""
    of_size = asked.and_of(cases.minimum)
    return represent_figures(await resident.release(of_size, partial(case_score_distribution, wave, cases)))


@router.get(
    "/v1/waves/{wave}/response-quality",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[WaveResponse],
)
async def get_response_quality(wave: WavePath, asked: AskedNow, resident: ResidentNow) -> Response:
    """See how much of each instrument was answered in a wave."""
    return represent_figures(await resident.release(asked, partial(wave_response, wave)))
