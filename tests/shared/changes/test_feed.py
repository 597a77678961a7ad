"""The feed loses nothing and tells nothing too early, whoever commits when."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, update

from shared.access.principal import Role
from shared.changes import feed as feed_module
from shared.changes.bell import ChangeBell
from shared.changes.events import Position, PositionUnknown
from shared.changes.feed import ChangeFeed, Stretch, read_stretch
from shared.changes.log import log_change
from shared.database.connection import Database
from tests.shared.changes.conftest import READERS, end_of, read_on, subjects
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import NOTES, SERVICE, add_note, note
from tests.support.databases import TestDatabase
from tests.support.keys import service_token
from tests.support.services import CallerClient

_NAIVE = "SELECT subject, id FROM change_log WHERE id > $1 ORDER BY id"


class TestNothingLost:
    """A number taken first may be committed last."""

    async def test_a_late_commit_is_told_in_its_turn(
        self, feed: ChangeFeed, notes_database: TestDatabase, tenant: UUID, superuser: Superuser
    ) -> None:
        writers = Database(notes_database.app, pool_size=2)
        start = await end_of(feed)
        naive_start = await superuser.fetchval("SELECT coalesce(max(id), 0) FROM change_log")
        early, late = uuid4(), uuid4()
        async with writers.transaction(tenant) as slow:
            await add_note(slow, early)
            async with writers.transaction(tenant) as quick:
                await add_note(quick, late)
            # The quick one is committed, but the slow one is older and still open.
            held, position = await read_on(feed, start)
            naive_first = await superuser.fetch(_NAIVE, naive_start)
        after, _ = await read_on(feed, position)
        naive_second = await superuser.fetch(_NAIVE, naive_first[-1]["id"])
        assert (subjects(held), subjects(after)) == ([], [early, late])
        # The control: whoever reads on from the last number seen never hears of the early one.
        assert [row["subject"] for row in naive_first] == [late]
        assert naive_second == []
        await writers.close()

    async def test_what_is_committed_and_hidden_is_behind(
        self, feed: ChangeFeed, notes_database: TestDatabase, tenant: UUID
    ) -> None:
        writers = Database(notes_database.app, pool_size=2)
        start = await end_of(feed)
        async with writers.transaction(tenant) as slow:
            await add_note(slow, uuid4())
            for _ in range(3):
                async with writers.transaction(tenant) as quick:
                    await add_note(quick, uuid4())
            hidden = await feed.page(start, 10)
            assert (hidden.events, hidden.caught_up) == ([], True)
            assert hidden.behind >= 3
        first = await feed.page(start, 1)
        last = await feed.page(first.next, 3)
        assert (first.behind > 0, len(last.events), last.behind) == (True, 3, 0)
        await writers.close()

    async def test_many_writers_and_a_reader(
        self, feed: ChangeFeed, notes_database: TestDatabase, tenant: UUID
    ) -> None:
        writers = Database(notes_database.app, pool_size=12)
        written = [[uuid4() for _ in range(240)] for _ in range(12)]

        async def write(mine: list[UUID]) -> None:
            for number in range(0, len(mine), 3):
                async with writers.transaction(tenant) as transaction:
                    for subject in mine[number : number + 3]:
                        await log_change(transaction, NOTES.kind, subject, 1)
                        await asyncio.sleep(0.002 * (number % 5 == 0))

        position = await end_of(feed)
        writing = asyncio.gather(*(write(mine) for mine in written))
        seen: Counter[UUID] = Counter()
        last = Position.parse(position)
        while True:
            done = writing.done()
            page = await feed.page(position, 100)
            position = page.next
            assert Position.parse(position) >= last
            last = Position.parse(position)
            seen.update(subjects(page.events))
            if done and page.caught_up:
                break
        await writing
        assert seen == Counter(subject for mine in written for subject in mine)
        await writers.close()

    async def test_transactions_are_ordered_as_numbers(
        self, feed: ChangeFeed, tenant: UUID, superuser: Superuser
    ) -> None:
        expected = {xid: uuid4() for xid in (9, 10, 99, 100)}
        for xid in (100, 9, 99, 10):
            await superuser.execute(
                "INSERT INTO change_log (epoch, xid, tenant_id, type, subject, version) "
                "VALUES (0, $1::text::xid8, $2, 'note', $3, 1)",
                str(xid),
                tenant,
                expected[xid],
            )
        told: list[UUID] = []
        after = "1.0.0.0"
        for _ in expected:
            page = await feed.page(after, 1)
            told, after = told + subjects(page.events), page.next
        assert told == list(expected.values())
        # The control: to the order of texts, 10, 99 and 100 do not all come after 9.
        after_nine = await superuser.fetch(
            "SELECT subject FROM change_log WHERE tenant_id = $1 AND xid::text > '9'", tenant
        )
        assert [row["subject"] for row in after_nine] == [expected[99]]


class TestStates:
    """Events tell what a subject is now, once a page."""

    async def test_rows_of_one_subject_are_told_once(
        self, feed: ChangeFeed, database: Database, tenant: UUID
    ) -> None:
        start, first, second = await end_of(feed), uuid4(), uuid4()
        for version in (1, 2, 3):
            async with database.transaction(tenant) as transaction:
                if version == 1:
                    await add_note(transaction, first)
                    await add_note(transaction, second)
                else:
                    await transaction.execute(
                        update(note).where(note.c.id == first).values(version=version, words=f"v{version}")
                    )
                    await log_change(transaction, NOTES.kind, first, version)
        events, _ = await read_on(feed, start)
        assert sorted(subjects(events)) == sorted([first, second])
        (changed,) = [event for event in events if event.subject == first]
        assert (changed.subjectversion, changed.type, changed.source) == (3, "note", "/notes")
        assert changed.data is not None
        assert changed.data["words"] == "v3"
        singly, _ = await read_on(feed, start, limit=1)
        assert len(singly) == 4
        assert {event.subjectversion for event in singly if event.subject == first} == {3}

    async def test_a_thin_page_tells_every_row_and_no_state(
        self, feed: ChangeFeed, database: Database, tenant: UUID
    ) -> None:
        start, subject = await end_of(feed), uuid4()
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, subject)
            await log_change(transaction, "note.read", subject, 2)
        told = (await feed.page(start, 1000, thin=True)).events
        assert [(event.type, event.subjectversion) for event in told] == [("note", 1), ("note.read", 2)]
        assert [event.data for event in told] == [None, None]
        assert len((await feed.page(start, 1000)).events) == 1

    async def test_what_is_erased_has_no_data(
        self, feed: ChangeFeed, database: Database, tenant: UUID
    ) -> None:
        start, erased = await end_of(feed), uuid4()
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, erased)
        async with database.transaction(tenant) as transaction:
            await transaction.execute(delete(note).where(note.c.id == erased))
            await log_change(transaction, NOTES.kind, erased, 2)
        (event,) = (await read_on(feed, start))[0]
        assert (event.subject, event.subjectversion, event.data) == (erased, 2, None)

    async def test_all_tenants_are_told(self, feed: ChangeFeed, database: Database) -> None:
        start, tenants = await end_of(feed), [uuid4(), uuid4()]
        same = uuid4()
        for each in tenants:
            async with database.transaction(each) as transaction:
                await add_note(transaction, same, words=str(each))
        events, _ = await read_on(feed, start)
        assert [event.tenantid for event in events] == tenants
        assert [(event.data or {})["words"] for event in events] == [str(each) for each in tenants]


class TestTypes:
    """What happened comes after a dot; before it stands what it happened to."""

    async def test_the_kind_chooses_the_reader_and_the_last_type_is_told(
        self, feed: ChangeFeed, database: Database, tenant: UUID
    ) -> None:
        start, subject = await end_of(feed), uuid4()
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, subject)
            for happened in ("registered", "closed"):
                await log_change(transaction, f"{NOTES.kind}.{happened}", subject, 1)
        (event,) = (await read_on(feed, start))[0]
        assert (event.subject, event.type, event.kind) == (subject, "note.closed", "note")
        assert event.data is not None


class TestOneTenant:
    """The log as one tenant's own role reads it."""

    async def test_nothing_is_lost_and_nothing_of_others_is_told(
        self, notes_database: TestDatabase, tenant: UUID
    ) -> None:
        writers = Database(notes_database.app, pool_size=3)
        early, late, foreign, neighbour = uuid4(), uuid4(), uuid4(), uuid4()

        async def read(after: str, as_tenant: UUID, whose: UUID) -> Stretch:
            async with writers.transaction(as_tenant) as transaction:
                return await read_stretch(transaction, after, 10, whose)

        start = str((await read("", tenant, tenant)).next)
        async with writers.transaction(tenant) as slow:
            await add_note(slow, early)
            async with writers.transaction(tenant) as quick:
                await add_note(quick, late)
            async with writers.transaction(neighbour) as transaction:
                await add_note(transaction, foreign)
            held = await read(start, tenant, tenant)
        assert (held.rows, held.more_hidden, held.full) == ([], True, False)
        after = await read(str(held.next), tenant, tenant)
        assert [row["subject"] for row in after.rows] == [early, late]
        # Whose rows are asked for makes no difference to whose may be read.
        assert (await read(start, tenant, neighbour)).rows == []
        assert [row["subject"] for row in (await read(start, neighbour, neighbour)).rows] == [foreign]
        await writers.close()


