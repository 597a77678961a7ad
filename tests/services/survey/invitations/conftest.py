"""Fixtures of the invitations' tests: a tenant's scene, a mail server and senders."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest

from services.survey.answering.tokens import RespondentTokens
from services.survey.invitations.letters import Sender
from services.survey.invitations.mail_server import MailAddress, MailServer, Security
from services.survey.invitations.sender import MessageSender, Post
from shared.database.connection import Database
from tests.services.survey.invitations.post_office import PostOffice, post_office
from tests.services.survey.invitations.scene import Scene
from tests.support.databases import TestDatabase

KEY = b"a key of the tests, thirty-two by"
FROM = "samspil@hedensted.example"
PAGE = "https://svar.hedensted.example/"

MakeSender = Callable[..., MessageSender]


@pytest.fixture(scope="session")
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Give the tests a pool as the service has one."""
    pool = Database(databases["survey"].app, 4)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def feed(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Give the tests a connection that sees every tenant."""
    pool = Database(databases["survey"].feed, 2)
    yield pool
    await pool.close()


@pytest.fixture
def scene(database: Database, tenant: UUID) -> Scene:
    """Give the test a tenant's rounds."""
    return Scene(database, tenant)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """Run a mail server for the test."""
    async with post_office() as opened:
        yield opened


@pytest.fixture
def make_sender(database: Database, feed: Database, office: PostOffice) -> MakeSender:
    """Return a maker of senders: each is what one process would run."""

    def make(port: int | None = None) -> MessageSender:
        address = MailAddress("127.0.0.1", port or office.port, Security.NONE, "hedensted.example")
        post = Post(RespondentTokens(KEY), PAGE, Sender("Samspil", FROM), MailServer(address))
        return MessageSender(database, feed, post)

    return make
