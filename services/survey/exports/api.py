"""The route of exports; whoever may not ask is answered as if there were nobody."""

from fastapi import Request
from starlette.responses import Response

from services.survey.exports import service
from services.survey.exports.schemas import ExportSurveyData, SurveyDataExport
from services.survey.settings import SurveySettings
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.representation import represent

router = strict_router("exports")

_CONCERNED = (
    Role.DATA_STEWARD,
    Role.ADMINISTRATOR,
    Role.PROFESSIONAL,
    Role.LEADER,
    Role.CASE_WORKER,
)


@router.post(
    "/v1/survey-data-exports",
    dependencies=[allow(*_CONCERNED)],
    response_model=SurveyDataExport,
    responses={404: {"description": "Nobody is known by it, or not to you"}},
)
async def export_survey_data(
    request: Request, wanted: ExportSurveyData, transaction: InTransaction
) -> Response:
    """Read all that the survey holds about a citizen or an employee; employees may ask about themselves."""
    settings: SurveySettings = request.app.state.settings
    language = preferred_language(request.headers.get("accept-language"))
    reader = service.Reader(language, settings.minimum_group_size)
    view = await service.export(transaction, wanted, reader)
    return represent(request, view, headers={"Content-Language": language})
