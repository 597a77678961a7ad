"""Connections and transactions: one tenant at a time, committed before the answer leaves.

A transaction names its tenant in the round trip that begins it; row-level security does the rest.
No HTTP call belongs inside one: an open transaction holds every change feed of the server back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import structlog
from fastapi import Depends, Request
from sqlalchemy import CursorResult, Executable, Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.access.principal import Principal
from shared.database.failures import CONNECTION_LOST, DATABASE_ERRORS
from shared.errors import unavailable
from shared.observability import describe
from shared.time_budget import require_time, seconds_left

_log = structlog.get_logger()

_STATEMENT_SECONDS = 30
_SESSION_SETTINGS = {
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": f"{_STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    # Whose caller is gone must not go on with an open transaction, which holds every feed back.
    "client_connection_check_interval": "1s",
}
_POOL_WAIT_SECONDS = 5

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


class CommitRefused(Exception):
    """An error that somebody swallowed had ended the transaction: nothing was committed."""


class Transaction:
    """An open transaction.

    Attributes
    ----------
    connection : AsyncConnection
        For SQLAlchemy Core statements.
    driver : asyncpg.Connection
        The same connection below it, for COPY and the hottest paths.
    """

    def __init__(
        self, connection: AsyncConnection, driver: Any, tenant: UUID | None, caller: Principal | None
    ) -> None:
        self.connection = connection
        self.driver: asyncpg.Connection[asyncpg.Record] = driver
        self._tenant = tenant
        self._caller = caller
        self.has_changes = False

    @property
    def tenant(self) -> UUID:
        """The tenant all rows belong to."""
        if self._tenant is None:
            raise LookupError("this transaction has no tenant")
        return self._tenant

    @property
    def caller(self) -> Principal:
        """Who the transaction is for; the audit names them."""
        if self._caller is None:
            raise LookupError("this transaction has no caller")
        return self._caller

    async def act_for(self, tenant: UUID) -> None:
        """Go on for another tenant; for jobs, which go tenant by tenant."""
        self._tenant = tenant
        await self.driver.execute(f"SET LOCAL app.tenant = '{tenant}'")

    async def hold(self, name: str) -> None:
        """Wait until nobody else of the tenant holds a name, and hold it until the transaction ends."""
        await self.driver.execute(_HOLD, f"{self.tenant}/{name}")

    async def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Run a statement."""
        return await self.connection.execute(statement, values)

    async def first(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, or None."""
        return (await self.connection.execute(statement)).first()

    async def rows(self, statement: Executable) -> list[Row[Any]]:
        """Return all rows."""
        return list((await self.connection.execute(statement)).all())


class Database:
    """A pool of connections that log in as one role.

    `on_change` is called after each commit that wrote to the change log.
    """

    def __init__(self, dsn: str, pool_size: int, on_change: Callable[[], None] | None = None) -> None:
        self._engine: AsyncEngine = create_async_engine(
            dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_POOL_WAIT_SECONDS,
            # We begin and commit ourselves, so that BEGIN and the tenant share one round trip.
            isolation_level="AUTOCOMMIT",
            connect_args={"server_settings": _SESSION_SETTINGS},
            hide_parameters=True,
        )
        self._pool_size = pool_size
        # Waiting in a fair queue before the pool keeps the slowest caller twice as fast.
        self._places = asyncio.Semaphore(pool_size)
        self._on_change = on_change

    @asynccontextmanager
    async def transaction(
        self, tenant: UUID | None = None, caller: Principal | None = None
    ) -> AsyncIterator[Transaction]:
        """Open a transaction for a tenant; commit at the end, roll back on any exception.

        Raises
        ------
        Problem
            503: the request's time was over before there was a connection for it.
        """
        await self._take_place()
        try:
            connection, driver = await self._begin(tenant)
            committed = False
            try:
                transaction = Transaction(connection, driver, tenant, caller)
                yield transaction
                await _commit(driver)
                committed = True
            finally:
                # Shielded: whoever is cancelled twice must not leave a transaction open in the pool.
                await asyncio.shield(_give_back(connection, driver, roll_back=not committed))
        finally:
            self._places.release()
        if transaction.has_changes and self._on_change:
            self._on_change()

    async def _take_place(self) -> None:
        """Wait before the pool, for no longer than the request may take."""
        require_time()
        try:
            async with asyncio.timeout(seconds_left()):
                await self._places.acquire()
        except TimeoutError:
            raise unavailable() from None

    async def change_at_once(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run one statement that is a transaction of its own, in one round trip; return its rows.

        For the hottest path. The statement names its tenant itself, and each row is of a change it logged.
        When it raises, it may have been committed nevertheless, as any COMMIT whose answer is lost.
        """
        async with self._places:
            connection, driver = await self._connect()
            try:
                rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
            except CONNECTION_LOST:
                await connection.invalidate()
                raise
            finally:
                await asyncio.shield(connection.close())
        if rows and self._on_change:
            self._on_change()
        return rows

    async def _connect(self) -> tuple[AsyncConnection, Any]:
        """Take a connection from the pool; those known to have died in it are thrown away."""
        while True:
            connection = await self._engine.connect()
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if not driver.is_closed():
                return connection, driver
            await connection.invalidate()
            await connection.close()

    async def _begin(self, tenant: UUID | None) -> tuple[AsyncConnection, Any]:
        """Begin; connections that died in the pool are thrown away until one lives."""
        dead_at_most = self._pool_size
        while True:
            connection, driver = await self._connect()
            try:
                await driver.execute(_begin_statement(tenant))
            except CONNECTION_LOST as error:
                await connection.invalidate()
                await connection.close()
                if dead_at_most == 0:
                    raise
                dead_at_most -= 1
                _log.info("connection_replaced", **describe(error))
            except BaseException:
                await asyncio.shield(_give_back(connection, driver, roll_back=True))
                raise
            else:
                return connection, driver

    async def answers(self) -> bool:
        """Tell whether the server answers."""
        try:
            async with self.transaction() as transaction:
                await transaction.execute(text("SELECT 1"))
        except DATABASE_ERRORS:
            return False
        return True

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _begin_statement(tenant: UUID | None) -> str:
    """Begin, say whose rows are meant, and let no statement outlast the request: all in one round trip."""
    left = seconds_left()
    statement = "BEGIN"
    if tenant is not None:
        # A UUID's text holds nothing that could end the literal.
        statement += f"; SET LOCAL app.tenant = '{tenant}'"
    if left is not None and left < _STATEMENT_SECONDS:
        statement += f"; SET LOCAL statement_timeout = {max(1, int(left * 1000))}"  # 0 would be: for ever
    return statement


async def _commit(driver: Any) -> None:
    # PostgreSQL answers COMMIT with ROLLBACK, and no error, after a statement that failed.
    if await driver.execute("COMMIT") != "COMMIT":
        raise CommitRefused


async def _give_back(connection: AsyncConnection, driver: Any, *, roll_back: bool) -> None:
    """Give a connection back to the pool; one that can't even roll back is thrown away."""
    try:
        if roll_back and not connection.invalidated:
            await driver.execute("ROLLBACK")
    except (asyncpg.PostgresError, *CONNECTION_LOST) as error:
        _log.info("connection_dropped", **describe(error))
        await connection.invalidate()
    finally:
        await connection.close()


async def request_transaction(request: Request) -> AsyncIterator[Transaction]:
    """Open the one transaction of a request, for the caller's tenant."""
    database: Database = request.app.state.database
    caller: Principal = request.state.principal
    async with database.transaction(caller.tenant, caller) as transaction:
        yield transaction


InTransaction = Annotated[Transaction, Depends(request_transaction, scope="function")]
"""A route's transaction. Scope `function` commits before the answer leaves."""
