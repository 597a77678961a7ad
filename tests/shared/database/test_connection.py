"""Transactions: committed before the answer leaves, for one tenant, and leaving nothing behind."""

import asyncio
import threading
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.access.principal import Principal, Role
from shared.database.connection import CommitRefused, Database, Transaction
from shared.database.failures import DATABASE_ERRORS
from tests.shared.conftest import Notes, Superuser
from tests.shared.notes import add_note, note
from tests.support.databases import TestDatabase


async def words_of(database: Database, tenant: UUID) -> list[str]:
    """Return the words of a tenant's notes, found by row-level security alone."""
    async with database.transaction(tenant) as transaction:
        return [row.words for row in await transaction.rows(select(note.c.words).order_by(note.c.words))]


async def _asleep(superuser: Superuser, backend: int) -> None:
    """Wait until a backend sleeps: a request to cancel that comes before its statement is passed over."""
    asked = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"
    while await superuser.fetchval(asked, backend) != "PgSleep":
        await asyncio.sleep(0.01)


async def _awake(superuser: Superuser, backend: int) -> None:
    asked = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"
    while await superuser.fetchval(asked, backend) == "PgSleep":
        await asyncio.sleep(0.05)


class TestCommitBeforeTheAnswer:
    """A constraint that fails at commit must not have been answered with success."""

    async def test_a_failed_commit_is_not_a_success(self, notes: Notes, tenant: UUID) -> None:
        caller = notes.caller(tenant)
        answer = await caller.create(f"/v1/notes/{uuid4()}", {"words": "orphan", "parentId": str(uuid4())})
        assert answer.status_code == 500
        assert answer.json()["code"] == "internal-error"
        assert (await caller.get("/v1/notes")).json()["items"] == []

    async def test_control_the_default_scope_answers_before(self, notes: Notes, tenant: UUID) -> None:
        caller = notes.caller(tenant)
        answer = await caller.post("/v1/loose-notes", {"words": "orphan", "parentId": str(uuid4())})
        assert answer.status_code == 201
        assert (await caller.get("/v1/notes")).json()["items"] == []

    async def test_a_swallowed_error_is_not_a_commit(self, database: Database, tenant: UUID) -> None:
        async def work() -> None:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, uuid4())
                with suppress(DBAPIError):
                    await transaction.execute(text("SELECT 1 / 0"))

        with pytest.raises(CommitRefused):
            await work()
        assert await words_of(database, tenant) == []


class TestRollBack:
    """Whatever ends a transaction early undoes it and leaves the connection clean."""

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, asyncio.CancelledError])
    async def test_an_exception_undoes(
        self, database: Database, tenant: UUID, error: type[BaseException]
    ) -> None:
        async def work() -> None:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, uuid4())
                raise error

        with pytest.raises(error):
            await work()
        assert await words_of(database, tenant) == []

    async def test_a_broken_constraint_undoes(self, database: Database, tenant: UUID) -> None:
        same = uuid4()

        async def work() -> None:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, same)
                await add_note(transaction, same)

        with pytest.raises(IntegrityError):
            await work()
        assert await words_of(database, tenant) == []

    @pytest.mark.parametrize("times", [1, 2, 3])
    @pytest.mark.parametrize("by_driver", [True, False])
    async def test_cancelling_leaves_nothing_on_the_connection(
        self, database: Database, superuser: Superuser, tenant: UUID, times: int, by_driver: bool
    ) -> None:
        written: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def write_and_wait() -> None:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, uuid4())
                written.set_result(await transaction.driver.fetchval("SELECT pg_backend_pid()"))
                if by_driver:
                    await transaction.driver.execute("SELECT pg_sleep(30)")
                await transaction.execute(select(func.pg_sleep(30)))

        task = asyncio.create_task(write_and_wait())
        backend = await written
        await _asleep(superuser, backend)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await words_of(database, uuid4()) == []
        assert await words_of(database, tenant) == []
        # Nor does the server go on by itself, with a transaction that holds every feed back.
        async with asyncio.timeout(20):
            await _awake(superuser, backend)


