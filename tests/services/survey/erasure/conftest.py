"""Fixtures of erasure's tests: the survey's own erasing, driven by events made by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from services.survey.erasure.follower import ErasureProjection
from services.survey.erasure.service import Eraser
from services.survey.standing.follower import StandingProjection
from shared.changes.consumer import Together
from shared.changes.events import ChangeEvent
from shared.database.connection import Database
from tests.support.databases import TestDatabase


@dataclass(frozen=True, slots=True)
class RegisterSays:
    """Tells the survey of the register's changes, as a page of its feed would."""

    database: Database
    tenant: UUID

    async def erased(self, *gone: tuple[str, UUID]) -> None:
        """Say that subjects, each with the type of its event, are no longer there."""
        events = [
            ChangeEvent(
                id=f"1.1.{number}.1",
                source="/cases",
                type=kind,
                subject=subject,
                tenantid=self.tenant,
                subjectversion=2,
                data=None,
            )
            for number, (kind, subject) in enumerate(gone)
        ]
        await self.told(*events)

    async def told(self, *events: ChangeEvent) -> None:
        """Apply a page of events."""
        async with self.database.transaction() as transaction:
            erasure = ErasureProjection(Eraser(self.database))
            await Together(erasure, StandingProjection()).apply(transaction, 1, events)


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Give the survey's database, as the service logs in to it."""
    opened = Database(databases["survey"].app, pool_size=10)
    yield opened
    await opened.close()


@pytest.fixture
def register(database: Database, tenant: UUID) -> RegisterSays:
    """Give a register that erases."""
    return RegisterSays(database, tenant)
