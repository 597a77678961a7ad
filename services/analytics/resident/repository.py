"""Every statement that loads what is held of a tenant."""

from typing import Any

from sqlalchemy import Row, select

from services.analytics.projection.repository import HELD_KINDS
from services.analytics.projection.tables import register_state
from services.analytics.resident.copy_stream import CopyStream
from shared.database.connection import Transaction

_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

# An older program leaves a packed form as it was: then its version is another, and the JSON is read.
COPY_CLOSED = (
    "SELECT CASE WHEN substr(packed, 1, 8) = int8send(version) THEN packed || cells || asked "
    "ELSE convert_to(state::text, 'UTF8') END "
    "FROM measurement_cube WHERE tenant_id = $1 AND generation = $2 AND round_state = 'closed'"
)
_COPY_NEWER = COPY_CLOSED + " AND changed > $3"


async def read_in_one_snapshot(transaction: Transaction) -> None:
    """Let all that the transaction reads be of one moment; it has read nothing yet."""
    await transaction.driver.execute(_ONE_SNAPSHOT)


async def copy_closed(transaction: Transaction, generation: int, after: int) -> list[bytes]:
    """Return a tenant's closed measurements that changed after a version, packed or as JSON; -1 is all."""
    stream = CopyStream()
    query, newer = (COPY_CLOSED, []) if after < 0 else (_COPY_NEWER, [after])
    await transaction.driver.copy_from_query(
        query, transaction.tenant, generation, *newer, output=stream.take, format="binary"
    )
    return stream.end()


async def read_register_after(transaction: Transaction, generation: int, after: int) -> list[Row[Any]]:
    """Return what is held of a tenant's register and changed after a version; -1 is all."""
    return await transaction.rows(
        select(register_state.c.kind, register_state.c.id, register_state.c.state).where(
            register_state.c.tenant_id == transaction.tenant,
            register_state.c.generation == generation,
            register_state.c.kind.in_(HELD_KINDS),
            register_state.c.changed > after,
        )
    )
