"""The feed of the notes, read as the role that may see every tenant, and a feed that is followed."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest

from shared.changes.bell import ChangeBell
from shared.changes.events import ChangeEvent
from shared.changes.feed import ChangeFeed
from shared.database.connection import Database
from shared.lifecycle import running
from shared.observability import FEED_CAUGHT_UP, FEED_LAG
from shared.resources import states_of
from tests.shared.changes.following import Following
from tests.shared.conftest import Superuser
from tests.shared.notes import NOTES, SERVICE, NoteView
from tests.support.databases import TestDatabase


@pytest.fixture(scope="module", autouse=True)
def no_feed_is_left() -> Iterator[None]:
    """Let no metric tell of feeds that only a test followed: a status names those of its process."""
    yield
    FEED_LAG.clear()
    FEED_CAUGHT_UP.clear()


@pytest.fixture
async def feed_database(notes_database: TestDatabase) -> AsyncIterator[Database]:
    """Open a pool as the feed's role."""
    database = Database(notes_database.feed, pool_size=2)
    yield database
    await database.close()


@pytest.fixture
async def bell(notes_database: TestDatabase) -> AsyncIterator[ChangeBell]:
    """Run a bell."""
    bell = ChangeBell(notes_database.app)
    ticket = bell.ticket()
    async with running(bell.run()):
        await ticket.wait()  # it rings when it is connected
        yield bell


@pytest.fixture
def feed(feed_database: Database, notes_database: TestDatabase) -> ChangeFeed:
    """Make a feed whose bell is silent."""
    return ChangeFeed(SERVICE, feed_database, ChangeBell(notes_database.app), READERS)


READERS = {NOTES.kind: states_of(NOTES, NoteView)}


async def read_on(feed: ChangeFeed, after: str, limit: int = 1000) -> tuple[list[ChangeEvent], str]:
    """Read until caught up."""
    events: list[ChangeEvent] = []
    while True:
        page = await feed.page(after, limit)
        events, after = events + page.events, page.next
        if page.caught_up:
            return events, after


async def end_of(feed: ChangeFeed) -> str:
    """Return the position after everything there is."""
    return (await read_on(feed, ""))[1]


def subjects(events: list[ChangeEvent]) -> list[UUID]:
    """Name what events are about."""
    return [event.subject for event in events]


@pytest.fixture
async def following(notes_database: TestDatabase, superuser: Superuser) -> AsyncIterator[Following]:
    """Follow a feed of the test's own."""
    await superuser.execute(
        "CREATE TABLE IF NOT EXISTS projected (owner text, generation integer, id uuid, version bigint, "
        "words text, PRIMARY KEY (owner, generation, id));"
        "CREATE TABLE IF NOT EXISTS applied (owner text PRIMARY KEY, pages integer NOT NULL);"
        "GRANT SELECT, INSERT, UPDATE, DELETE ON projected, applied TO samspil_cases_app"
    )
    database = Database(notes_database.app, pool_size=4)
    following = Following(notes_database, database, superuser)
    await superuser.execute("INSERT INTO applied VALUES ($1, 0)", following.name)
    yield following
    await database.close()
