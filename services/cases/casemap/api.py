"""Routes of the map of a case: as data, and as a picture."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.cases.casemap import service
from services.cases.casemap.drawing import MEDIA_TYPE
from services.cases.casemap.schemas import CaseMapView
from services.cases.casemap.service import Pictures, Wanted
from services.cases.register.api import READERS, At, CaseId
from shared.access.policy import Caller, allow
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.representation import represent, represent_bytes

router = strict_router("case-map")


class Picture(Response):
    """A drawing; so the document of the service says what comes."""

    media_type = MEDIA_TYPE


_PICTURE = {
    "schema": {"type": "string", "maxLength": 33_554_432},
    "example": '<svg xmlns="http://www.w3.org/2000/svg"><title>Forløb 27</title></svg>',
}


async def _pictures(request: Request) -> Pictures:
    pictures: Pictures = request.app.state.pictures
    return pictures


Names = Annotated[
    bool, Query(description="Name the professionals; without, the picture tells their groups.")
]


async def _wanted(request: Request, names: Names = False, at: At = None) -> Wanted:
    return Wanted(preferred_language(request.headers.get("accept-language")), names, at)


PicturesNow = Annotated[Pictures, Depends(_pictures)]
WantedNow = Annotated[Wanted, Depends(_wanted)]


@router.get("/v1/cases/{caseId}/map", dependencies=[allow(*READERS)], response_model=CaseMapView)
async def get_case_map(
    request: Request, case_id: CaseId, transaction: InTransaction, at: At = None
) -> Response:
    """Read the areas, units, laws and professionals around a citizen or family, now or at a moment."""
    return represent(request, await service.show_map(transaction, case_id, at))


@router.get(
    "/v1/cases/{caseId}/map/picture",
    dependencies=[allow(*READERS)],
    response_class=Picture,
    responses={200: {"content": {MEDIA_TYPE: _PICTURE}, "description": "The picture"}},
)
async def get_case_map_picture(
    request: Request, case_id: CaseId, caller: Caller, pictures: PicturesNow, wanted: WantedNow
) -> Response:
    """Draw the map of a case as SVG, one landscape page to hang on the wall, now or at a moment."""
    picture = await pictures.draw_map(caller, case_id, wanted)
    return represent_bytes(request, picture, MEDIA_TYPE, {"Content-Language": wanted.language})
