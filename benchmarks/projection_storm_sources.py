"""The two feeds of a storm over the projection: the house's own change logs and feeds, over plain rows.

Nothing is simulated of a feed but what it is about: rows that any writer may change, tell of and erase.
What is erased keeps its place without a state, as nothing in the house makes it again.
"""

import asyncio
import json
import random
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI

from deploy.local.house import Blueprint
from deploy.local.ports import HOST
from deploy.local.postgres import ServerAddress
from shared.app.builder import ServiceDescription, build_app
from shared.changes.events import ChangePage, PositionUnknown
from shared.changes.feed import ChangeFeed, StateReader, Subject, feed_router
from shared.changes.log import log_change
from shared.contracts.register import CASE, ENROLMENT, PROFESSIONAL
from shared.contracts.survey import MEASUREMENT, Form, MeasurementState, RoundState, Visibility
from shared.database.connection import Database, Transaction
from shared.lifecycle import open_service
from shared.settings import ServiceSettings

KINDS: Mapping[str, tuple[str, ...]] = {"survey": (MEASUREMENT,), "cases": (CASE, PROFESSIONAL, ENROLMENT)}
_LARGEST_PAGE = 50
_LATE, _OVERTAKEN, _UNDONE, _ERASED, _SLOW = 0.3, 0.03, 0.05, 0.05, 0.1
_PAGES_THAT_OVERTAKE, _LONGEST_WAIT, _LOOK = 3, 1.0, 0.01

_CREATE = """
CREATE TABLE told (tenant_id uuid, kind text, id uuid, version bigint NOT NULL, state jsonb,
                   PRIMARY KEY (tenant_id, kind, id));
CREATE TABLE saved_told (LIKE told);
CREATE TABLE saved_log (LIKE change_log);
GRANT SELECT, INSERT, UPDATE, DELETE ON told TO samspil_{service}_app;
GRANT SELECT ON told TO samspil_{service}_feed;
"""
_WRITE = (
    "INSERT INTO told VALUES ($1, $2, $3, 1, $4::jsonb) ON CONFLICT (tenant_id, kind, id) "
    "DO UPDATE SET version = told.version + 1, state = excluded.state WHERE told.state IS NOT NULL "
    "RETURNING version"
)
_ERASE = (
    "UPDATE told SET version = version + 1, state = NULL "
    "WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND state IS NOT NULL RETURNING version"
)
_STATES = (
    "SELECT tenant_id, id, version, state FROM told WHERE kind = $1 AND state IS NOT NULL "
    "AND (tenant_id, id) IN (SELECT * FROM unnest($2::uuid[], $3::uuid[]))"
)
_SAVE = "INSERT INTO saved_told SELECT * FROM told; INSERT INTO saved_log SELECT * FROM change_log"
_RESTORE = """
DELETE FROM told;
INSERT INTO told SELECT * FROM saved_told;
DELETE FROM change_log WHERE NOT EXISTS (
    SELECT FROM saved_log WHERE (saved_log.epoch, saved_log.xid, saved_log.id)
        = (change_log.epoch, change_log.xid, change_log.id));
"""
_RAISE = "UPDATE feed_epoch SET epoch = epoch + 1"
# Named before the server's own, it lets a reader pass by whoever has not committed yet.
_OPEN_GATE = """
CREATE SCHEMA open_gate;
CREATE FUNCTION open_gate.pg_snapshot_xmin(pg_snapshot) RETURNS xid8
    LANGUAGE sql STABLE RETURN pg_catalog.pg_snapshot_xmax($1);
GRANT USAGE ON SCHEMA open_gate TO samspil_{service}_feed;
ALTER ROLE samspil_{service}_feed IN DATABASE {database} SET search_path = open_gate, pg_catalog, public;
"""


@dataclass
class Source:
    """One feed, and the rows it tells of."""

    service: str
    superuser: str
    writers: Database
    app: FastAPI
    chance: random.Random
    served: asyncio.Event = field(default_factory=asyncio.Event)
    pages: int = 0

    async def write(self, tenant: UUID, subjects: list[UUID], place: int) -> None:
        """Change or erase one subject; now and then commit late, or not at all."""
        kind = KINDS[self.service][place % len(KINDS[self.service])]
        subject = subjects[place]
        undone, late = self.chance.random() < _UNDONE, self.chance.random() < _LATE
        async with self.writers.transaction(tenant) as transaction:
            erased = self.chance.random() < _ERASED and not undone
            version = await self._change(transaction, kind, subject, erased=erased)
            if version is not None:
                await log_change(transaction, kind, subject, version)
            await asyncio.sleep(self.chance.uniform(0, 0.03) if late else 0)
            if self.chance.random() < _OVERTAKEN:
                await self._be_overtaken()
            if undone:
                await transaction.driver.execute("ROLLBACK AND CHAIN")
        if erased:
            subjects[place] = UUID(int=self.chance.getrandbits(128), version=4)

    async def _be_overtaken(self) -> None:
        """Let pages be read before what was written is committed, however slow the machine is."""
        enough, looks = self.pages + _PAGES_THAT_OVERTAKE, _LONGEST_WAIT / _LOOK
        while self.pages < enough and looks > 0:
            await asyncio.sleep(_LOOK)
            looks -= 1

    async def _change(
        self, transaction: Transaction, kind: str, subject: UUID, *, erased: bool
    ) -> int | None:
        key = (transaction.tenant, kind, subject)
        if erased:
            version = await transaction.driver.fetchval(_ERASE, *key)
        else:
            state = json.dumps(self._state(kind, subject))
            version = await transaction.driver.fetchval(_WRITE, *key, state)
        return None if version is None else int(version)

    def _state(self, kind: str, subject: UUID) -> dict[str, Any]:
        number = self.chance.getrandbits(30)
        if kind != MEASUREMENT:
            return {"id": str(subject), "number": number}
        return measured(subject, number).model_dump(mode="json", by_alias=True, exclude={"version"})

    async def save(self) -> None:
        """Take a backup."""
        await self.run(_SAVE)

    async def restore(self, *, raises_epoch: bool) -> None:
        """Go back to the backup: what came after it never was."""
        await self.run(f"BEGIN; {_RESTORE} {_RAISE if raises_epoch else ''}; COMMIT")

    async def open_gate(self, database: str) -> None:
        """Take the snapshot gate away from the feed; before anybody reads."""
        await self.run(_OPEN_GATE.format(service=self.service, database=database))

    async def run(self, script: str) -> None:
        """Run statements as somebody who may do everything."""
        connection = await asyncpg.connect(self.superuser)
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    async def is_at_end(self, position: str) -> bool:
        """Tell whether nothing comes after a position, hidden or not."""
        feed: ChangeFeed = self.app.state.feed
        try:
            page = await ChangeFeed.page(feed, position, 1)  # nobody is served by looking
        except PositionUnknown:
            return False
        return not page.events and page.behind == 0


