"""Pseudonyms: one citizen each, per tenant, found under every key and rewritten under the newest."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from services.cases.register.citizens import find_citizen, pseudonym_of
from services.cases.register.pseudonyms import CitizenKeys, Cpr
from shared.database.connection import Database
from tests.support.databases import TestDatabase
from tests.support.keys import random_secret
from tests.support.records import rows

CPR = SecretStr("010190-1234")
OLD, NEW = SecretStr(random_secret()), SecretStr(random_secret())


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    database = Database(databases["cases"].app, pool_size=1)
    yield database
    await database.close()


async def versions(databases: dict[str, TestDatabase], citizen_id: UUID) -> list[int]:
    """Return the versions of the keys a citizen is written under."""
    asked = "SELECT key_version FROM citizen_pseudonym WHERE citizen_id = $1 ORDER BY key_version"
    return [row["key_version"] for row in await rows(databases["cases"], asked, citizen_id)]


class TestPseudonymOf:
    async def test_is_made_once_and_differs_from_tenant_to_tenant(self, database: Database) -> None:
        keys = CitizenKeys({1: OLD})
        found = []
        for tenant in (uuid4(), uuid4()):
            async with database.transaction(tenant) as transaction:
                first = await pseudonym_of(transaction, keys, CPR)
                assert await pseudonym_of(transaction, keys, SecretStr("0101901234")) == first
                found.append(first)
        assert found[0] != found[1]
        assert keys.digests(uuid4(), CPR) != keys.digests(uuid4(), CPR)

    async def test_a_new_key_finds_whom_an_old_one_wrote_and_rewrites_them(
        self, database: Database, databases: dict[str, TestDatabase], tenant: UUID
    ) -> None:
        async with database.transaction(tenant) as transaction:
            citizen_id = await pseudonym_of(transaction, CitizenKeys({1: OLD}), CPR)
        assert await versions(databases, citizen_id) == [1]
        async with database.transaction(tenant) as transaction:
            assert await find_citizen(transaction, CitizenKeys({1: OLD, 2: NEW}), CPR) == citizen_id
        assert await versions(databases, citizen_id) == [2]
        async with database.transaction(tenant) as transaction:
            assert await find_citizen(transaction, CitizenKeys({2: NEW}), CPR) == citizen_id
            # The control: without a key that wrote them nobody is found.
            assert await find_citizen(transaction, CitizenKeys({1: OLD}), CPR) is None


class TestCpr:
    @pytest.mark.parametrize("number", ["0101901234", "010190-1234", "610190-1234", "311299-0000"])
    def test_takes_numbers_that_begin_with_a_date(self, number: str) -> None:
        assert TypeAdapter(Cpr).validate_python(number).get_secret_value() == number

    @pytest.mark.parametrize(
        "number", ["", "320190-1234", "011390-1234", "000190-1234", "01019-01234", "x" * 10]
    )
    def test_refuses_others_without_repeating_them(self, number: str) -> None:
        with pytest.raises(ValidationError) as refused:
            TypeAdapter(Cpr).validate_python(number)
        shown = refused.value.errors(include_input=False, include_context=False, include_url=False)
        assert not number or number not in str(shown)
