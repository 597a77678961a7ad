"""Starts the survey: which slices it has, and what its feed tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.survey.answering import api as answering
from services.survey.answering.lane import SwiftLane
from services.survey.answering.submitting import taking_answers
from services.survey.answering.tokens import RespondentTokens
from services.survey.answers import api as answers
from services.survey.clock.work import RoundClock
from services.survey.erasure.follower import ErasureProjection
from services.survey.erasure.service import Eraser
from services.survey.exports import api as exports
from services.survey.following import api as following
from services.survey.instruments import api as instruments
from services.survey.instruments.definition import load_catalogue
from services.survey.invitations import api as invitations
from services.survey.invitations.worker import sending
from services.survey.page import api as page
from services.survey.progress import api as progress
from services.survey.rounds import api as rounds
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.cubes import read_measurement_states
from services.survey.rounds.repository import INVITATION_ROWS, ROUND_ROWS
from services.survey.rounds.service import RoundOpener
from services.survey.rounds.updating import RosterFollower
from services.survey.rules import api as rules
from services.survey.rules.service import RuleKeeper
from services.survey.settings import SurveySettings
from services.survey.standing.follower import StandingProjection
from shared.access.tokens import TokenSigner
from shared.app.builder import ServiceDescription, build_app
from shared.audit_trail import audit_router
from shared.changes.consumer import FeedClient, FeedConsumer, Together
from shared.changes.feed import feed_router
from shared.contracts.survey import INVITATION, MEASUREMENT, ROUND, InvitationInFeed, RoundInFeed
from shared.database.connection import Database
from shared.inside import inside_router
from shared.lifecycle import open_service, running
from shared.resources import states_of
from shared.server import serve

SERVICE = "survey"

# A name of its own since standings are kept: who followed erasures only begins again, which does no harm.
_REGISTER = "register"

_FEED = {
    ROUND: states_of(ROUND_ROWS, RoundInFeed),
    MEASUREMENT: read_measurement_states,
    INVITATION: states_of(INVITATION_ROWS, InvitationInFeed),
}


@asynccontextmanager
async def _following_register(app: FastAPI, signer: TokenSigner) -> AsyncIterator[None]:
    """Erase what the register erases, and keep how cases stand.

    Erasing takes a connection of its own, as one is busy with the page.
    """
    settings: SurveySettings = app.state.settings
    dsn = str(settings.app_dsn)
    erasing = Database(dsn, pool_size=1, on_change=app.state.bell.ring)
    client = FeedClient(str(settings.cases_url), audience="cases", signer=signer, name=SERVICE)
    projection = Together(ErasureProjection(Eraser(erasing)), StandingProjection())
    consumer = FeedConsumer(_REGISTER, client, projection, app.state.database, dsn)
    try:
        async with running(consumer.run()):
            yield
    finally:
        await erasing.close()


@asynccontextmanager
async def _keeping_time(app: FastAPI, opener: RoundOpener, keeper: RuleKeeper) -> AsyncIterator[None]:
    """Open and close rounds when their time has come; the feed's role sees which of any tenant."""
    feed_database = Database(str(app.state.settings.feed_dsn), pool_size=1)
    clock = RoundClock(app.state.database, feed_database, opener, keeper)
    try:
        async with running(clock.run(app.state.bell)):
            yield
    finally:
        await feed_database.close()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: SurveySettings = app.state.settings
    signer = TokenSigner(SERVICE, settings.signing_key.get_secret_value())
    cases = CasesClient(str(settings.cases_url), signer)
    load_catalogue()
    async with open_service(app, SERVICE, _FEED):
        app.state.round_opener = opener = RoundOpener(app.state.database, cases)
        app.state.roster_follower = RosterFollower(app.state.database, cases)
        async with (
            taking_answers(app.state.database) as app.state.submitting,
            _following_register(app, signer),
            _keeping_time(app, opener, RuleKeeper(app.state.database, cases, opener)),
            sending(app.state.database, settings, app.state.respondent_tokens),
        ):
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
                answering.router,
                page.router,
                page.files,
                instruments.router,
                rounds.router,
                rules.router,
                invitations.router,
                progress.router,
                following.router,
                answers.router,
                exports.router,
                audit_router("/v1/survey-audit-events"),
                feed_router(),
                inside_router(),
            ],
            lifespan=_lifespan,
        ),
        settings,
    )
    app.user_middleware.append(Middleware(SwiftLane))  # the innermost
    app.state.respondent_tokens = RespondentTokens(settings.respondent_key.get_secret_value().encode())
    return app


if __name__ == "__main__":
    _settings = SurveySettings()
    serve(SERVICE, build(_settings), _settings)
