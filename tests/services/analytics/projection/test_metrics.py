"""What a replica that follows tells Prometheus: how far behind readers are, and what may be the reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.ports import free_port
from deploy.local.postgres import ServerAddress
from tests.services.analytics.programs import program
from tests.support.databases import TestDatabase, make_database
from tests.support.municipality import Municipality
from tests.support.services import Stack, analytics_settings

LAG = "samspil_feed_events_behind"
CAUGHT_UP = "samspil_feed_caught_up_timestamp_seconds"
OLDEST = "samspil_oldest_transaction_seconds"


@dataclass(frozen=True)
class Scraped:
    """A process whose metrics can be read."""

    http: httpx2.AsyncClient

    async def value(self, name: str, label: str) -> float | None:
        """Return a metric with a label as it is now, or None."""
        try:
            answer = await self.http.get("/metrics")
        except httpx2.ConnectError:
            return None  # it is still starting
        families = text_string_to_metric_families(answer.text)
        samples = [each for family in families for each in family.samples if each.name == name]
        return next((each.value for each in samples if label in each.labels.values()), None)

    async def reaches(self, name: str, label: str, *, least: float = 0, most: float = 1e12) -> float:
        """Wait until a metric is within bounds."""
        async with asyncio.timeout(60):
            while True:
                value = await self.value(name, label)
                if value is not None and least <= value <= most:
                    return value
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def database(postgres: ServerAddress) -> TestDatabase:
    """Give the replica a database of its own."""
    return make_database(postgres, "analytics", name="samspil_analytics_scraped")


@pytest.fixture(scope="module")
async def replica(database: TestDatabase, stack: Stack) -> AsyncIterator[Scraped]:
    """Run analytics as a process of its own, which fills its database from the running feeds."""
    ports = {"port": free_port(), "metrics_port": free_port()}
    settings = analytics_settings(database, stack.urls["cases"], stack.urls["survey"])
    process = await program("services.analytics.main", settings.model_copy(update=ports))
    reading = asyncio.create_task(process.communicate())
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{ports['metrics_port']}", trust_env=False
    ) as http:
        try:
            yield Scraped(http)
        finally:
            process.terminate()
            await reading


class TestLag:
    """How many changes readers don't see yet."""

    async def test_all_applied_is_none_behind(self, replica: Scraped, stack: Stack, tenant: UUID) -> None:
        await Municipality(stack, tenant).unit()
        for feed in ("cases", "survey"):
            await replica.reaches(CAUGHT_UP, feed, least=1)
            await replica.reaches(LAG, feed, most=0)

    async def test_what_a_transaction_hides_is_behind_and_its_age_is_told(
        self, replica: Scraped, stack: Stack, tenant: UUID, databases: dict[str, TestDatabase]
    ) -> None:
        await replica.reaches(LAG, "cases", most=0)
        other = await asyncpg.connect(databases["survey"].superuser)
        try:
            async with other.transaction():
                await other.execute("SELECT pg_current_xact_id()")
                await Municipality(stack, tenant).unit()
                # The control: the page is not full, which alone would say that nothing is missing.
                assert await replica.reaches(LAG, "cases", least=1) < 500
                assert await replica.reaches(OLDEST, "analytics", least=0.5)
        finally:
            await other.close()
        await replica.reaches(LAG, "cases", most=0)
        await replica.reaches(OLDEST, "analytics", most=0.5)
