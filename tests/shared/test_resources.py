"""Putting a row: what a caller must know of the state it changes."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, update

from shared.database.connection import Database
from shared.errors import Problem
from shared.representation import CREATION, Precondition
from shared.resources import Put, put_row, read_row
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import NOTES, note
from tests.support.databases import TestDatabase

VALUES = {"words": "first", "number": 1, "parent_id": None}


def seen(version: int) -> Precondition:
    """Expect a version."""
    return Precondition(absent=False, overwrite=False, versions=frozenset({version}))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (428, 428, 428)),
        ({"If-None-Match": "*"}, (201, 200, 412)),
        ({"If-None-Match": '"1"'}, (428, 428, 428)),
        ({"If-Match": "*"}, (412, 200, 200)),
        ({"If-Match": '"1"'}, (412, 200, 200)),
        ({"If-Match": '"7" , "1"'}, (412, 200, 200)),
        ({"If-Match": '"2"'}, (412, 200, 412)),
        ({"If-Match": 'W/"1"'}, (412, 200, 412)),
        ({"If-Match": "1"}, (412, 200, 412)),
        ({"If-Match": ""}, (412, 200, 412)),
        ({"If-Match": '"1"', "If-None-Match": "*"}, (201, 200, 412)),
        ({"If-Match": "x" * 401}, (400, 400, 400)),
    ],
    ids=str,
)
async def test_preconditions(
    notes: Notes, tenant: UUID, headers: dict[str, str], expected: tuple[int, int, int]
) -> None:
    """Put where nothing is, the same as what is there, and something different."""
    absent, same, different = expected
    caller = notes.caller(tenant)
    stored = {"words": "stored"}
    fresh, known = f"/v1/notes/{uuid4()}", f"/v1/notes/{uuid4()}"
    await caller.create(known, stored)

    async def put(path: str, body: dict[str, str]) -> int:
        return (await caller.request("PUT", path, json=body, headers=headers)).status_code

    assert await put(fresh, stored) == absent
    assert await put(known, stored) == same
    assert (await caller.get(known)).headers["etag"] == '"1"'
    assert await put(known, {"words": "different"}) == different
    assert (await caller.get(known)).headers["etag"] == ('"2"' if different == 200 else '"1"')


async def test_each_change_is_told_once(database: Database, tenant: UUID, superuser: Superuser) -> None:
    note_id = uuid4()
    for precondition, values in (
        (CREATION, VALUES),
        (CREATION, VALUES),
        (seen(1), {**VALUES, "number": 2}),
        (seen(9), {**VALUES, "number": 2}),
    ):
        async with database.transaction(tenant) as transaction:
            await put_row(transaction, NOTES, note_id, values, precondition)
    told = await superuser.fetch("SELECT version FROM change_log WHERE subject = $1 ORDER BY id", note_id)
    assert [row["version"] for row in told] == [1, 2]


async def test_a_foreign_row_is_an_unknown_row(notes: Notes, tenant: UUID) -> None:
    note_id = uuid4()
    await notes.caller(tenant).create(f"/v1/notes/{note_id}", {"words": "mine"})
    stranger = notes.caller(uuid4())
    answers = [await stranger.get(f"/v1/notes/{each}") for each in (note_id, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert {**answers[0].json(), "traceId": ""} == {**answers[1].json(), "traceId": ""}
    assert (await stranger.create(f"/v1/notes/{note_id}", {"words": "theirs"})).status_code == 201
    assert (await notes.caller(tenant).get(f"/v1/notes/{note_id}")).json()["words"] == "mine"


@pytest.fixture
async def two(notes_database: TestDatabase) -> Database:
    """Open a pool for two at once."""
    return Database(notes_database.app, pool_size=2)


async def race(two: Database, tenant: UUID, note_id: UUID) -> Put:
    """Put first and hold; let the second put meanwhile; return what became of the second."""

    async def put_second() -> Put:
        async with two.transaction(tenant) as transaction:
            return await put_row(transaction, NOTES, note_id, {**VALUES, "words": "second"}, seen(1))

    async with two.transaction(tenant) as transaction:
        await put_row(transaction, NOTES, note_id, {**VALUES, "words": "first to change"}, seen(1))
        racing = asyncio.create_task(put_second())
        await asyncio.sleep(0.1)
    try:
        return await racing
    finally:
        await two.close()


async def test_nobody_overwrites_what_they_have_not_seen(
    database: Database, two: Database, tenant: UUID
) -> None:
    note_id = uuid4()
    async with database.transaction(tenant) as transaction:
        await put_row(transaction, NOTES, note_id, VALUES, CREATION)
    with pytest.raises(Problem, match="precondition-failed"):
        await race(two, tenant, note_id)
    async with database.transaction(tenant) as transaction:
        assert (await read_row(transaction, NOTES, note_id)).words == "first to change"


async def test_control_without_the_row_lock_a_change_is_lost(
    database: Database, two: Database, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda statement: statement)
    note_id = uuid4()
    async with database.transaction(tenant) as transaction:
        await put_row(transaction, NOTES, note_id, VALUES, CREATION)
    assert (await race(two, tenant, note_id)).version == 2
    async with database.transaction(tenant) as transaction:
        row = await read_row(transaction, NOTES, note_id)
    assert (row.words, row.version) == ("second", 2)


@pytest.mark.parametrize("same", [True, False])
async def test_two_create_the_same_at_once(two: Database, tenant: UUID, same: bool) -> None:
    note_id = uuid4()

    async def create_second() -> Put:
        values = VALUES if same else {**VALUES, "words": "other"}
        async with two.transaction(tenant) as transaction:
            return await put_row(transaction, NOTES, note_id, values, CREATION)

    async with two.transaction(tenant) as transaction:
        await put_row(transaction, NOTES, note_id, VALUES, CREATION)
        racing = asyncio.create_task(create_second())
        await asyncio.sleep(0.1)
    (outcome,) = await asyncio.gather(racing, return_exceptions=True)
    if same:
        assert outcome == Put(version=1, changed=False)
    else:
        assert str(outcome) == "precondition-failed"
    await two.close()


async def test_a_version_changed_by_hand_counts(database: Database, tenant: UUID) -> None:
    note_id = uuid4()
    async with database.transaction(tenant) as transaction:
        await put_row(transaction, NOTES, note_id, VALUES, CREATION)
        await transaction.execute(update(note).where(note.c.id == note_id).values(version=2**62))
        put = await put_row(transaction, NOTES, note_id, {**VALUES, "number": 5}, seen(2**62))
    assert put.version == 2**62 + 1
