"""A generation is built beside the one that is read, and nothing is written past the fence."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.changes import consumer as consumer_module
from shared.changes import generations as generations_module
from shared.changes.consumer import FeedConsumer
from shared.changes.events import ChangePage
from shared.changes.generations import FenceMoved, GenerationState, Place
from shared.database.connection import Transaction
from shared.lifecycle import running
from tests.shared.changes.following import Following, newest


class TestRestored:
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


async def told(following: Following, subjects: int = 7) -> list[UUID]:
    """Tell of some subjects and follow them."""
    for _ in range(subjects):
        following.feed.tell(uuid4(), 1, "first")
    await following.catch_up()
    return [event.subject for event in following.feed.events]


class TestAskedFor:
    """Whoever asks for a generation gets one; who follows the feed builds it."""

    async def test_readers_keep_an_old_one_that_goes_on(self, following: Following) -> None:
        first, *_ = await told(following)
        assert await following.generations.begin() == 2
        following.feed.tell(first, 2, "second")
        consumer = following.consumer()
        assert await consumer.step() is False
        assert (await following.rows(1))[first] == (2, "second")
        assert len(await following.rows(2)) == 3
        while not await consumer.step():
            pass
        assert await following.places() == [(2, "active", "1.8")]
        assert await following.rows(2) == newest(following.feed.events)
        assert await following.rows(1) == {}

    async def test_control_left_alone_the_old_one_grows_stale(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def leave_alone(_consumer: FeedConsumer, active: Place) -> Place:
            return active

        monkeypatch.setattr(FeedConsumer, "_keep_up", leave_alone)
        first, *_ = await told(following)
        await following.generations.begin()
        following.feed.tell(first, 2, "second")
        await following.consumer().step()
        assert (await following.rows(1))[first] == (1, "first")

    async def test_the_same_rows_as_those_followed(self, following: Following) -> None:
        first, *_ = await told(following)
        following.feed.tell(first, 2, None)
        await following.catch_up()
        followed = await following.rows(1)
        await following.generations.begin()
        await following.catch_up()
        assert await following.rows(2) == followed

    async def test_many_who_ask_get_one(self, following: Following) -> None:
        await told(following)
        asked = await asyncio.gather(*(following.generations.begin() for _ in range(8)))
        assert asked == [2] * 8
        assert [place[:2] for place in await following.places()] == [(1, "active"), (2, "building")]

    async def test_one_who_follows_already_hears_of_it(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "_LONG_POLL_SECONDS", 0)
        await told(following)
        async with asyncio.timeout(60), running(following.consumer().run()):
            while len(following.feed.asked) < 6:
                await asyncio.sleep(0.01)
            await following.generations.begin()
            while [place[:2] for place in await following.places()] != [(2, "active")]:
                following.feed.tell(uuid4(), 1)  # so that it never looks for want of news only
                await asyncio.sleep(0.1)
        assert await following.rows(1) == {}

    async def test_killed_while_building_another_goes_on(self, following: Following) -> None:
        await told(following)
        await following.generations.begin()
        await following.consumer().step()
        following.feed.asked.clear()
        await following.catch_up()
        assert "" not in following.feed.asked
        assert await following.rows(2) == newest(following.feed.events)

    async def test_following_goes_on_while_the_old_one_is_cleared(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, *_ = await told(following)
        await following.generations.begin()
        seen: list[tuple[int, str | None]] = []
        clear = following.projected.clear

        async def look(transaction: Transaction, generation: int) -> bool:
            following.feed.tell(first, len(following.feed.events), "meanwhile")
            seen.append((await following.rows(2))[first])
            return await clear(transaction, generation)

        monkeypatch.setattr(following.projected, "clear", look)
        await following.catch_up()
        assert [version for version, _ in seen] == [1, 7, 8, 9, 10]


class TestFence:
    """What somebody else has moved is not written."""

    async def test_no_swap_with_a_place_that_has_moved(self, following: Following) -> None:
        await told(following)
        await following.generations.begin()
        await following.consumer().step()
        before = await following.places()
        places = await following.generations.places()
        assert places.building is not None
        behind = Place(1, GenerationState.ACTIVE, "1.3")
        with pytest.raises(FenceMoved):
            await following.generations.swap(behind, places.building)
        with pytest.raises(FenceMoved):
            await following.generations.swap(places.active, Place(2, GenerationState.BUILDING, ""))
        assert await following.places() == before

    async def late(self, following: Following) -> tuple[FeedConsumer, Place, ChangePage]:
        """Retire and clear what somebody still has a page for."""
        await told(following, 2)
        place = (await following.generations.places()).active
        following.feed.tell(uuid4(), 1, "late")
        page = await following.feed.page(place.position, 0)
        return following.consumer(), place, page

    async def test_nothing_comes_into_a_retired_generation(self, following: Following) -> None:
        consumer, place, page = await self.late(following)
        await self.retire(following, place)
        with pytest.raises(FenceMoved):
            await consumer._apply(place, page)
        assert await following.rows(1) == {}

    async def test_control_by_its_position_alone_it_would(
        self, following: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        consumer, place, page = await self.late(following)
        stateless = generations_module._MOVE.text.replace("state = :state", ":state = :state")
        monkeypatch.setattr(generations_module, "_MOVE", text(stateless))
        await self.retire(following, place)
        await consumer._apply(place, page)
        assert await following.rows(1) != {}

    async def retire(self, following: Following, place: Place) -> None:
        """Let readers have another generation, and clear this one, but not yet forget it."""
        await following.generations.begin()
        places = await following.generations.places()
        assert places.building is not None
        await following.generations.swap(place, places.building)
        consumer = following.consumer()
        while not await consumer._clear_some(place.generation):
            pass
