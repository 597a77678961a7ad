"""Starts the survey: which slices it has, and what its feed tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.survey.answering import api as answering
from services.survey.answering.tokens import RespondentTokens
from services.survey.erasure.follower import REGISTER_FEED, ErasureProjection
from services.survey.erasure.service import Eraser
from services.survey.exports import api as exports
from services.survey.instruments import api as instruments
from services.survey.instruments.definition import load_catalogue
from services.survey.rounds import api as rounds
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.repository import ROUND_ROWS, read_measurement_states
from services.survey.rounds.service import RoundOpener
from services.survey.settings import SurveySettings
from shared.access.tokens import TokenSigner
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.changes.consumer import FeedClient, FeedConsumer
from shared.changes.feed import feed_router
from shared.contracts.survey import MEASUREMENT, ROUND, RoundInFeed
from shared.database.connection import Database
from shared.lifecycle import open_service, running
from shared.resources import states_of
from shared.server import serve

SERVICE = "survey"

_FEED = {ROUND: states_of(ROUND_ROWS, RoundInFeed), MEASUREMENT: read_measurement_states}


@asynccontextmanager
async def _following_erasures(app: FastAPI, signer: TokenSigner) -> AsyncIterator[None]:
    """Erase what the register erases; over a connection of its own, as one is busy with the page."""
    settings: SurveySettings = app.state.settings
    dsn = str(settings.app_dsn)
    erasing = Database(dsn, pool_size=1, on_change=app.state.bell.ring)
    client = FeedClient(str(settings.cases_url), audience=REGISTER_FEED, signer=signer, name=SERVICE)
    projection = ErasureProjection(Eraser(erasing))
    consumer = FeedConsumer(REGISTER_FEED, client, projection, app.state.database, dsn)
    try:
        async with running(consumer.run()):
            yield
    finally:
        await erasing.close()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: SurveySettings = app.state.settings
    signer = TokenSigner(SERVICE, settings.signing_key.get_secret_value())
    cases = CasesClient(str(settings.cases_url), signer)
    load_catalogue()
    async with open_service(app, SERVICE, _FEED):
        app.state.round_opener = RoundOpener(app.state.database, cases)
        async with _following_erasures(app, signer):
            yield
    await cases.close()


def build(settings: SurveySettings) -> FastAPI:
    """Build the survey's application."""
    app = build_app(
        ServiceDescription(
            name=SERVICE,
            title="Samspil: the survey",
            description="Questionnaires, the rounds they are asked in, and the answers.",
            routers=[
                instruments.router,
                rounds.router,
                answering.router,
                exports.router,
                audit_router("/v1/survey-audit-events"),
                feed_router(),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )
    app.state.respondent_tokens = RespondentTokens(settings.respondent_key.get_secret_value().encode())
    return app


if __name__ == "__main__":
    _settings = SurveySettings()
    serve(SERVICE, build(_settings), _settings)
