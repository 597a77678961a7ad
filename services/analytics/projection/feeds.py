"""The feeds the projection follows, and who follows them; the service and the rebuild do it alike."""

from services.analytics.projection.followers import RegisterProjection, SurveyProjection
from services.analytics.projection.versions import REGISTER_FEED, SURVEY_FEED
from services.analytics.settings import AnalyticsSettings
from shared.access.tokens import TokenSigner
from shared.changes.consumer import FeedClient, FeedConsumer, Projection
from shared.database.connection import Database

FEEDS = (SURVEY_FEED, REGISTER_FEED)


def feed_consumers(service: str, settings: AnalyticsSettings, database: Database) -> list[FeedConsumer]:
    """Make a consumer of each feed, which reads it in the service's name."""
    signer = TokenSigner(service, settings.signing_key.get_secret_value())

    def consumer(feed: str, url: str, projection: Projection) -> FeedConsumer:
        client = FeedClient(url, audience=feed, signer=signer, name=service)
        return FeedConsumer(feed, client, projection, database, str(settings.app_dsn))

    return [
        consumer(SURVEY_FEED, str(settings.survey_url), SurveyProjection()),
        consumer(REGISTER_FEED, str(settings.cases_url), RegisterProjection()),
    ]