class TestUnknownPositions:
    """A position the feed has not written, or no longer honours."""

    @pytest.mark.parametrize(
        "after",
        ["0.1.1.1", "2.0.0.1", "2.1.1.1", f"1.1.{10**12}.1", f"1.1.{2**63 - 1}.1", "1.2.1.1", "x", "1.1.1"],
    )
    async def test_it_is_refused(self, feed: ChangeFeed, notes: Notes, after: str) -> None:
        with pytest.raises(PositionUnknown):
            await feed.page(after, 10)
        answer = await reader(notes).get("/internal/changes", params={"after": after})
        assert (answer.status_code, answer.json()["code"]) == (410, "unknown-position")

    async def test_after_a_restore(
        self, feed: ChangeFeed, database: Database, tenant: UUID, superuser: Superuser
    ) -> None:
        before, first, second = await end_of(feed), uuid4(), uuid4()
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, first)
        await superuser.execute("UPDATE feed_epoch SET epoch = 2")
        try:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, second)
            with pytest.raises(PositionUnknown):
                await feed.page(before, 10)
            events, position = await read_on(feed, "")
            assert [each for each in subjects(events) if each in {first, second}] == [first, second]
            assert position.startswith("2.2.")
        finally:
            await superuser.execute("UPDATE change_log SET epoch = 1 WHERE epoch = 2")
            await superuser.execute("UPDATE feed_epoch SET epoch = 1")

    async def test_a_wait_ends_with_it(
        self, feed: ChangeFeed, superuser: Superuser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "_LOOK_ANYWAY_SECONDS", 0.02)
        waiting = asyncio.create_task(feed.page(await end_of(feed), 10, wait=30))
        await asyncio.sleep(0.1)
        await superuser.execute("UPDATE feed_epoch SET epoch = 2")
        try:
            with pytest.raises(PositionUnknown):
                await waiting
        finally:
            await superuser.execute("UPDATE feed_epoch SET epoch = 1")


