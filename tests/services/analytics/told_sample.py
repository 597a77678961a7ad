"""The five-municipality sample told to the running analytics as by feeds, and who reads it there."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.analytics.projection.followers import RegisterProjection, SurveyProjection
from services.analytics.projection.measurement import Measurement
from shared.access.principal import Role
from shared.changes.events import ChangeEvent
from shared.contracts.register import AREA, ENROLMENT, PROFESSIONAL, STUDY, UNIT, ProfessionalState
from shared.contracts.survey import MeasurementState
from shared.database.connection import Database
from tests.services.analytics.five_municipalities import register, rows
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.made_measurements import event, told
from tests.services.analytics.rounds_with_answers import something
from tests.support import records
from tests.support.databases import TestDatabase
from tests.support.services import CallerClient, Stack

_PATIENCE = 300
"""Seconds: a lattice of many units takes long where many share a machine."""
_READ = "SELECT generation FROM feed_position WHERE consumer = $1 AND state = 'active'"


@dataclass(frozen=True, slots=True)
class ToldSample:
    """The tenant whose answers are the sample's."""

    stack: Stack
    tenant: UUID

    def caller(self, *roles: Role, person: str | None = None) -> CallerClient:
        """Return a reader of this tenant; people are named as in the files."""
        who = {"person": id_of(person)} if person else {}
        return self.stack.caller("analytics", self.tenant, *roles, **who)

    async def to_analyst(self, path: str, **options: Any) -> dict[str, Any]:
        """Return what an analyst reads."""
        client = self.caller(Role.ANALYST)
        return something(await client.get(f"/v1/{path}", timeout=_PATIENCE, **options))

    async def to_member(self, person: str, path: str, **options: Any) -> dict[str, Any]:
        """Return what one of the professionals reads."""
        client = self.caller(Role.PROFESSIONAL, person=person)
        return something(await client.get(f"/v1/{path}", timeout=_PATIENCE, **options))


class Samples:
    """What was told once; and again after a rebuild, for that takes all rows from the feeds."""

    def __init__(self, stack: Stack, database: TestDatabase) -> None:
        self._stack = stack
        self._database = database
        self._told: dict[str, tuple[dict[str, int], ToldSample]] = {}

    async def told(self, name: str, measured: Callable[[], Iterable[Measurement]]) -> ToldSample:
        """Return the tenant that was told this."""
        generations = {feed: await _generation(self._database, feed) for feed in ("survey", "cases")}
        known = self._told.get(name)
        if known is not None and known[0] == generations:
            return known[1]
        sample = ToldSample(self._stack, uuid4())
        await _tell(self._database, generations, sample.tenant, measured())
        self._told[name] = generations, sample
        return sample


async def _tell(
    database: TestDatabase, generations: Mapping[str, int], tenant: UUID, measured: Iterable[Measurement]
) -> None:
    """Write what was measured, and the whole register, as the consumers of the feeds would."""
    connected = Database(database.app, pool_size=1)
    async with connected.transaction() as transaction:
        answers = [told(tenant, _stated(each)) for each in measured]
        await SurveyProjection().apply(transaction, generations["survey"], answers)
        known = list(_of_register(tenant))
        await RegisterProjection().apply(transaction, generations["cases"], known)
    await connected.close()


async def _generation(database: TestDatabase, feed: str) -> int:
    """Return the generation that readers have of a feed, once they have one."""
    for _ in range(400):
        for row in await records.rows(database, _READ, feed):
            return int(row["generation"])
        await asyncio.sleep(0.02)
    raise AssertionError(f"nothing of {feed} is read")


def _stated(found: Measurement) -> MeasurementState:
    cube = found.cube
    return found.state.model_copy(
        update={
            "cells": b64encode(cube.cells.tobytes()).decode(),
            "asked": b64encode(cube.asked.astype("uint8").tobytes()).decode(),
        }
    )


def _of_register(tenant: UUID) -> Iterator[ChangeEvent]:
    held = register()
    kinds = (
        (AREA, held.areas.values()),
        (UNIT, held.units.values()),
        (STUDY, held.studies.values()),
        (ENROLMENT, held.enrolments),
        (PROFESSIONAL, _employed()),
    )
    for kind, states in kinds:
        for state in states:
            data = state.model_dump(mode="json", by_alias=True)
            yield event(tenant, kind, state.id, state.version, data)


def _employed() -> Iterator[ProfessionalState]:
    """Yield professionals and leaders; each is a person of the same id."""
    people = {row["professional_id"]: row for row in rows("professionals")}
    leaders = {row["leader_id"]: row for row in rows("leaders")}
    for person, row in {**leaders, **people}.items():
        own = id_of(person)
        leader = id_of(row["leader_id"]) if person in people and row["leader_id"] else None
        unit = id_of(row["unit_id"])
        yield ProfessionalState(version=1, id=own, person_id=own, unit_id=unit, leader_id=leader)
