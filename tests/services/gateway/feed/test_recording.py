"""What is told is recorded once with its deliveries, whatever is read again or restored."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.gateway.access.service import close_tenant_again
from services.gateway.feed.keeper import EventKeeper
from services.gateway.feed.recording import EventRecorder
from services.gateway.feed.repository import read_events
from shared.access.principal import Principal, Role
from shared.changes.events import ChangeEvent, Position, PositionUnknown
from shared.database.connection import Database, Transaction
from tests.support.databases import TestDatabase


@pytest.fixture
async def database(gateway_database: TestDatabase) -> AsyncIterator[Database]:
    """Open the gateway's database as the gateway does."""
    opened = Database(gateway_database.app, pool_size=2)
    yield opened
    await opened.close()


def told(tenant: UUID, kind: str, position: Position) -> ChangeEvent:
    """Make an event of a source's thin feed."""
    return ChangeEvent(
        id=str(position),
        source="/cases",
        type=kind,
        subject=uuid4(),
        tenantid=tenant,
        subjectversion=2,
        data=None,
    )


class Recording:
    """A source's events on their way into the database."""

    def __init__(self, database: Database) -> None:
        self.name = f"source-{uuid4()}"
        self.queued: list[UUID] = []
        self._database = database
        self._recorder = EventRecorder(self.name, self._queue)

    async def _queue(self, _transaction: Transaction, events: Sequence[UUID]) -> None:
        self.queued += events

    async def apply(self, events: Sequence[ChangeEvent], generation: int = 1) -> None:
        """Record events as a generation of the consumer does."""
        async with self._database.transaction() as transaction:
            await self._recorder.apply(transaction, generation, events)

    async def stand(self, generation: int, position: Position) -> None:
        """Let a generation stand somewhere."""
        statement = text(
            "INSERT INTO feed_position (consumer, generation, state, position) "
            "VALUES (:name, :generation, :state, :position)"
        )
        state = "active" if generation == 1 else "building"
        values = {
            "name": self.name,
            "generation": generation,
            "state": state,
            "position": str(position),
        }
        async with self._database.transaction() as transaction:
            await transaction.execute(statement, values)


@pytest.fixture
def recording(database: Database) -> Recording:
    """Make a source of the test's own."""
    return Recording(database)


async def close(database: Database, tenant: UUID) -> None:
    """Have a tenant that is closed."""
    operator = Principal("operator", "operator", frozenset({Role.OPERATOR}))
    async with database.transaction(tenant, operator) as transaction:
        await close_tenant_again(transaction)


async def kept(database: Database, tenant: UUID) -> list[tuple[UUID, str]]:
    """Return the tenant's events in their order."""
    async with database.transaction(tenant) as transaction:
        found = await read_events(transaction, "", [], 100)
    return [(row.id, row.type) for row in found.rows]