class TestOneTenant:
    """The tenant lasts as long as the transaction."""

    async def test_each_transaction_has_its_own(self, database: Database) -> None:
        tenants = [uuid4() for _ in range(3)]
        for number, each in enumerate(tenants):
            async with database.transaction(each) as transaction:
                await add_note(transaction, uuid4(), words=f"of {number}")
        assert [await words_of(database, each) for each in tenants] == [["of 0"], ["of 1"], ["of 2"]]

    async def test_none_is_left_for_the_next_on_the_connection(
        self, database: Database, tenant: UUID
    ) -> None:
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, uuid4())
            backend = await transaction.driver.fetchval("SELECT pg_backend_pid()")
        async with database.transaction() as transaction:
            assert await transaction.driver.fetchval("SELECT pg_backend_pid()") == backend
            assert await transaction.driver.fetchval("SELECT current_setting('app.tenant', true)") == ""
            assert await transaction.rows(select(note.c.id)) == []

    async def test_control_a_setting_of_the_session_leaks(self, database: Database, tenant: UUID) -> None:
        async with database.transaction(tenant) as transaction:
            await add_note(transaction, uuid4())
            await transaction.driver.execute(f"SET app.tenant = '{tenant}'")
        async with database.transaction() as transaction:
            assert len(await transaction.rows(select(note.c.id))) == 1

    async def test_a_job_goes_tenant_by_tenant(self, database: Database) -> None:
        first, second = uuid4(), uuid4()
        async with database.transaction(first) as transaction:
            await add_note(transaction, uuid4(), words="first")
            await transaction.act_for(second)
            assert transaction.tenant == second
            assert await transaction.rows(select(note.c.id)) == []
            await add_note(transaction, uuid4(), words="second")
        async with database.transaction() as transaction:
            assert await transaction.rows(select(note.c.id)) == []
        assert await words_of(database, first) == ["first"]
        assert await words_of(database, second) == ["second"]

    async def test_another_tenants_row_can_not_be_written(self, database: Database, tenant: UUID) -> None:
        async def work() -> None:
            async with database.transaction(tenant) as transaction:
                await transaction.act_for(uuid4())
                await transaction.execute(
                    note.insert().values(tenant_id=tenant, id=uuid4(), version=1, words="x", number=0)
                )

        with pytest.raises(DBAPIError, match="row-level security"):
            await work()

    async def test_tenant_and_caller_must_be_named(self, database: Database) -> None:
        async with database.transaction() as transaction:
            with pytest.raises(LookupError):
                _ = transaction.tenant
            with pytest.raises(LookupError):
                _ = transaction.caller

    async def test_the_caller_is_kept(self, database: Database, tenant: UUID) -> None:
        caller = Principal("anna", "gateway", frozenset({Role.CASE_WORKER}), tenant)
        async with database.transaction(tenant, caller) as transaction:
            assert transaction.caller is caller


class TestDeadConnections:
    """A connection that died in the pool is replaced before anybody notices."""

    async def test_one_is_replaced(self, database: Database, tenant: UUID, superuser: Superuser) -> None:
        async with database.transaction(tenant) as transaction:
            backend = await transaction.driver.fetchval("SELECT pg_backend_pid()")
        await superuser.execute("SELECT pg_terminate_backend($1, 20000)", backend)
        assert await words_of(database, tenant) == []

    async def test_all_are_replaced(
        self, notes_database: TestDatabase, tenant: UUID, superuser: Superuser
    ) -> None:
        database = Database(notes_database.app, pool_size=5)
        backends: list[int] = []
        together = asyncio.Barrier(5)

        async def hold() -> None:
            async with database.transaction(tenant) as transaction:
                backends.append(await transaction.driver.fetchval("SELECT pg_backend_pid()"))
                await together.wait()

        await asyncio.gather(*(hold() for _ in range(5)))
        assert len(set(backends)) == 5
        for backend in backends:
            await superuser.execute("SELECT pg_terminate_backend($1, 20000)", backend)
        assert await words_of(database, tenant) == []
        await database.close()

    async def test_one_that_dies_unseen_is_replaced(
        self, notes_database: TestDatabase, database: Database, tenant: UUID
    ) -> None:
        async with database.transaction(tenant) as transaction:
            backend = await transaction.driver.fetchval("SELECT pg_backend_pid()")
        # Our loop stands still meanwhile, so the news of its end waits behind our next statement.
        thread = threading.Thread(target=_terminate, args=(notes_database.superuser, backend))
        thread.start()
        thread.join()
        assert await words_of(database, tenant) == []

    async def test_one_that_dies_at_work_is_an_error_and_gone(
        self, database: Database, tenant: UUID, superuser: Superuser
    ) -> None:
        async def work() -> None:
            async with database.transaction(tenant) as transaction:
                await add_note(transaction, uuid4())
                backend = await transaction.driver.fetchval("SELECT pg_backend_pid()")
                await superuser.execute("SELECT pg_terminate_backend($1, 20000)", backend)

        with pytest.raises(DATABASE_ERRORS):
            await work()
        assert await words_of(database, tenant) == []

    async def test_a_server_that_is_not_there(self, notes_database: TestDatabase) -> None:
        nowhere = Database("postgresql://nobody:nothing@127.0.0.1:1/none", pool_size=1)
        assert await nowhere.answers() is False
        await nowhere.close()


