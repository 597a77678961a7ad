"""A consumer's projection equals the feed, whatever is repeated, killed or contended for."""

import asyncio
from uuid import UUID, uuid4

import httpx2
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from shared.changes import consumer as consumer_module
from shared.changes import generations as generations_module
from shared.changes.consumer import FeedClient
from shared.changes.events import ChangePage, PositionUnknown
from shared.changes.generations import FenceMoved
from shared.lifecycle import running
from tests.shared.changes.following import Following, ScriptedFeed, newest
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import SERVICE
from tests.support.keys import signer


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


class TestRest:
    """Who has caught up rests, so that what comes meanwhile is one page."""

    @pytest.fixture
    def told(self, following: Following) -> Following:
        """Tell more than a page holds."""
        for _ in range(7):
            following.feed.tell(uuid4(), 1)
        return following

    async def asks_again(self, told: Following) -> bool:
        """Follow to the end, tell one more, and see whether it is soon asked for."""
        async with running(told.consumer().run()):
            while await told.pages() < 3:
                await asyncio.sleep(0.01)
            assert await told.rows() == newest(told.feed.events)
            asked = len(told.feed.asked)
            told.feed.tell(uuid4(), 1)
            await asyncio.sleep(0.2)
            return len(told.feed.asked) > asked

    async def test_comes_after_the_last_page_only(
        self, told: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "_REST_SECONDS", 3600)
        assert not await self.asks_again(told)

    async def test_control_without_it_the_feed_is_asked_at_once(
        self, told: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "_REST_SECONDS", 0)
        monkeypatch.setattr(consumer_module, "_LONG_POLL_SECONDS", 0)
        assert await self.asks_again(told)


class TestContention:
    """One consumer works at a time; should two, only one of them commits."""

    async def test_the_fence(self, following: Following) -> None:
        for _ in range(3):
            following.feed.tell(uuid4(), 1)
        await following.generations.places()
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
            generations_module,
            "_MOVE",
            text(
                "UPDATE feed_position SET position = :new WHERE consumer = :consumer "
                "AND generation = :generation AND state = :state AND :old = :old "
                "RETURNING false AS building"
            ),
        )
        following.feed.tell(uuid4(), 1)
        consumer = following.consumer()
        place = (await following.generations.places()).active
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

    async def test_who_has_no_lease_tells_no_lag(self, following: Following) -> None:
        def lag() -> float | None:
            return REGISTRY.get_sample_value("samspil_feed_events_behind", {"feed": following.name})

        async with following.consumer()._lease():
            await following.catch_up()
            assert lag() == 0
        assert lag() is None

    async def test_a_lease_is_no_open_transaction(self, following: Following, superuser: Superuser) -> None:
        async with following.consumer()._lease():
            open_ones = await superuser.fetchval(
                "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) "
                "WHERE l.locktype = 'advisory' AND a.xact_start IS NOT NULL"
            )
        assert open_ones == 0


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