class UnevenFeed(ChangeFeed):
    """The house's feed in small pages, now and then slow, so that the two never go in step."""

    source: Source

    async def page(
        self,
        after: str,
        limit: int,
        wait: float = 0,
        is_gone: Callable[[], Awaitable[bool]] | None = None,
        *,
        thin: bool = False,
    ) -> ChangePage:
        """Return a page as the house's feed does, and say that there was something to apply."""
        if self.source.chance.random() < _SLOW:
            await asyncio.sleep(self.source.chance.uniform(0, 0.2))
        page = await super().page(after, min(limit, _LARGEST_PAGE), wait, is_gone, thin=thin)
        if page.events:
            self.source.pages += 1
            self.source.served.set()
        return page


def measured(subject: UUID, number: int) -> MeasurementState:
    """Make up a measurement with one answer."""
    return MeasurementState(
        version=0,
        id=subject,
        round_id=UUID(int=number),
        case_id=UUID(int=number + 1),
        wave="baseline",
        wave_ordinal=1,
        visibility=Visibility.TEAM_OPEN,
        round_state=RoundState.OPEN,
        instrument="relational-capacity",
        instrument_version=1,
        form=Form.NETWORK,
        items=["respect"],
        sub_scales=[],
        respondents=[],
        subjects=[],
        submitted=[],
        shared_with_team=[],
        level="ordinary",
        units=number,
        authority_functions=0,
        rule_set="default/1",
        cells=b64encode(number.to_bytes(4, "big")).decode(),
        asked=b64encode(b"\x01").decode(),
    )


def _reader(kind: str) -> StateReader:
    async def read(transaction: Transaction, subjects: Sequence[Subject]) -> dict[Subject, dict[str, Any]]:
        tenants, ids = [each[0] for each in subjects], [each[1] for each in subjects]
        rows = await transaction.driver.fetch(_STATES, kind, tenants, ids)
        return {(row["tenant_id"], row["id"]): {**row["state"], "version": row["version"]} for row in rows}

    return read


def _application(settings: ServiceSettings, service: str) -> FastAPI:
    readers = {kind: _reader(kind) for kind in KINDS[service]}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_service(app, service, readers):
            database = Database(str(settings.feed_dsn), 4)
            app.state.feed = UnevenFeed(service, database, app.state.bell, readers)
            app.state.feed.source = app.state.source
            yield
            await database.close()

    description = "A feed of plain rows."
    return build_app(ServiceDescription(service, service, description, [feed_router()], lifespan), settings)


def _settings(blueprint: Blueprint, server: ServerAddress, service: str) -> ServiceSettings:
    process = next(each for each in blueprint.processes(server) if each.name == service)
    prefix = f"{service.upper()}_"
    given = {name.removeprefix(prefix).lower(): value for name, value in process.env.items()}
    given["trusted_keys"] = json.loads(given["trusted_keys"])
    return ServiceSettings.model_validate(given)


@asynccontextmanager
async def running_source(
    blueprint: Blueprint, server: ServerAddress, service: str, seed: int, *, without_gate: bool = False
) -> AsyncIterator[Source]:
    """Serve a feed in this process, on the port its service would have."""
    settings = _settings(blueprint, server, service)
    name = blueprint.database(service).name
    app = _application(settings, service)
    async with AsyncExitStack() as stack:
        writers = Database(str(settings.app_dsn), 20, on_change=_ringer(app))
        stack.push_async_callback(writers.close)
        source = Source(service, server.dsn(name), writers, app, random.Random(f"{seed}/{service}"))
        app.state.source = source
        await source.run(_CREATE.format(service=service))
        if without_gate:
            await source.open_gate(name)
        await stack.enter_async_context(_served(app, settings.port))
        yield source


def _ringer(app: FastAPI) -> Callable[[], None]:
    def ring() -> None:  # there is no bell before the application runs
        app.state.bell.ring()

    return ring


@asynccontextmanager
async def _served(app: FastAPI, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(app, host=HOST, port=port, log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            raise RuntimeError("a feed of the storm does not start")
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