def _terminate(dsn: str, backend: int) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute("SELECT pg_terminate_backend($1, 20000)", backend)
        await connection.close()

    asyncio.run(run())


ADD_AT_ONCE = """
WITH own AS MATERIALIZED (SELECT set_config('app.tenant', $1::uuid::text, true))
INSERT INTO note (tenant_id, id, version, words, number, parent_id)
SELECT $1, $2, 1, 'at once', 1, $3 FROM own RETURNING id
"""


class TestAtOnce:
    """One statement that is a transaction of its own: committed when it returns, or an error."""

    async def test_is_committed_for_its_tenant_alone(self, database: Database, tenant: UUID) -> None:
        (row,) = await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), None)
        assert row["id"]
        assert await words_of(database, tenant) == ["at once"]
        assert await words_of(database, uuid4()) == []

    async def test_what_fails_at_commit_is_an_error(self, database: Database, tenant: UUID) -> None:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), uuid4())
        assert await words_of(database, tenant) == []

    async def test_rings_if_it_tells_of_a_change(self, notes_database: TestDatabase, tenant: UUID) -> None:
        rung: list[int] = []
        database = Database(notes_database.app, pool_size=1, on_change=lambda: rung.append(1))
        assert await database.change_at_once("SELECT 1 WHERE false") == []
        assert rung == []
        await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), None)
        assert rung == [1]
        await database.close()

    async def test_a_connection_that_died_before_is_replaced(
        self, database: Database, tenant: UUID, superuser: Superuser
    ) -> None:
        (row,) = await database.change_at_once("SELECT pg_backend_pid() AS backend")
        await superuser.execute("SELECT pg_terminate_backend($1, 20000)", row["backend"])
        assert await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), None)

    async def test_one_that_dies_at_work_is_an_error_and_gone(
        self, database: Database, tenant: UUID
    ) -> None:
        with pytest.raises(DATABASE_ERRORS):
            await database.change_at_once("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)")
        assert await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), None)

    async def test_cancelled_it_leaves_the_connection_clean(self, database: Database, tenant: UUID) -> None:
        task = asyncio.create_task(database.change_at_once("SELECT pg_sleep(20)"))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.change_at_once(ADD_AT_ONCE, tenant, uuid4(), None)


class TestBell:
    """The bell rings after a commit that wrote to the change log, and only then."""

    @pytest.mark.parametrize(
        ("writes", "fails", "rings"), [(True, False, 1), (False, False, 0), (True, True, 0)]
    )
    async def test_rings(
        self, notes_database: TestDatabase, tenant: UUID, writes: bool, fails: bool, rings: int
    ) -> None:
        rung: list[int] = []
        database = Database(notes_database.app, pool_size=1, on_change=lambda: rung.append(1))

        async def work(transaction: Transaction) -> None:
            if writes:
                await add_note(transaction, uuid4())
            assert rung == []
            if fails:
                raise RuntimeError

        with suppress(RuntimeError):
            async with database.transaction(tenant) as transaction:
                await work(transaction)
        assert len(rung) == rings
        await database.close()
