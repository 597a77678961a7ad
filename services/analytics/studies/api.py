"""Route of a study's effect: for analysts and administrators; nobody else learns of arms."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path
from starlette.responses import Response

from services.analytics.asking import RESEARCHERS, AskedNow, Earlier, Later, ResidentNow, represent_figures
from services.analytics.release.envelope import Released
from services.analytics.studies.effect import effect
from services.analytics.studies.schemas import EffectView
from shared.access.policy import allow
from shared.app.routing import strict_router

router = strict_router("study-effects")

StudyId = Annotated[UUID, Path(alias="studyId")]


async def _waves(earlier: Earlier, later: Later) -> tuple[str, str]:
    return earlier, later


WavesNow = Annotated[tuple[str, str], Depends(_waves)]


@router.get(
    "/v1/studies/{studyId}/effect",
    dependencies=[allow(*RESEARCHERS)],
    response_model=Released[EffectView],
)
async def get_study_effect(
    study_id: StudyId,
    waves: WavesNow,
    asked: AskedNow,
    resident: ResidentNow,
) -> Response:
    """See a study's arms before and after, and the effect with its interval."""
    return represent_figures(await resident.release(asked, partial(effect, study_id, waves)))
