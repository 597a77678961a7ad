"""Holds every row of the projection against the sources, and says what is wrong with it."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from benchmarks.projection_storm_sources import Source
from shared.contracts.survey import MEASUREMENT

Row: TypeAlias = tuple[int, dict[str, Any], bytes | None, bytes | None]
Rows: TypeAlias = dict[tuple[UUID, str, UUID], Row]
"""By tenant, kind and id: version, state, and of a measurement its cells and who was asked."""

_TOLD = "SELECT tenant_id, kind, id, version, state FROM told WHERE state IS NOT NULL"
_PLACES = "SELECT consumer, state, position FROM feed_position"
_CUBES = (
    "SELECT tenant_id, 'measurement' AS kind, id, version, state, cells, asked FROM measurement_cube "
    "WHERE generation = (SELECT generation FROM feed_position AS place "
    "WHERE place.consumer = 'survey' AND place.state = 'active')"
)
_REGISTER = (
    "SELECT tenant_id, kind, id, version, state, NULL AS cells, NULL AS asked FROM register_state "
    "WHERE generation = (SELECT generation FROM feed_position AS place "
    "WHERE place.consumer = 'cases' AND place.state = 'active')"
)
_LEFT_OVER = (
    "SELECT count(*) FROM (SELECT 'survey' AS consumer, generation FROM measurement_cube "
    "UNION ALL SELECT 'cases', generation FROM register_state) AS own "
    "WHERE NOT EXISTS (SELECT FROM feed_position AS place WHERE place.state = 'active' "
    "AND place.consumer = own.consumer AND place.generation = own.generation)"
)


class Fault(StrEnum):
    """What can be wrong with a row of the projection."""

    LOST = "changes the projection never heard of"
    GHOST = "rows of what its source does not have"
    OTHER = "rows that say something else than their source"
    LEFT_OVER = "rows of generations that nobody reads"


async def is_followed(projection: str, sources: Iterable[Source]) -> bool:
    """Tell whether analytics has read all there is, and nothing is being built or cleared."""
    places = await _fetch(projection, _PLACES)
    at = {place["consumer"]: place["position"] for place in places}
    wanted = list(sources)
    if len(places) != len(wanted) or any(place["state"] != "active" for place in places):
        return False
    ends = [await each.is_at_end(at[each.service]) for each in wanted]
    return all(ends)


async def faults(projection: str, sources: Iterable[Source]) -> Counter[Fault]:
    """Compare every row."""
    told: Rows = {}
    for source in sources:
        told.update(_expected(await _fetch(source.superuser, _TOLD)))
    kept = _kept([*await _fetch(projection, _CUBES), *await _fetch(projection, _REGISTER)])
    left_over = (await _fetch(projection, _LEFT_OVER))[0]["count"]
    found = Counter(
        fault for key in told.keys() | kept.keys() if (fault := _fault(told.get(key), kept.get(key)))
    )
    return found + Counter({Fault.LEFT_OVER: left_over})


def _fault(told: Row | None, kept: Row | None) -> Fault | None:
    if told == kept:
        return None
    if told is None:
        return Fault.GHOST
    if kept is None or kept[0] < told[0]:
        return Fault.LOST
    return Fault.OTHER


def _expected(rows: list[asyncpg.Record]) -> Rows:
    found: Rows = {}
    for row in rows:
        state = {**json.loads(row["state"]), "version": row["version"]}
        is_cube = row["kind"] == MEASUREMENT
        cells, asked = (b64decode(state[name]) if is_cube else None for name in ("cells", "asked"))
        found[row["tenant_id"], row["kind"], row["id"]] = (row["version"], state, cells, asked)
    return found


def _kept(rows: list[asyncpg.Record]) -> Rows:
    return {
        (row["tenant_id"], row["kind"], row["id"]): (
            row["version"],
            json.loads(row["state"]),
            row["cells"],
            row["asked"],
        )
        for row in rows
    }


async def _fetch(dsn: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()
