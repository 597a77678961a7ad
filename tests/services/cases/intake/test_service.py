"""The register's use cases where two transactions meet in an order that HTTP would leave to chance."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from services.cases.classification.service import classify_case
from services.cases.intake.batches import put_registration
from services.cases.intake.repository import Source
from services.cases.intake.schemas import PutRegistration
from services.cases.register.pseudonyms import CitizenKeys
from services.cases.register.service import show_case
from shared.access.principal import Principal, Role
from shared.database.connection import Database
from tests.services.cases.intake.sending import registration
from tests.support.databases import TestDatabase
from tests.support.keys import random_secret
from tests.support.municipality import Municipality


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    database = Database(databases["cases"].app, pool_size=2)
    yield database
    await database.close()


KEYS = CitizenKeys({1: SecretStr(random_secret())})
ESDH, JOB_CENTRE = Source("esdh", "1"), Source("job-centre", "1")


def case_system(tenant: UUID) -> Principal:
    scopes = frozenset({"system:esdh", "system:job-centre"})
    return Principal("tester", "gateway", frozenset({Role.CASE_SYSTEM}), tenant, scopes=scopes)


def wanted(*arguments: Any) -> PutRegistration:
    return PutRegistration.model_validate(registration(*arguments))


class TestPutRegistration:
    async def test_whoever_began_first_may_come_last(
        self, database: Database, municipality: Municipality
    ) -> None:
        units = [await municipality.unit() for _ in range(2)]
        case_id, caller = uuid4(), case_system(municipality.tenant)
        parts = [[(unit, "provider")] for unit in units]
        async with database.transaction(caller.tenant, caller) as early:
            await early.driver.execute("SELECT 1")
            async with database.transaction(caller.tenant, caller) as late:
                await put_registration(late, KEYS, ESDH, wanted(case_id, 1, parts[0]))
            await put_registration(early, KEYS, ESDH, wanted(case_id, 2, parts[1]))
            view = await show_case(early, case_id)
        assert [part.unit_id for part in view.involvements] == [units[1]]

    async def test_whoever_began_first_counts_what_others_added_since(
        self, database: Database, municipality: Municipality
    ) -> None:
        units = [await municipality.unit() for _ in range(2)]
        case_id, caller = uuid4(), case_system(municipality.tenant)
        parts = [[(unit, "provider")] for unit in units]
        async with database.transaction(caller.tenant, caller) as early:
            await early.driver.execute("SELECT 1")
            async with database.transaction(caller.tenant, caller) as late:
                await put_registration(late, KEYS, ESDH, wanted(case_id, 1, parts[0]))
            await put_registration(early, KEYS, JOB_CENTRE, wanted(case_id, 1, parts[1]))
            assert (await classify_case(early, case_id)).units == 2
