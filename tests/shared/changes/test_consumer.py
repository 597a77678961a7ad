"""A consumer's projection equals the feed, whatever is repeated, killed, contended for or restored."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from shared.changes import consumer as consumer_module
from shared.changes.consumer import FeedClient, FeedConsumer, FenceMoved
from shared.changes.events import ChangeEvent, ChangePage, PositionUnknown
from shared.database.connection import Database, Transaction
from shared.lifecycle import running
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import SERVICE
from tests.support.databases import TestDatabase
from tests.support.keys import signer

_KEEP = text(
    "INSERT INTO projected AS p (owner, generation, id, version, words) "
    "VALUES (:owner, :generation, :id, :version, :words) "
    "ON CONFLICT (owner, generation, id) DO UPDATE SET version = excluded.version, words = excluded.words "
    "WHERE excluded.version > p.version"
)
_COUNT = text("UPDATE applied SET pages = pages + 1 WHERE owner = :owner")
_CLEAR = text(
    "DELETE FROM projected WHERE (owner, generation, id) IN "
    "(SELECT owner, generation, id FROM projected "
    "WHERE owner = :owner AND generation = :generation LIMIT 2)"
)


class ScriptedFeed(FeedClient):
    """A feed in memory. Its positions are `epoch.index`; the epoch can be raised, as by a restore."""

    def __init__(self, page_size: int = 3) -> None:
        self.events: list[ChangeEvent] = []
        self.epoch = 1
        self.asked: list[str] = []
        self._page_size = page_size

    def tell(self, subject: UUID, version: int, words: str | None = "words") -> None:
        """Add an event."""
        self.events.append(
            ChangeEvent(
                id=str(len(self.events)),
                source="/scripted",
                type="note",
                subject=subject,
                tenantid=subject,
                subjectversion=version,
                data=None if words is None else {"words": words},
            )
        )

    async def page(self, after: str, wait: int) -> ChangePage:
        """Return the page after a position."""
        self.asked.append(after)
        await asyncio.sleep(0.002)
        epoch, _, index = after.partition(".") if after else (str(self.epoch), ".", "0")
        if int(epoch) != self.epoch:
            raise PositionUnknown
        stop = min(int(index) + self._page_size, len(self.events))
        events = self.events[int(index) : stop]
        return ChangePage(events=events, next=f"{epoch}.{stop}", caught_up=stop == len(self.events))

    async def close(self) -> None:
        """Close nothing."""


class Projected:
    """A projection in the database; can be told to fail after it has written."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.fails = False
        self.cleared: list[int] = []

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Keep the newest words of each subject, and count the pages."""
        for event in events:
            words = (event.data or {}).get("words")
            row = {"id": event.subject, "version": event.subjectversion, "words": words}
            await transaction.execute(_KEEP, {"owner": self.owner, "generation": generation, **row})
        await transaction.execute(_COUNT, {"owner": self.owner})
        if self.fails:
            raise RuntimeError("killed between fetch and commit")

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Delete two rows at a time."""
        self.cleared.append(generation)
        deleted = await transaction.execute(_CLEAR, {"owner": self.owner, "generation": generation})
        return deleted.rowcount == 0


class Following:
    """A feed, a consumer's projection, and what the database holds of it."""

    def __init__(self, logins: TestDatabase, database: Database, superuser: Superuser) -> None:
        self.name = uuid4().hex
        self.feed = ScriptedFeed()
        self.projected = Projected(self.name)
        self._logins, self._database, self._superuser = logins, database, superuser

    def consumer(self, client: FeedClient | None = None) -> FeedConsumer:
        """Make a consumer; all of them share name, lease and place."""
        return FeedConsumer(
            self.name, client or self.feed, self.projected, self._database, self._logins.app
        )

    async def catch_up(self) -> None:
        """Step until there is nothing more to read."""
        consumer = self.consumer()
        while not await consumer.step():
            pass

    async def rows(self, generation: int = 1) -> dict[UUID, tuple[int, str | None]]:
        """Return what is kept in a generation."""
        query = "SELECT id, version, words FROM projected WHERE owner = $1 AND generation = $2"
        found = await self._superuser.fetch(query, self.name, generation)
        return {row["id"]: (row["version"], row["words"]) for row in found}

    async def places(self) -> list[tuple[int, str, str]]:
        """Return generations, their states and positions."""
        query = "SELECT generation, state, position FROM feed_position WHERE consumer = $1 ORDER BY 1"
        return [tuple(row) for row in await self._superuser.fetch(query, self.name)]

    async def pages(self) -> int:
        """Return how many pages were applied and committed."""
        found: int = await self._superuser.fetchval("SELECT pages FROM applied WHERE owner = $1", self.name)
        return found


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


