"""Loads everything closed of a tenant, or only what is newer than what is held; keeps nothing itself.

It reads in one snapshot, so what is loaded is exactly the data of its stamp, whatever is written meanwhile.
Where something was removed, everything is read again: no list of what is no more has to be kept.
"""

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.analytics.projection.holdings import Holdings, Register, Wave
from services.analytics.projection.packed_rows import PackedRows
from services.analytics.projection.packing import pack
from services.analytics.projection.versions import Stamp, read_stamp
from services.analytics.resident.repository import copy_closed, read_in_one_snapshot, read_register_after
from shared.contracts.register import (
    AREA,
    COLLABORATION_GROUP,
    ENROLMENT,
    STUDY,
    UNIT,
    AreaState,
    EnrolmentState,
    GroupState,
    StudyState,
    UnitState,
)
from shared.contracts.survey import MeasurementState
from shared.database.connection import Database
from shared.wire import WireModel

_THING_BYTES = 3_000
"""What a subject of the register takes, about."""

_MODELS: Mapping[str, type[WireModel]] = {
    AREA: AreaState,
    UNIT: UnitState,
    COLLABORATION_GROUP: GroupState,
    STUDY: StudyState,
    ENROLMENT: EnrolmentState,
}

Things = Mapping[tuple[str, UUID], WireModel]


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a tenant, of which data it is, and what it was made of."""

    stamp: Stamp
    rows: PackedRows
    things: Things
    holdings: Holdings

    @property
    def size(self) -> int:
        """How many bytes it takes, about; more once it has been looked at."""
        return self.rows.size + _THING_BYTES * len(self.things)


@dataclass(frozen=True, slots=True)
class _News:
    """What is newer than what is held; `after` tells of what is held, -1 that nothing of it counts."""

    stamp: Stamp
    after: tuple[int, int]
    rows: list[bytes]
    things: list[Row[Any]]


async def load(database: Database, tenant: UUID, held: Held | None) -> Held:
    """Return a tenant's data as they are now; of what is held, what is still so is not read again."""
    async with database.transaction(tenant) as transaction:
        await read_in_one_snapshot(transaction)
        stamp = await read_stamp(transaction)
        if held is not None and held.stamp == stamp:
            return held
        known = held.stamp if held else Stamp()
        after = stamp.answers.after(known.answers), stamp.register.after(known.register)
        news = _News(
            stamp,
            after,
            await copy_closed(transaction, stamp.answers.generation, after[0]),
            await read_register_after(transaction, stamp.register.generation, after[1]),
        )
    return await asyncio.to_thread(_with_news, held, news)


def _with_news(held: Held | None, news: _News) -> Held:
    rows = [each if each[:1] != b"{" else _packed(each) for each in news.rows]
    things = {(each.kind, each.id): _MODELS[each.kind].model_validate(each.state) for each in news.things}
    if held is not None and news.after[0] >= 0:
        packed = held.rows.with_newer(rows) if rows else held.rows
    else:
        packed = PackedRows(rows)
    if held is not None and news.after[1] >= 0:
        things = {**held.things, **things}
    waves = _waves(packed, held)
    holdings = Holdings(str(news.stamp), waves, packed.of_groups(), _register(things))
    return Held(news.stamp, packed, things, holdings)


def _waves(rows: PackedRows, held: Held | None) -> dict[str, Wave]:
    """Return the waves; of one that is as it was, what was worked out stays."""
    before, now = held.rows.waves() if held else {}, rows.waves()
    return {
        code: Wave(code, own, worked_out=held.holdings.waves[code].worked_out)
        if held and code in before and own.packed() == before[code].packed()
        else Wave(code, own)
        for code, own in now.items()
    }


def _packed(row: bytes) -> bytes:
    state = MeasurementState.model_validate_json(row)
    return pack(state) + b64decode(state.cells) + b64decode(state.asked)


def _register(things: Things) -> Register:
    """Sort what the register told by kind and id."""
    found: dict[str, dict[UUID, Any]] = {kind: {} for kind in _MODELS}
    for kind, key in sorted(things):
        found[kind][key] = things[kind, key]
    return Register(
        areas=found[AREA],
        units=found[UNIT],
        groups=found[COLLABORATION_GROUP],
        studies=found[STUDY],
        enrolments=list(found[ENROLMENT].values()),
    )
