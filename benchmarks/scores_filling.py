"""Fills analytics' database with closed measurements: many by SQL, a town's as the feed tells them."""

import random
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
from uuid_utils.compat import uuid7

from services.analytics.projection.followers import SurveyProjection
from services.analytics.projection.packing import pack
from shared.changes.events import ChangeEvent
from shared.contracts.survey import MEASUREMENT, Form, MeasurementState, RoundState, Seat, Visibility
from shared.database.connection import Database

MEMBERS, ITEMS = 8, 6
WAVES = ("baseline", "follow-up")
GENERATION = 1
_PEOPLE, _LEADERS, _UNITS = 4_000, 400, 200
_PATTERNS = 2_000
_PAGE = 200

_ACTIVE = "INSERT INTO feed_position VALUES ('survey', 1, 'active', ''), ('cases', 1, 'active', '')"
_PATTERN_TABLE = (
    "CREATE TEMP TABLE pattern (number integer, wave text, packed bytea, cells bytea, asked bytea)"
)
# What the JSON says is not read where there is a packed form; it stays away here to save an hour's filling.
_MANY = """
INSERT INTO measurement_cube (tenant_id, generation, id, version, round_id, case_id, wave, round_state,
                              state, cells, asked, packed, changed)
    SELECT $1, 1, made.id, 1, made.id, made.id, wave, 'closed', '{}', cells, asked,
           overlay(packed placing uuid_send(made.id) from 9), 1
    FROM generate_series(0, $2 - 1) AS n, LATERAL (SELECT uuidv7() AS id WHERE n >= 0) AS made, pattern
    WHERE pattern.number = n % $3
"""
_VERSION = "INSERT INTO data_version VALUES ($1, 'survey', 1, 1, 0)"


@dataclass(frozen=True)
class Town:
    """A tenant whose people sit in many teams; what they answer is drawn anew each time."""

    tenant: UUID = field(default_factory=uuid4)
    draws: random.Random = field(default_factory=lambda: random.Random(2026))
    people: list[Seat] = field(default_factory=list)

    def team(self) -> list[Seat]:
        """Return members of a team, in the order of their ids."""
        if not self.people:
            self.people.extend(self._employed())
        return sorted(self.draws.sample(self.people, MEMBERS), key=lambda seat: seat.id)

    def _employed(self) -> Iterator[Seat]:
        units = [(uuid4(), uuid4()) for _ in range(_UNITS)]
        leaders = [(uuid4(), uuid4()) for _ in range(_LEADERS)]
        for number in range(_PEOPLE):
            unit, area = units[number % _UNITS]
            leader, leader_person = leaders[number % _LEADERS]
            yield Seat(
                id=uuid4(),
                person_id=uuid4(),
                label=f"Medarbejder {number}",
                professional_group="Socialrådgiver",
                unit_id=unit,
                area_id=area,
                municipality_code="0766",
                leader_id=leader,
                leader_person_id=leader_person,
                leader_label=f"Leder {number % _LEADERS}",
                role="participant",
            )

    def case(self, wave: int) -> list[MeasurementState]:
        """Return a case's three measurements."""
        case_id, round_id, team = uuid7(), uuid7(), self.team()
        leader, citizen, course = (Seat(id=uuid4(), label=label) for label in ("Leder", "Borger", "Forløb"))
        rosters = (
            (Form.NETWORK, "relational-capacity", team, team),
            (Form.OWN_LEADER, "coherent-leadership", team, [leader]),
            (Form.CITIZEN, "citizen-experienced-quality", [citizen], [course]),
        )
        known = {"case_id": case_id, "round_id": round_id, "wave": WAVES[wave], "wave_ordinal": wave + 1}
        return [self._measurement(roster, known) for roster in rosters]

    def _measurement(
        self, roster: tuple[Form, str, Sequence[Seat], Sequence[Seat]], known: dict[str, object]
    ) -> MeasurementState:
        form, instrument, respondents, subjects = roster
        rates_self = form is not Form.NETWORK
        asked = [one.id != other.id or rates_self for one in respondents for other in subjects]
        cells = [self.draws.choice((2, 3, 3, 4, 4, 5)) * put for put in asked for _ in range(ITEMS)]
        return MeasurementState.model_validate(
            {
                **known,
                "version": 1,
                "id": uuid7(),
                "visibility": Visibility.TEAM_OPEN,
                "round_state": RoundState.CLOSED,
                "instrument": instrument,
                "instrument_version": 1,
                "form": form,
                "items": [f"statement-number-{number}" for number in range(ITEMS)],
                "sub_scales": [],
                "respondents": respondents,
                "subjects": subjects,
                "submitted": [True] * len(respondents),
                "shared_with_team": [False] * len(respondents),
                "level": "complex",
                "units": 3,
                "authority_functions": 1,
                "rule_set": "default/1",
                "cells": b64encode(bytes(cells)).decode(),
                "asked": b64encode(bytes(asked)).decode(),
            }
        )


async def read_first_generation(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Let readers have the first generation of both feeds, which nobody follows here."""
    await connection.execute(_ACTIVE)


async def fill_many(connection: "asyncpg.Connection[asyncpg.Record]", tenant: UUID, count: int) -> None:
    """Write that many networks of 8 by 8 by 6, of some thousands of patterns, with ids of their own."""
    town = Town(tenant)
    await connection.execute(_PATTERN_TABLE)
    await connection.copy_records_to_table("pattern", records=list(_patterns(town)))
    await connection.execute(_MANY, tenant, count, _PATTERNS, timeout=1_200)
    await connection.execute(_VERSION, tenant)


async def settle(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Let the database learn what was written, as it does by itself within a minute."""
    await connection.execute("VACUUM (ANALYZE) measurement_cube, register_state", timeout=600)


def _patterns(town: Town) -> Iterator[tuple[int, str, bytes, bytes, bytes]]:
    for number in range(_PATTERNS):
        network = town.case(number % len(WAVES))[0]
        yield number, network.wave, pack(network), b64decode(network.cells), b64decode(network.asked)


async def fill_town(database: Database, town: Town, cases: int) -> list[tuple[UUID, UUID]]:
    """Write a town's cases of one wave as the feed tells them; return each with somebody of its team."""
    found = []
    states = []
    for _ in range(cases):
        measured = town.case(0)
        states += measured
        network = measured[0]
        found.append((network.case_id or network.id, network.respondents[0].person_id or network.id))
    for start in range(0, len(states), _PAGE):
        page = [_told(town.tenant, state) for state in states[start : start + _PAGE]]
        async with database.transaction() as transaction:
            await SurveyProjection().apply(transaction, GENERATION, page)
    return found


def _told(tenant: UUID, state: MeasurementState) -> ChangeEvent:
    return ChangeEvent(
        id="1.1.1.1",
        source="/survey",
        type=MEASUREMENT,
        subject=state.id,
        tenantid=tenant,
        subjectversion=state.version,
        data=state.model_dump(mode="json", by_alias=True),
    )
