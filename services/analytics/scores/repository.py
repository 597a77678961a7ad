"""Every statement of a case's matrix: which rows it stands on, and what they say."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.database.connection import Transaction

Versions = tuple[tuple[int, int, UUID, int, int], ...]
"""Rows with their generation and versions: the same ones say the same."""

_CUBES = (
    " FROM measurement_cube WHERE tenant_id = $1 AND case_id = $2 AND wave = $3 AND generation = "
    "(SELECT generation FROM feed_position WHERE consumer = 'survey' AND state = 'active')"
)
_CASE = (
    " FROM register_state WHERE tenant_id = $1 AND kind = 'case' AND id = $2 AND generation = "
    "(SELECT generation FROM feed_position WHERE consumer = 'cases' AND state = 'active')"
)
# `changed` is never given twice, not even after a restore, when `version` and `generation` may be.
_VERSIONS = "generation, id, version, changed"
_LOOK = (
    "SELECT 0 AS what, "
    + _VERSIONS
    + _CUBES
    + " UNION ALL SELECT 1, "
    + _VERSIONS
    + _CASE
    + " ORDER BY 1, 3"
)
# In one statement, so that rows and their versions are of one moment.
_READ = (
    "SELECT 0 AS what, "
    + _VERSIONS
    + ", CASE WHEN state ->> 'form' = 'network' THEN state::text END AS state, cells, asked"
    + _CUBES
    + " UNION ALL SELECT 1, "
    + _VERSIONS
    + ", state::text, NULL, NULL"
    + _CASE
    + " ORDER BY 1, 3"
)


async def read_versions(transaction: Transaction, case_id: UUID, wave: str) -> Versions:
    """Return what a case's matrix in a wave depends on, without reading any of it."""
    return versions_of(await transaction.driver.fetch(_LOOK, transaction.tenant, case_id, wave))


async def read_networks(transaction: Transaction, case_id: UUID, wave: str) -> "list[asyncpg.Record]":
    """Return the same rows, with what networks and the case say; other forms' `state` is None."""
    rows: list[asyncpg.Record] = await transaction.driver.fetch(_READ, transaction.tenant, case_id, wave)
    return rows


def versions_of(found: "list[asyncpg.Record]") -> Versions:
    """Return which rows these are."""
    rows: Any = (tuple(row)[:5] for row in found)
    return tuple(rows)
