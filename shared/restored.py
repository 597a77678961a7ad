"""Owns how a service's program works on a restored database, which nobody is served from yet.

The program is run by itself, reads lines from its input, and has one connection, by `<SERVICE>_APP_DSN`.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable

from pydantic import PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.database.connection import Database
from shared.observability import configure_logging


class RestoredSettings(BaseSettings):
    """Where the restored database is."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    app_dsn: PostgresDsn


def work_on_restored(service: str, work: Callable[[Database, Iterable[str]], Awaitable[None]]) -> None:
    """Do a service's work on its restored database, with the lines of the input."""
    configure_logging(service, "WARNING")
    asyncio.run(_work(RestoredSettings(_env_prefix=f"{service.upper()}_"), work))


async def _work(
    settings: RestoredSettings, work: Callable[[Database, Iterable[str]], Awaitable[None]]
) -> None:
    database = Database(str(settings.app_dsn), pool_size=1)
    try:
        await work(database, sys.stdin)
    finally:
        await database.close()