def newest(events: Sequence[ChangeEvent]) -> dict[UUID, tuple[int, Any]]:
    """Return what a projection must hold in the end."""
    states: dict[UUID, tuple[int, Any]] = {}
    for event in events:
        if event.subjectversion > states.get(event.subject, (0, None))[0]:
            states[event.subject] = (event.subjectversion, (event.data or {}).get("words"))
    return states


class TestApplying:
    """Each page is applied once, and the newest state stays."""

    async def test_it_equals_the_feed_and_resumes(self, following: Following) -> None:
        for number in range(7):
            following.feed.tell(uuid4(), 1, f"first {number}")
        await following.catch_up()
        assert await following.rows() == newest(following.feed.events)
        following.feed.tell(following.feed.events[0].subject, 2, "second")
        following.feed.asked.clear()
        await following.catch_up()
        assert following.feed.asked == ["1.7"]
        assert await following.rows() == newest(following.feed.events)

    @pytest.mark.parametrize("versions", [(1, 2, 3), (3, 2, 1), (2, 3, 2, 1), (1, 1, 1), (3, 1, 3, 2)])
    async def test_order_and_repetition_do_not_matter(
        self, following: Following, versions: tuple[int, ...]
    ) -> None:
        subject = uuid4()
        for version in versions:
            following.feed.tell(subject, version, f"v{version}")
        await following.catch_up()
        assert await following.rows() == {subject: (max(versions), f"v{max(versions)}")}

    async def test_what_is_erased_is_emptied(self, following: Following) -> None:
        subject = uuid4()
        following.feed.tell(subject, 1)
        following.feed.tell(subject, 2, None)
        await following.catch_up()
        assert await following.rows() == {subject: (2, None)}

    async def test_a_page_with_nothing_new_writes_nothing(self, following: Following) -> None:
        following.feed.tell(uuid4(), 1)
        await following.catch_up()
        await following.catch_up()
        assert await following.pages() == 1


class TestKilled:
    """Between fetch and commit, nothing has happened yet."""

    async def test_what_was_not_committed_is_done_again(self, following: Following) -> None:
        for _ in range(5):
            following.feed.tell(uuid4(), 1)
        consumer = following.consumer()
        following.projected.fails = True
        with pytest.raises(RuntimeError):
            await consumer.step()
        assert await following.rows() == {}
        assert await following.places() == [(1, "active", "")]
        following.projected.fails = False
        await following.catch_up()
        assert await following.rows() == newest(following.feed.events)

    async def test_run_goes_on_after_failures(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "_RETRY_SECONDS", 0.01)
        monkeypatch.setattr(consumer_module, "_LONG_POLL_SECONDS", 0)
        following.feed.tell(uuid4(), 1)
        following.projected.fails = True
        async with running(following.consumer().run()):
            while len(following.feed.asked) < 3:
                await asyncio.sleep(0.01)
            assert await following.rows() == {}
            following.projected.fails = False
            while not await following.rows():
                await asyncio.sleep(0.01)
        assert await following.pages() == 1


class TestContention:
    """One consumer works at a time; should two, only one of them commits."""

    async def test_the_fence(self, following: Following) -> None:
        for _ in range(3):
            following.feed.tell(uuid4(), 1)
        await following.consumer()._place()
        together = asyncio.Barrier(2)

        class Meeting(ScriptedFeed):
            async def page(self, after: str, wait: int) -> ChangePage:
                page = await following.feed.page(after, wait)
                await together.wait()
                return page

        steps = [following.consumer(Meeting()).step() for _ in range(2)]
        outcomes = await asyncio.gather(*steps, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {bool, FenceMoved}
        assert await following.pages() == 1
        assert await following.rows() == newest(following.feed.events)

    async def test_control_without_the_fence_a_page_is_applied_twice(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            consumer_module,
            "_MOVE",
            text(
                "UPDATE feed_position SET position = :new "
                "WHERE consumer = :consumer AND generation = :generation AND :old = :old"
            ),
        )
        following.feed.tell(uuid4(), 1)
        consumer = following.consumer()
        place = await consumer._place()
        page = await following.feed.page(place.position, 0)
        await consumer._apply(place, page)
        await consumer._apply(place, page)
        assert await following.pages() == 2

    async def test_the_lease(self, following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consumer_module, "_LEASE_RETRY_SECONDS", 0.01)
        order: list[str] = []

        async def second() -> None:
            async with following.consumer()._lease():
                order.append("second")

        async with following.consumer()._lease():
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.1)
            order.append("first")
        await asyncio.wait_for(waiting, timeout=20)
        assert order == ["first", "second"]

    async def test_a_lease_is_no_open_transaction(self, following: Following, superuser: Superuser) -> None:
        async with following.consumer()._lease():
            open_ones = await superuser.fetchval(
                "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) "
                "WHERE l.locktype = 'advisory' AND a.xact_start IS NOT NULL"
            )
        assert open_ones == 0