class TestLongPoll:
    """A reader waits for news, and not longer than anybody reads."""

    @pytest.fixture(autouse=True)
    def only_the_bell_wakes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feed_module, "_LOOK_ANYWAY_SECONDS", 600.0)

    @pytest.mark.parametrize("rings", [True, False])
    async def test_the_bell_wakes_it(
        self,
        feed_database: Database,
        notes_database: TestDatabase,
        bell: ChangeBell,
        tenant: UUID,
        rings: bool,
    ) -> None:
        # A bell at work also rings now and then to find out that it is connected; one at rest is silent.
        heard = bell if rings else ChangeBell(notes_database.app)
        feed = ChangeFeed(SERVICE, feed_database, heard, READERS)
        writer = Database(notes_database.app, 1, on_change=bell.ring if rings else None)
        waiting = asyncio.create_task(feed.page(await end_of(feed), 10, wait=300))
        await asyncio.sleep(0.3)  # past the looks it takes by itself
        subject = uuid4()
        async with writer.transaction(tenant) as transaction:
            await add_note(transaction, subject)
        await asyncio.wait({waiting}, timeout=20 if rings else 0.5)
        assert waiting.done() is rings  # without the bell, the control, it sleeps on
        if rings:
            assert subjects((await waiting).events) == [subject]
        waiting.cancel()
        await writer.close()

    async def test_a_reader_gone_ends_the_wait(
        self, feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "_LOOK_ANYWAY_SECONDS", 0.02)
        asked = 0

        async def is_gone() -> bool:
            nonlocal asked
            asked += 1
            return asked == 3

        start = await end_of(feed)
        page = await asyncio.wait_for(feed.page(start, 10, 600, is_gone), timeout=20)
        assert (page.events, page.next, asked) == ([], start, 3)

    async def test_nothing_to_tell(self, feed: ChangeFeed) -> None:
        start = await end_of(feed)
        page = await feed.page(start, 10, wait=0.05)
        assert (page.events, page.next, page.caught_up) == ([], start, True)


def reader(notes: Notes) -> CallerClient:
    """Return a client of the feed."""
    return CallerClient(notes.http, service_token(SERVICE, "survey"))


class TestRoute:
    """The feed over HTTP, for services only."""

    async def test_a_service_reads_it(self, notes: Notes, tenant: UUID) -> None:
        note_id = uuid4()
        await notes.caller(tenant).create(f"/v1/notes/{note_id}", {"words": "told"})
        told: dict[str, Any] = {}
        after = ""
        while not told:
            answer = await reader(notes).get("/internal/changes", params={"after": after, "wait": 5})
            assert answer.status_code == 200
            page = answer.json()
            after = page["next"]
            told = {event["subject"]: event for event in page["events"] if event["tenantid"] == str(tenant)}
        assert told[str(note_id)]["data"]["words"] == "told"
        assert told[str(note_id)]["specversion"] == "1.0"
        thin = (await reader(notes).get("/internal/changes", params={"after": "", "thin": "true"})).json()
        assert {event["data"] for event in thin["events"]} == {None}

    @pytest.mark.parametrize("query", ["limit=0", "limit=1001", "wait=31", "wait=nan", "wait=-1", "x=1"])
    async def test_bounds(self, notes: Notes, query: str) -> None:
        assert (await reader(notes).get(f"/internal/changes?{query}")).status_code == 400

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVICE])
    async def test_nobody_else_does(self, notes: Notes, tenant: UUID, role: Role) -> None:
        assert (await notes.caller(tenant, role).get("/internal/changes")).status_code == 403
