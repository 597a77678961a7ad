"""The bell: many rings make one, every process hears it, and it comes back when its connection ends."""

import asyncio

import asyncpg
import pytest

from shared.changes import bell as bell_module
from shared.changes.bell import ChangeBell
from shared.lifecycle import running
from tests.shared.conftest import Superuser
from tests.support.databases import TestDatabase


async def test_many_rings_make_one(bell: ChangeBell, superuser: Superuser) -> None:
    heard: list[object] = []
    await superuser.add_listener("samspil_changes", lambda *notification: heard.append(notification))
    ticket = bell.ticket()
    for _ in range(100):
        bell.ring()
    await asyncio.wait_for(ticket.wait(), timeout=20)
    await superuser.execute("SELECT 1")
    assert 1 <= len(heard) < 5  # other bells may have told that they are there


async def test_another_process_hears_it(bell: ChangeBell, notes_database: TestDatabase) -> None:
    other = ChangeBell(notes_database.app)
    connected = other.ticket()
    async with running(other.run()):
        await connected.wait()
        ticket = other.ticket()
        bell.ring()
        await asyncio.wait_for(ticket.wait(), timeout=20)


async def test_it_comes_back(
    bell: ChangeBell, superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "_RECONNECT_SECONDS", 0.01)
    ticket = bell.ticket()
    await superuser.execute(
        "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
        "WHERE query LIKE '%samspil_changes%' AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    bell.ring()
    await asyncio.wait_for(ticket.wait(), timeout=20)  # connected again, and readers look
    again = bell.ticket()
    bell.ring()
    await asyncio.wait_for(again.wait(), timeout=20)


@pytest.mark.parametrize(
    "error",
    [
        # What a server's goodbye is when the end of the connection has not been read yet.
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
        asyncpg.ConnectionDoesNotExistError("gone"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_no_end_of_a_connection_ends_it(
    error: Exception, notes_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "_RECONNECT_SECONDS", 0.01)
    told = asyncio.Event()

    async def tell_and_break(_: ChangeBell) -> None:
        told.set()
        raise error

    other = ChangeBell(notes_database.app)
    with monkeypatch.context() as broken:
        broken.setattr(ChangeBell, "_serve", tell_and_break)
        work = asyncio.create_task(other.run())
        await told.wait()
    ticket = other.ticket()
    await asyncio.wait_for(ticket.wait(), timeout=20)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
