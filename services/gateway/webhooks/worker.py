"""Runs what tells the outside: following the feeds, delivering what is due, dropping what is old."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from services.gateway.feed.keeper import EventKeeper
from services.gateway.feed.recording import EventRecorder
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks.backlog import Backlog
from services.gateway.webhooks.dispatcher import Courier, Dispatcher
from services.gateway.webhooks.outbox import queue_deliveries
from services.gateway.webhooks.sending import open_sender
from shared.access.tokens import TokenSigner
from shared.changes.consumer import FeedClient, FeedConsumer
from shared.database.connection import Database
from shared.lifecycle import running

FOLLOWER = "gateway-feeds"
"""The issuer of the tokens that feeds are read with: the gateway's own key speaks for callers only."""

_POOL_SIZE = 3


@asynccontextmanager
async def telling(app: FastAPI) -> AsyncIterator[None]:
    """Tell the outside beside the body, over connections that no request waits for."""
    settings: GatewaySettings = app.state.settings
    database = Database(str(settings.app_dsn), _POOL_SIZE, on_change=app.state.bell.ring)
    feed_database = Database(str(settings.feed_dsn), pool_size=1)
    keeper = EventKeeper(database, feed_database, settings.event_days)
    consumers = [_consumer(settings, service, database) for service in settings.follows]
    try:
        async with AsyncExitStack() as stack:
            sender = await stack.enter_async_context(open_sender(settings.webhook_addresses))
            courier = Courier(sender, app.state.webhook_secrets, settings.public_url)
            dispatcher = Dispatcher(database, feed_database, courier)
            backlog = Backlog(feed_database)
            own = (dispatcher.run(app.state.bell), keeper.run(), backlog.run())
            await stack.enter_async_context(running(*own, *(each.run() for each in consumers)))
            yield
    finally:
        await database.close()
        await feed_database.close()


def _consumer(settings: GatewaySettings, service: str, database: Database) -> FeedConsumer:
    signer = TokenSigner(FOLLOWER, settings.feeds_signing_key.get_secret_value())
    url = str(settings.upstreams[service])
    client = FeedClient(url, audience=service, signer=signer, name=FOLLOWER, thin=True)
    recorder = EventRecorder(service, queue_deliveries)
    return FeedConsumer(service, client, recorder, database, str(settings.app_dsn))
