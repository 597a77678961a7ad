"""What a database raises when it can't do its work, by way of SQLAlchemy or not."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

CONNECTION_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    # The server has said goodbye, but the end of the connection has not been read yet.
    asyncpg.InternalClientError,
    OSError,
)
"""What asyncpg raises on a connection that is of no use any more."""

DATABASE_ERRORS = (DBAPIError, PoolTimeout, asyncpg.PostgresError, *CONNECTION_LOST)
"""Everything a database raises."""

# A lost connection, a server starting or stopping, a lock or statement that took too long.
_PASSING_SQLSTATES = ("08", "57P", "55P03", "57014", "40", "53")


def passes(error: Exception) -> bool:
    """Tell whether the same work may well succeed in a moment."""
    if isinstance(error, (PoolTimeout, InterfaceError, *CONNECTION_LOST)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    source = getattr(error, "orig", error)
    state = getattr(source, "sqlstate", None) or getattr(source, "pgcode", None) or ""
    return state.startswith(_PASSING_SQLSTATES)
