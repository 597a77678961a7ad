"""Starts analytics: follows the two feeds, and answers for scores."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.analytics.case_team import api as case_team
from services.analytics.case_team.service import CaseTeam
from services.analytics.projection.concern import concerns_person
from services.analytics.projection.feeds import feed_consumers
from services.analytics.release.decisions import GroupSize
from services.analytics.resident.service import Resident
from services.analytics.scores import api as scores
from services.analytics.scores.service import Scores
from services.analytics.settings import AnalyticsSettings
from services.analytics.standing import api as standing
from services.analytics.standing.service import Standing
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.lifecycle import open_service, running
from shared.server import serve

SERVICE = "analytics"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: AnalyticsSettings = app.state.settings
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="statistics") as executor:
        async with open_service(app, SERVICE, {}):
            size = GroupSize(settings.minimum_group_size)
            app.state.scores = Scores(app.state.database, size)
            app.state.resident = Resident(app.state.database, size, executor)
            app.state.standing = Standing(app.state.database, app.state.resident)
            app.state.case_team = CaseTeam(app.state.database, size, executor)
            consumers = feed_consumers(SERVICE, settings, app.state.database)
            async with running(*(each.run() for each in consumers)):
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
                standing.router,
                audit_router("/v1/analytics-audit-events", concerns_person),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )


if __name__ == "__main__":
    _settings = AnalyticsSettings()
    serve(SERVICE, build(_settings), _settings)
