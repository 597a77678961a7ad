"""Runs what invitations need in the background: sending what is due, and forgetting contacts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.survey.answering.tokens import RespondentTokens
from services.survey.invitations.keeper import ContactKeeper
from services.survey.invitations.letters import Sender
from services.survey.invitations.mail_server import MailAddress, MailServer
from services.survey.invitations.sender import MessageSender, Post
from services.survey.settings import SurveySettings
from shared.database.connection import Database
from shared.lifecycle import running


def post_of(settings: SurveySettings, tokens: RespondentTokens) -> Post:
    """Return what mails are sent with, as the settings say; without a mail server, none is sent."""
    page = str(settings.respondent_page)
    if settings.smtp_host is None or settings.smtp_from is None:
        return Post(tokens, page, None, None)
    sender = Sender(settings.smtp_from_name, settings.smtp_from)
    password = settings.smtp_password
    address = MailAddress(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        own_name=sender.domain,
        username=settings.smtp_username,
        password=None if password is None else password.get_secret_value(),
    )
    return Post(tokens, page, sender, MailServer(address))


@asynccontextmanager
async def sending(
    database: Database, settings: SurveySettings, tokens: RespondentTokens
) -> AsyncIterator[None]:
    """Send messages and forget contacts beside the body."""
    feed_database = Database(str(settings.feed_dsn), pool_size=1)
    sender = MessageSender(database, feed_database, post_of(settings, tokens))
    keeper = ContactKeeper(database, feed_database, settings.contact_days)
    try:
        async with running(sender.run(), keeper.run()):
            yield
    finally:
        await feed_database.close()
