"""Starts analytics: follows the two feeds, and answers for scores."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.analytics.case_team import api as case_team
from services.analytics.case_team.service import CaseTeam
from services.analytics.projection.concern import concerns_person
from services.analytics.projection.followers import RegisterProjection, SurveyProjection
from services.analytics.projection.repository import REGISTER_FEED, SURVEY_FEED
from services.analytics.release.decisions import GroupSize
from services.analytics.scores import api as scores
from services.analytics.scores.service import Scores
from services.analytics.settings import AnalyticsSettings
from shared.access.tokens import TokenSigner
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.changes.consumer import FeedClient, FeedConsumer, Projection
from shared.lifecycle import open_service, running
from shared.server import serve

SERVICE = "analytics"


def _consumer(app: FastAPI, feed: str, url: str, projection: Projection) -> FeedConsumer:
    settings: AnalyticsSettings = app.state.settings
    signer = TokenSigner(SERVICE, settings.signing_key.get_secret_value())
    client = FeedClient(url, audience=feed, signer=signer, name=SERVICE)
    return FeedConsumer(feed, client, projection, app.state.database, str(settings.app_dsn))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: AnalyticsSettings = app.state.settings
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="statistics") as executor:
        async with open_service(app, SERVICE, {}):
            size = GroupSize(settings.minimum_group_size)
            app.state.scores = Scores(app.state.database, size, executor)
            app.state.case_team = CaseTeam(app.state.database, size, executor)
            survey = _consumer(app, SURVEY_FEED, str(settings.survey_url), SurveyProjection())
            register = _consumer(app, REGISTER_FEED, str(settings.cases_url), RegisterProjection())
            async with running(survey.run(), register.run()):
                yield


def build(settings: AnalyticsSettings) -> FastAPI:
    """Build the application of analytics."""
    return build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: scores",
            description="Relational capacity, leadership and citizen-experienced quality, safe to show.",
            routers=[
                scores.router,
                case_team.router,
                audit_router("/v1/analytics-audit-events", concerns_person),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )


if __name__ == "__main__":
    _settings = AnalyticsSettings()
    serve(SERVICE, build(_settings), _settings)
