"""The bell: many rings make one, every process hears it, and it comes back when its connection ends."""

import asyncio

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
