"""Starts analytics: follows the two feeds, and answers for scores."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.analytics.associations import api as associations
from services.analytics.case_team import api as case_team
from services.analytics.case_team.service import CaseTeam
from services.analytics.charts import api as charts
from services.analytics.charts.press import Press
from services.analytics.charts.service import Charts
from services.analytics.collaboration import api as collaboration
from services.analytics.cuts import api as cuts
from services.analytics.distribution import api as distribution
from services.analytics.exports import api as exports
from services.analytics.exports.service import Exports
from services.analytics.indicators import api as indicators
from services.analytics.people import api as people
from services.analytics.people.service import People
from services.analytics.projection.concern import concerns_person
from services.analytics.projection.feeds import feed_consumers
from services.analytics.projection.telling import read_scores_states
from services.analytics.release.decisions import GroupSize
from services.analytics.resident.keeping import MEGABYTE, Keeping
from services.analytics.resident.memo import Memo
from services.analytics.resident.service import Resident, Residents
from services.analytics.scores import api as scores
from services.analytics.scores.service import Scores
from services.analytics.scores.team_matrix import TeamMatrix
from services.analytics.settings import AnalyticsSettings
from services.analytics.standing import api as standing
from services.analytics.standing.service import Standing
from services.analytics.studies import api as studies
from services.analytics.validity import api as validity
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.changes.feed import feed_router
from shared.contracts.scores import SCORES
from shared.inside import inside_router
from shared.lifecycle import open_service, running
from shared.server import serve

SERVICE = "analytics"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: AnalyticsSettings = app.state.settings
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="statistics") as executor,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="cuts") as cutting,
    ):
        async with open_service(app, SERVICE, {SCORES: read_scores_states}), Press() as press:
            size = GroupSize(settings.minimum_group_size)
            keeping = Keeping(app.state.database, settings.resident_megabytes * MEGABYTE)
            resident, for_cuts = (
                Resident(app.state.database, keeping, size, thread) for thread in (executor, cutting)
            )
            residents = app.state.residents = Residents(resident, for_cuts)
            remembered = Memo[TeamMatrix](settings.remembered_megabytes * MEGABYTE)
            app.state.scores = Scores(app.state.database, size, remembered)
            app.state.case_team = CaseTeam(app.state.database, resident, size, executor)
            cases = GroupSize(settings.minimum_distribution_size)
            app.state.exports = Exports(app.state.database, residents, executor, cases)
            app.state.charts = Charts(app.state.scores, residents, press, executor)
            app.state.people = People(app.state.database, resident)
            app.state.standing = Standing(app.state.database, resident)
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
                exports.router,
                associations.router,
                validity.router,
                charts.router,
                collaboration.router,
                distribution.router,
                indicators.router,
                people.router,
                studies.router,
                cuts.router,
                standing.router,
                audit_router("/v1/analytics-audit-events", concerns_person),
                feed_router(),
                inside_router(),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )


if __name__ == "__main__":
    _settings = AnalyticsSettings()
    serve(SERVICE, build(_settings), _settings)