class TestRecording:
    async def test_what_is_told_outside_is_kept_and_queued(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        other = uuid4()
        kinds = ("case.closed", "person", "citizen", "professional", "measurement", "measurement.submitted")
        events = [told(tenant, kind, Position(1, 1, 5, number)) for number, kind in enumerate(kinds)]
        await recording.apply([*events, told(other, "area", Position(1, 1, 6, 1))])
        found = await kept(database, tenant)
        assert [kind for _, kind in found] == ["case.closed", "response.submitted"]
        assert [kind for _, kind in await kept(database, other)] == ["area.changed"]
        assert {each for each, _ in found} < set(recording.queued)
        assert len(recording.queued) == 3

    async def test_of_a_closed_tenant_nothing_is_kept(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        other = uuid4()
        await close(database, tenant)
        first, second = Position(1, 1, 5, 1), Position(1, 1, 5, 2)
        await recording.apply([told(tenant, "case.closed", first), told(other, "case.closed", second)])
        assert await kept(database, tenant) == []
        assert len(await kept(database, other)) == 1
        assert len(recording.queued) == 1

    async def test_read_again_it_is_the_same(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        events = [told(tenant, "case.closed", Position(1, 1, 5, number)) for number in range(3)]
        await recording.apply(events)
        await recording.apply(events)
        assert len(await kept(database, tenant)) == len(recording.queued) == 3

    async def test_after_a_restored_source_only_what_is_new(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        """Also when what was told has been dropped since: it must not be told again as new."""
        first = told(tenant, "case.closed", Position(1, 1, 5, 1))
        await recording.apply([first])
        await recording.stand(1, Position(1, 1, 9, 9))
        again = first.model_copy(update={"id": str(Position(2, 1, 5, 1))})
        dropped = told(tenant, "case.closed", Position(2, 1, 4, 7))
        new = told(tenant, "case.closed", Position(2, 2, 3, 1))
        await recording.apply([dropped, again, new], generation=2)
        assert len(await kept(database, tenant)) == 2

    async def test_after_this_database_was_restored_ids_are_the_same(
        self, recording: Recording, gateway_database: TestDatabase, database: Database, tenant: UUID
    ) -> None:
        event = told(tenant, "case.closed", Position(1, 1, 5, 1))
        await recording.apply([event])
        before = await kept(database, tenant)
        async with database.transaction(tenant) as transaction:
            await transaction.execute(text("DELETE FROM event"))
        assert await kept(database, tenant) == []
        await recording.apply([event])
        assert await kept(database, tenant) == before

    async def test_nothing_is_kept_of_a_page_that_fails(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        async def fail(_transaction: Transaction, _events: Sequence[UUID]) -> None:
            raise LookupError

        recorder = EventRecorder(recording.name, fail)
        with pytest.raises(LookupError):
            async with database.transaction() as transaction:
                await recorder.apply(transaction, 1, [told(tenant, "case.closed", Position(1, 1, 5, 1))])
        assert await kept(database, tenant) == []


class TestReading:
    async def test_nothing_overtakes_an_open_transaction(
        self, recording: Recording, database: Database, tenant: UUID
    ) -> None:
        """Numbers are handed out before commits: a reader that went by them would miss the late one."""
        late = told(tenant, "case.closed", Position(1, 1, 5, 1))
        async with database.transaction() as transaction:
            await EventRecorder("late", recording._queue).apply(transaction, 1, [late])
            await recording.apply([told(tenant, "scores.changed", Position(1, 1, 6, 1))])
            assert await kept(database, tenant) == []
        assert [kind for _, kind in await kept(database, tenant)] == ["case.closed", "scores.changed"]

    async def test_what_is_old_is_dropped_and_a_reader_there_hears_of_it(
        self, recording: Recording, gateway_database: TestDatabase, database: Database, tenant: UUID
    ) -> None:
        events = [told(tenant, "case.closed", Position(1, 1, 5, number)) for number in range(4)]
        await recording.apply(events)
        cursors = []
        for size in (1, 2, 3):
            async with database.transaction(tenant) as transaction:
                cursors.append(str((await read_events(transaction, "", [], size)).next))
        async with database.transaction(tenant) as transaction:
            await transaction.execute(
                text(
                    "UPDATE event SET recorded_at = now() - interval '31 days' "
                    "WHERE id IN (SELECT id FROM event ORDER BY epoch, xid, number LIMIT 2)"
                )
            )
        feed_database = Database(gateway_database.feed, pool_size=1)
        await EventKeeper(database, feed_database, days=30).drop()
        await feed_database.close()
        assert len(await kept(database, tenant)) == 2
        async with database.transaction(tenant) as transaction:
            with pytest.raises(PositionUnknown):
                await read_events(transaction, cursors[0], [], 10)
            # Who had read just what was dropped has missed nothing.
            assert len((await read_events(transaction, cursors[1], [], 10)).rows) == 2
            assert len((await read_events(transaction, cursors[2], [], 10)).rows) == 1
