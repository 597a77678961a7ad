"""What routes of results are asked with and how they answer; decides of nobody what they see."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.service import Resident, Residents
from shared.access.policy import Caller
from shared.access.principal import Role
from shared.app.language import preferred_language
from shared.representation import known_tags, represent_tagged
from shared.wire import Code

PERSONS = (Role.PROFESSIONAL, Role.LEADER)
RESEARCHERS = (Role.ANALYST, Role.ADMINISTRATOR)

CaseId = Annotated[UUID, Path(alias="caseId")]
WavePath = Annotated[Code, Path(alias="wave", examples=["baseline"])]
Earlier = Annotated[Code, Query(alias="from", description="The first wave's code.", examples=["baseline"])]
Later = Annotated[Code, Query(alias="to", description="The second wave's code.", examples=["follow-up"])]
WaveQuery = Annotated[Code, Query(description="The wave's code.", examples=["baseline"])]


async def _asked(request: Request, caller: Caller) -> Asked:
    headers = request.headers
    wanted = f"{request.url.path}?{request.url.query} {headers.get('accept', '')}"
    return Asked(caller, wanted, preferred_language(headers.get("accept-language")), known_tags(request))


async def _resident(request: Request) -> Resident:
    residents: Residents = request.app.state.residents
    return residents.figures


AskedNow = Annotated[Asked, Depends(_asked)]
ResidentNow = Annotated[Resident, Depends(_resident)]


def represent_figures(figured: Figured[Any]) -> Response:
    """Answer with figures and their tag, or 304 to who has them."""
    return represent_tagged(figured.view, figured.tag)
