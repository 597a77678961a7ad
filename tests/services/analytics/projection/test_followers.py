"""The projections: the same rows whatever order events come in, and however often."""

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.analytics.projection.followers import RegisterProjection, SurveyProjection
from shared.changes.consumer import Projection
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, ENROLMENT, PERSON, PROFESSIONAL
from shared.contracts.survey import MEASUREMENT, ROUND, Form, MeasurementState, RoundState, Visibility
from shared.database.connection import Database
from tests.support.databases import TestDatabase
from tests.support.records import rows

GENERATION = 1000
"""A generation of these tests' own, which the running service neither reads nor writes."""


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    database = Database(databases["analytics"].app, pool_size=2)
    yield database
    await database.close()


def event(kind: str, tenant: UUID, subject: UUID, version: int, data: dict[str, Any] | None) -> ChangeEvent:
    return ChangeEvent(
        id=f"1.1.{version}.1",
        source="/test",
        type=kind,
        subject=subject,
        tenantid=tenant,
        subjectversion=version,
        data=data,
    )


def measured(tenant: UUID, measurement: UUID, version: int, answer: int) -> ChangeEvent:
    state = MeasurementState(
        version=version,
        id=measurement,
        round_id=UUID(int=1),
        case_id=UUID(int=2),
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
        units=0,
        authority_functions=0,
        rule_set="default/1",
        cells=b64encode(bytes([answer])).decode(),
        asked=b64encode(bytes([1])).decode(),
    )
    return event(MEASUREMENT, tenant, measurement, version, state.model_dump(mode="json", by_alias=True))


def case_told(tenant: UUID, case_id: UUID, version: int) -> ChangeEvent:
    state: dict[str, Any] = {"version": version, "id": str(case_id), "participants": []}
    return event(CASE, tenant, case_id, version, state)


async def apply(database: Database, projection: Projection, *pages: Sequence[ChangeEvent]) -> None:
    for page in pages:
        async with database.transaction() as transaction:
            await projection.apply(transaction, GENERATION, page)


async def cubes(databases: dict[str, TestDatabase], tenant: UUID) -> list[dict[str, Any]]:
    return await rows(
        databases["analytics"],
        "SELECT id, version, cells FROM measurement_cube "
        "WHERE tenant_id = $1 AND generation = $2 ORDER BY id",
        tenant,
        GENERATION,
    )


async def register(databases: dict[str, TestDatabase], tenant: UUID) -> list[dict[str, Any]]:
    return await rows(
        databases["analytics"],
        "SELECT kind, id, version FROM register_state WHERE tenant_id = $1 AND generation = $2 ORDER BY id",
        tenant,
        GENERATION,
    )


