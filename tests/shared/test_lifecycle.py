"""What runs beside a service ends with it, and what fails beside it does not end it."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from shared import lifecycle
from shared.database.connection import Database
from shared.lifecycle import _watch, running
from tests.support.databases import TestDatabase


async def test_work_ends_with_the_body() -> None:
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.sleep(600)
        finally:
            ended.append(name)

    async def fail() -> None:
        async with running(work("one"), work("two")):
            await asyncio.sleep(0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert sorted(ended) == ["one", "two"]


async def test_work_that_loses_a_cancellation_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_CANCEL_AGAIN_SECONDS", 0.01)
    lost: list[str] = []

    async def work() -> None:
        while True:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                if len(lost) == 2:
                    raise
                lost.append("a cancellation")

    async with asyncio.timeout(20):
        async with running(work()):
            await asyncio.sleep(0)
    assert len(lost) == 2


async def test_what_work_failed_with_is_told_at_the_end() -> None:
    async def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        async with running(fail()):
            await asyncio.sleep(0)


async def test_a_transaction_at_work_ends_when_asked_to(database: Database) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        async with database.transaction() as transaction:
            begun.set()
            await transaction.driver.execute("SELECT pg_sleep(600)")

    async with asyncio.timeout(20):
        async with running(work()):
            await begun.wait()
    assert await database.answers()


async def test_the_oldest_transaction_is_measured(
    notes_database: TestDatabase, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "_WATCH_SECONDS", 0.01)
    watching = Database(notes_database.feed, pool_size=1)

    def age() -> float:
        return (
            REGISTRY.get_sample_value("samspil_oldest_transaction_seconds", {"service": "watched"}) or 0.0
        )

    async with asyncio.timeout(20), running(_watch("watched", watching)):
        async with database.transaction() as transaction:
            await transaction.driver.execute("SELECT pg_current_xact_id()")
            while age() < 0.05:
                await asyncio.sleep(0.01)
        while age() >= 0.05:
            await asyncio.sleep(0.01)
    await watching.close()


async def test_measuring_goes_on_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_WATCH_SECONDS", 0.01)
    nowhere = Database("postgresql://nobody:nothing@127.0.0.1:1/none", pool_size=1)
    watching = asyncio.create_task(_watch("nowhere", nowhere))
    await asyncio.sleep(0.1)
    assert not watching.done()
    watching.cancel()
    await nowhere.close()
