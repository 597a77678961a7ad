"""Brings a service's database to a revision; retries when a lock can't be had at once."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

_ROOT = Path(__file__).parents[2]
_LOCK_NOT_AVAILABLE = "55P03"
_ATTEMPTS = 20


def configuration(service: str, owner_dsn: str) -> Config:
    """Point Alembic at one service's revisions and the owner's login."""
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "shared/database/migrations"))
    config.set_main_option("version_locations", str(_ROOT / f"services/{service}/migrations/versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["dsn"] = owner_dsn
    return config


def upgrade(service: str, owner_dsn: str, revision: str = "head") -> None:
    """Migrate up."""
    _with_retries(lambda: command.upgrade(configuration(service, owner_dsn), revision))


def downgrade(service: str, owner_dsn: str, revision: str) -> None:
    """Migrate down."""
    _with_retries(lambda: command.downgrade(configuration(service, owner_dsn), revision))


def _with_retries(run: Callable[[], None]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return run()
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state != _LOCK_NOT_AVAILABLE or attempt == _ATTEMPTS:
                raise
            time.sleep(0.5)
    return None