class TestSurveyProjection:
    async def test_in_any_order_the_newest_stays(
        self, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        measurement = uuid4()
        for order in permutations((1, 2, 3)):
            tenant = uuid4()
            pages = [[measured(tenant, measurement, version, version)] for version in order]
            await apply(database, SurveyProjection(), *pages)
            assert await cubes(databases, tenant) == [{"id": measurement, "version": 3, "cells": b"\x03"}]

    async def test_applied_twice_it_is_the_same(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        page = [measured(tenant, uuid4(), 1, answer) for answer in (4, 5)]
        await apply(database, SurveyProjection(), page)
        once = await cubes(databases, tenant)
        await apply(database, SurveyProjection(), page, list(reversed(page)))
        assert await cubes(databases, tenant) == once
        assert len(once) == 2

    async def test_the_same_version_told_otherwise_changes_nothing(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        measurement = uuid4()
        await apply(
            database,
            SurveyProjection(),
            [measured(tenant, measurement, 2, 5)],
            [measured(tenant, measurement, 2, 1)],
        )
        assert [each["cells"] for each in await cubes(databases, tenant)] == [b"\x05"]

    async def test_what_is_erased_goes(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        erased, kept = uuid4(), uuid4()
        await apply(
            database,
            SurveyProjection(),
            [measured(tenant, erased, 1, 5), measured(tenant, kept, 1, 5)],
            [event(MEASUREMENT, tenant, erased, 2, None)],
        )
        assert [each["id"] for each in await cubes(databases, tenant)] == [kept]

    async def test_one_page_may_tell_of_many_tenants(
        self, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        tenants = [uuid4() for _ in range(3)]
        measurement = uuid4()
        page = [measured(tenant, measurement, 1, number) for number, tenant in enumerate(tenants, start=1)]
        await apply(database, SurveyProjection(), page)
        found = [(await cubes(databases, tenant))[0]["cells"] for tenant in tenants]
        assert found == [b"\x01", b"\x02", b"\x03"]

    async def test_keeps_nothing_of_other_subjects(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        await apply(database, SurveyProjection(), [event(ROUND, tenant, uuid4(), 1, {"version": 1})])
        assert await cubes(databases, tenant) == []

    async def test_clearing_takes_one_generation_of_every_tenant(
        self, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        tenants = [uuid4() for _ in range(2)]
        await apply(database, SurveyProjection(), [measured(tenant, uuid4(), 1, 5) for tenant in tenants])
        async with database.transaction() as transaction:
            await SurveyProjection().apply(
                transaction, GENERATION + 1, [measured(tenants[0], uuid4(), 1, 5)]
            )
        done = False
        while not done:
            async with database.transaction() as transaction:
                done = await SurveyProjection().clear(transaction, GENERATION)
        assert [await cubes(databases, tenant) for tenant in tenants] == [[], []]
        left = "SELECT generation FROM measurement_cube WHERE tenant_id = $1"
        found = await rows(databases["analytics"], left, tenants[0])
        assert found == [{"generation": GENERATION + 1}]


class TestRegisterProjection:
    async def test_in_any_order_the_newest_stays(
        self, database: Database, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = uuid4()
        for order in permutations((1, 2, 3)):
            tenant = uuid4()
            pages = [[case_told(tenant, case_id, version)] * 1 for version in order]
            await apply(database, RegisterProjection(), *pages, *pages)
            assert await register(databases, tenant) == [{"kind": "case", "id": case_id, "version": 3}]

    async def test_keeps_only_what_decides_who_may_see(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        page = [
            event(PERSON, tenant, uuid4(), 1, {"version": 1}),
            event(PROFESSIONAL, tenant, uuid4(), 1, {"version": 1}),
            case_told(tenant, uuid4(), 1),
        ]
        await apply(database, RegisterProjection(), page)
        assert sorted(each["kind"] for each in await register(databases, tenant)) == [
            "case",
            "professional",
        ]

    @pytest.mark.parametrize("kind", [CASE, PROFESSIONAL, ENROLMENT])
    async def test_what_is_erased_goes(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID, kind: str
    ) -> None:
        erased, kept = uuid4(), uuid4()
        page = [event(kind, tenant, each, 1, {"version": 1}) for each in (erased, kept)]
        await apply(database, RegisterProjection(), page)
        await apply(database, RegisterProjection(), [event(kind, tenant, erased, 2, None)])
        assert [each["id"] for each in await register(databases, tenant)] == [kept]

    async def test_what_has_the_same_id_and_is_something_else_stays(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        shared = uuid4()
        page = [event(kind, tenant, shared, 1, {"version": 1}) for kind in (CASE, PROFESSIONAL)]
        await apply(database, RegisterProjection(), page)
        await apply(database, RegisterProjection(), [event(CASE, tenant, shared, 2, None)])
        assert await register(databases, tenant) == [{"kind": PROFESSIONAL, "id": shared, "version": 1}]

    async def test_goes_by_what_stands_before_the_dot(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        case_id = uuid4()
        told = case_told(tenant, case_id, 1)
        await apply(database, RegisterProjection(), [told.model_copy(update={"type": "case.registered"})])
        assert await register(databases, tenant) == [{"kind": "case", "id": case_id, "version": 1}]
        await apply(database, RegisterProjection(), [event("case.erased", tenant, case_id, 2, None)])
        assert await register(databases, tenant) == []


class TestTenants:
    """The database itself keeps tenants apart: these statements name none."""

    COUNT = "SELECT count(*) FROM measurement_cube"

    async def test_without_any_filter_only_the_own_rows_are_there(
        self, database: Database, tenant: UUID
    ) -> None:
        other = uuid4()
        page = [measured(tenant, uuid4(), 1, 5), measured(other, uuid4(), 1, 5)]
        await apply(database, SurveyProjection(), page)
        for reader in (tenant, other):
            async with database.transaction(reader) as transaction:
                assert await transaction.driver.fetchval(self.COUNT) == 1
        async with database.transaction(uuid4()) as transaction:
            assert await transaction.driver.fetchval(self.COUNT) == 0
        async with database.transaction() as transaction:
            assert await transaction.driver.fetchval(self.COUNT) == 0

    async def test_nobody_writes_anothers_rows(self, database: Database, tenant: UUID) -> None:
        page = [measured(tenant, uuid4(), 1, 5)]
        await apply(database, SurveyProjection(), page)
        async with database.transaction(uuid4()) as transaction:
            assert await transaction.driver.execute("UPDATE measurement_cube SET version = 9") == "UPDATE 0"
            assert await transaction.driver.execute("DELETE FROM measurement_cube") == "DELETE 0"

    async def test_without_the_policies_everything_would_be_there(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        """The negative control: who is above row-level security counts both tenants' rows."""
        page = [measured(tenant, uuid4(), 1, 5), measured(uuid4(), uuid4(), 1, 5)]
        await apply(database, SurveyProjection(), page)
        ((found,),) = [each.values() for each in await rows(databases["analytics"], self.COUNT)]
        assert found >= 2