class TestRebuild:
    """An unknown position begins a generation beside the one that is read."""

    async def rebuilt(self, following: Following) -> list[UUID]:
        """Have a first generation of four, and a feed that has been restored with five."""
        for _ in range(4):
            following.feed.tell(uuid4(), 1, "old")
        await following.catch_up()
        old = [event.subject for event in following.feed.events]
        following.feed.epoch = 2
        following.feed.events.clear()
        for subject in [*old[:2], *(uuid4() for _ in range(3))]:
            following.feed.tell(subject, 1, "new")
        return old

    async def test_the_old_one_is_read_until_the_new_one_has_caught_up(self, following: Following) -> None:
        old = await self.rebuilt(following)
        consumer = following.consumer()
        assert await consumer.step() is False
        assert await following.places() == [(1, "active", "1.4"), (2, "building", "")]
        assert await consumer.step() is False
        assert set(await following.rows(1)) == set(old)
        assert len(await following.rows(2)) == 3
        assert (await following.places())[0][1] == "active"
        assert await consumer.step() is True
        assert await following.places() == [(2, "active", "2.5")]
        assert await following.rows(2) == newest(following.feed.events)
        assert await following.rows(1) == {}
        assert following.projected.cleared == [1, 1, 1]

    async def test_restored_again_while_building(self, following: Following) -> None:
        await self.rebuilt(following)
        consumer = following.consumer()
        await consumer.step()
        await consumer.step()
        following.feed.epoch = 3
        assert await consumer.step() is False
        assert [place[:2] for place in await following.places()] == [
            (1, "active"),
            (2, "retired"),
            (3, "building"),
        ]
        await following.catch_up()
        assert await following.places() == [(3, "active", "3.5")]
        assert [await following.rows(each) for each in (1, 2)] == [{}, {}]
        assert await following.rows(3) == newest(following.feed.events)

    async def test_killed_before_the_old_one_was_cleared(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "_LONG_POLL_SECONDS", 0)
        await self.rebuilt(following)

        async def killed(_transaction: Transaction, _generation: int) -> bool:
            raise asyncio.CancelledError

        with monkeypatch.context() as patched:
            patched.setattr(following.projected, "clear", killed)
            with pytest.raises(asyncio.CancelledError):
                await following.catch_up()
        assert [place[:2] for place in await following.places()] == [(1, "retired"), (2, "active")]
        assert await following.rows(1) != {}
        async with running(following.consumer().run()):
            while len(await following.places()) > 1:
                await asyncio.sleep(0.01)
        assert await following.rows(1) == {}
        assert await following.rows(2) == newest(following.feed.events)


class TestOverHttp:
    """The real feed, the real client."""

    async def test_it_follows_the_notes(self, following: Following, notes: Notes, tenant: UUID) -> None:
        note_id = uuid4()
        await notes.caller(tenant).create(f"/v1/notes/{note_id}", {"words": "followed"})
        client = FeedClient(notes.url, SERVICE, signer("survey"), "survey")
        async with running(following.consumer(client).run()):
            while note_id not in await following.rows():
                await asyncio.sleep(0.02)
        assert (await following.rows())[note_id] == (1, "followed")

    async def test_an_unknown_position(self, notes: Notes) -> None:
        client = FeedClient(notes.url, SERVICE, signer("survey"), "survey")
        with pytest.raises(PositionUnknown):
            await client.page("9.9.9.9", 0)
        await client.close()

    async def test_a_feed_that_refuses(self, notes: Notes) -> None:
        client = FeedClient(notes.url, "another-audience", signer("survey"), "survey")
        with pytest.raises(httpx2.HTTPStatusError):
            await client.page("", 0)
        await client.close()
