"""Alembic's environment: runs a service's revisions as its owner, never waiting long for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database.migrations.operations import LOCK_TIMEOUT, STATEMENT_TIMEOUT


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run(dsn: str) -> None:
    engine = create_async_engine(
        dsn.replace("postgresql://", "postgresql+asyncpg://", 1), hide_parameters=True
    )
    try:
        async with engine.connect() as connection:
            for name, value in (("lock_timeout", LOCK_TIMEOUT), ("statement_timeout", STATEMENT_TIMEOUT)):
                setting = text("SELECT set_config(:name, :value, false)")
                await connection.execute(setting, {"name": name, "value": value})
            await connection.commit()
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


asyncio.run(_connect_and_run(context.config.attributes["dsn"]))
