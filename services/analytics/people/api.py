"""Routes of people's own results. What is another's and what does not exist are both `not-available`."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.analytics.asking import (
    PERSONS,
    RESEARCHERS,
    AskedNow,
    ResidentNow,
    WavePath,
    WaveQuery,
    represent_figures,
)
from services.analytics.people.leader import Waves
from services.analytics.people.profile import leadership_profile
from services.analytics.people.schemas import LeaderResults, LeadershipProfile, ProfessionalResults
from services.analytics.people.service import People
from services.analytics.release.envelope import Released
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.wire import Code

router = strict_router("people")

ProfessionalId = Annotated[UUID, Path(alias="professionalId", description="My own employment.")]
LeaderId = Annotated[UUID, Path(alias="leaderId", description="The leader's own employment.")]
OneWave = Annotated[
    Code | None, Query(alias="wave", description="One wave's code; all if left out.", examples=["baseline"])
]
Since = Annotated[
    Code | None, Query(description="The earlier wave to hold it against.", examples=["baseline"])
]


async def _people(request: Request) -> People:
    people: People = request.app.state.people
    return people


async def _waves(wave: WaveQuery, since: Since = None) -> Waves:
    return Waves(wave, since)


PeopleNow = Annotated[People, Depends(_people)]


@router.get(
    "/v1/professionals/{professionalId}/scores",
    dependencies=[allow(*PERSONS)],
    response_model=Released[ProfessionalResults],
)
async def get_professional_scores(
    professional_id: ProfessionalId, asked: AskedNow, people: PeopleNow, wave: OneWave = None
) -> Response:
    """See how I experience the others in my cases, and they me: for myself alone."""
    return represent_figures(await people.of_professional(asked, professional_id, wave))


@router.get(
    "/v1/leaders/{leaderId}/scores",
    dependencies=[allow(Role.LEADER)],
    response_model=Released[LeaderResults],
)
async def get_leader_scores(
    leader_id: LeaderId,
    waves: Annotated[Waves, Depends(_waves)],
    asked: AskedNow,
    people: PeopleNow,
) -> Response:
    """See my own scores as a leader, from enough of my own employees."""
    return represent_figures(await people.of_leader(asked, leader_id, waves))


@router.get(
    "/v1/waves/{wave}/leadership-profile",
    dependencies=[allow(*RESEARCHERS, Role.LEADER)],
    response_model=Released[LeadershipProfile],
)
async def get_leadership_profile(wave: WavePath, asked: AskedNow, resident: ResidentNow) -> Response:
    """See framing, engagement and involvement of the tenant, its areas and units, over many leaders."""
    return represent_figures(await resident.release(asked, partial(leadership_profile, wave)))
