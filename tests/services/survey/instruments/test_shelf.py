"""The shelf finds what is built in, and a tenant's own once it was published; never another tenant's."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.instruments import repository, shelf
from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.instruments.repository import add_draft, change_version, read_version
from services.survey.instruments.shelf import Memory
from shared.database.connection import Database, Transaction
from tests.services.survey.instruments.drafted import definition
from tests.support.databases import TestDatabase

OWN = Instrument.model_validate(definition())


@pytest.fixture
async def database(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Give the survey's database as the service sees it."""
    database = Database(databases["survey"].app, pool_size=2)
    yield database
    await database.close()


@pytest.fixture
async def feed(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Give the survey's database as its feed sees it: all tenants, and read only."""
    database = Database(databases["survey"].feed, pool_size=1)
    yield database
    await database.close()


async def shelve(database: Database, tenant: UUID, state: str) -> None:
    async with database.transaction(tenant) as transaction:
        await add_draft(transaction, *OWN.key, OWN.model_dump(mode="json", by_alias=True))
        if state != "draft":
            await into(transaction, state)


async def into(transaction: Transaction, state: str) -> None:
    row = await read_version(transaction, *OWN.key, hold=True)
    assert row is not None
    await change_version(transaction, row, {"state": state})


@pytest.mark.parametrize(
    ("state", "found", "offered"),
    [("draft", False, False), ("published", True, True), ("retired", True, False)],
)
async def test_own_instruments_are_found_once_published_and_offered_until_retired(
    database: Database, tenant: UUID, state: str, found: bool, offered: bool
) -> None:
    await shelve(database, tenant, state)
    async with database.transaction(tenant) as transaction:
        for _ in range(2):  # from the database, then from memory
            assert await shelf.find_instrument(transaction, *OWN.key) == (OWN if found else None)
            assert await shelf.find_offered(transaction, *OWN.key) == (OWN if offered else None)


async def test_a_version_retired_after_it_was_used_is_not_offered_any_more(
    database: Database, tenant: UUID
) -> None:
    await shelve(database, tenant, "published")
    async with database.transaction(tenant) as transaction:
        assert await shelf.find_offered(transaction, *OWN.key)
        await into(transaction, "retired")
        assert await shelf.find_offered(transaction, *OWN.key) is None
        assert await shelf.find_instrument(transaction, *OWN.key) == OWN


async def test_another_tenant_does_not_find_it_although_it_is_remembered(
    database: Database, tenant: UUID
) -> None:
    await shelve(database, tenant, "published")
    async with database.transaction(tenant) as transaction:
        assert await shelf.instrument_of(transaction, *OWN.key) == OWN
    async with database.transaction(uuid4()) as transaction:
        assert await shelf.find_instrument(transaction, *OWN.key) is None
        assert await shelf.find_offered(transaction, *OWN.key) is None
        with pytest.raises(LookupError):
            await shelf.instrument_of(transaction, *OWN.key)


async def test_one_tenants_transaction_finds_nothing_of_anothers_by_naming_it(
    database: Database, tenant: UUID
) -> None:
    await shelve(database, tenant, "published")
    async with database.transaction(uuid4()) as transaction:
        assert await shelf.instruments_among(transaction, [(tenant, *OWN.key)]) == {}


async def test_the_feed_finds_those_of_many_tenants(database: Database, feed: Database) -> None:
    one, other, third = uuid4(), uuid4(), uuid4()
    await shelve(database, one, "published")
    await shelve(database, other, "retired")
    await shelve(database, third, "draft")
    capacity = load_catalogue()["relational-capacity", 1]
    async with feed.transaction() as transaction:
        found = await shelf.instruments_among(
            transaction, [*((tenant, *OWN.key) for tenant in (one, other, third)), (one, *capacity.key)]
        )
    assert found == {(one, *OWN.key): OWN, (other, *OWN.key): OWN, (one, *capacity.key): capacity}


async def test_built_in_ones_are_found_by_every_tenant(database: Database, tenant: UUID) -> None:
    async with database.transaction(tenant) as transaction:
        for key, instrument in load_catalogue().items():
            assert await shelf.find_instrument(transaction, *key) is instrument
            assert await shelf.find_offered(transaction, *key) is instrument


async def test_what_was_found_is_not_read_again(
    database: Database, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelve(database, tenant, "published")
    reads = []

    async def counted(*given: Any) -> Any:
        reads.append(given)
        return await repository.read_definitions(*given)

    monkeypatch.setattr(shelf, "read_definitions", counted)
    async with database.transaction(tenant) as transaction:
        first = await shelf.find_instrument(transaction, *OWN.key)
        assert await shelf.find_instrument(transaction, *OWN.key) is first
        assert len(reads) == 1
        await shelf.find_instrument(transaction, "own-list", 3)
        await shelf.find_instrument(transaction, "own-list", 3)
    assert len(reads) == 3  # what is not there yet is looked for each time


class TestMemory:
    def test_keeps_what_was_used_last(self) -> None:
        memory = Memory(most=2)
        keys = [(uuid4(), "own-list", number) for number in (1, 2, 3)]
        memory.keep(keys[0], OWN)
        memory.keep(keys[1], OWN)
        assert memory.recall(keys[0]) is OWN
        memory.keep(keys[2], OWN)
        assert [memory.recall(key) is OWN for key in keys] == [True, False, True]
        assert len(memory) == 2
