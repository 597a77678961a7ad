"""Merging: a unit ends, everything of its own goes on in another, and what was stays as it was."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import httpx2

from services.cases.organisation.repository import living_unit, resolve_units
from shared.access.principal import Role
from shared.database.connection import Database
from tests.services.cases.organisation.looking_back import history, queued
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

PARTS = (
    "SELECT registration_id, unit_id, role, laws, valid_to IS NULL AS open "
    "FROM involvement WHERE case_id = $1 ORDER BY valid_from, id"
)


async def merge(
    municipality: Municipality, unit: UUID, into: UUID, key: str | None = None
) -> httpx2.Response:
    administrator = municipality.caller("cases", Role.ADMINISTRATOR)
    body = {"intoUnitId": str(into)}
    return await administrator.post(f"/v1/units/{unit}/merge", body, key=key or uuid4().hex)


async def units_of(municipality: Municipality, count: int) -> Sequence[UUID]:
    return [await municipality.unit() for _ in range(count)]


class TestMergeUnit:
    async def test_ends_the_unit_and_says_which_goes_on(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        old, new = await units_of(municipality, 2)
        view = ok(await merge(municipality, old, new))
        assert view["mergedIntoId"] == str(new)
        assert view["validTo"] is not None
        assert ok(await cases.get(f"/v1/units/{old}")) == view
        states = await history(databases["cases"], "unit", old)
        assert [each["mergedIntoId"] for each in states] == [None, str(new)]
        assert await queued(databases["cases"], municipality.tenant) == {("unit-merged", new)}

    async def test_moves_professionals_and_units_below_but_not_who_has_left(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        old, new = await units_of(municipality, 2)
        child = await municipality.unit(parentId=str(old))
        stays, left = await municipality.employee(old), await municipality.employee(old)
        view = ok(await cases.get(f"/v1/professionals/{left.id}"))
        body = {name: view[name] for name in ("personId", "unitId", "professionalGroup", "validFrom")}
        body["validTo"] = "2026-02-01T00:00:00Z"
        ok(await cases.put(f"/v1/professionals/{left.id}", body, If_Match="*"))
        ok(await merge(municipality, old, new))
        assert ok(await cases.get(f"/v1/professionals/{stays.id}"))["unitId"] == str(new)
        assert ok(await cases.get(f"/v1/professionals/{left.id}"))["unitId"] == str(old)
        assert ok(await cases.get(f"/v1/units/{child}"))["parentId"] == str(new)
        states = await history(databases["cases"], "professional", stays.id)
        assert [each["unitId"] for each in states] == [str(old), str(new)]

    async def test_the_unit_below_can_take_over(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        top = await municipality.unit()
        old = await municipality.unit(parentId=str(top))
        between = await municipality.unit(parentId=str(old))
        new = await municipality.unit(parentId=str(between))
        ok(await merge(municipality, old, new))
        parents = {each: ok(await cases.get(f"/v1/units/{each}"))["parentId"] for each in (between, new)}
        assert parents == {between: str(new), new: str(top)}

    async def test_its_parts_in_cases_end_and_go_on_in_the_other(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old, new, other = await units_of(municipality, 3)
        case_id = await municipality.case([], [(old, "authority"), (other, "provider")])
        ok(await merge(municipality, old, new))
        found = await rows(databases["cases"], PARTS, case_id)
        parts = {(each["unit_id"], each["role"], each["open"]) for each in found}
        assert parts == {
            (old, "authority", False),
            (other, "provider", True),
            (new, "authority", True),
        }
        assert len({each["registration_id"] for each in found}) == 1

    async def test_is_not_doubled_where_the_other_has_the_same_part(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old, new = await units_of(municipality, 2)
        case_id = await municipality.case([], [(old, "provider"), (new, "provider"), (old, "authority")])
        ok(await merge(municipality, old, new))
        found = await rows(databases["cases"], PARTS, case_id)
        still = sorted((each["unit_id"], each["role"]) for each in found if each["open"])
        assert still == [(new, "authority"), (new, "provider")]

    async def test_the_cases_are_told_to_have_changed(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old, new, other = await units_of(municipality, 3)
        await municipality.case([], [(other, "provider")])
        touched = await municipality.case([], [(old, "provider")])
        told = "SELECT subject, version FROM change_log WHERE tenant_id = $1 AND type = 'case.changed'"
        before = await rows(databases["cases"], told, municipality.tenant)
        ok(await merge(municipality, old, new))
        after = await rows(databases["cases"], told, municipality.tenant)
        version = "SELECT version FROM citizen_case WHERE id = $1"
        (now,) = await rows(databases["cases"], version, touched)
        assert [each for each in after if each not in before] == [{"subject": touched, **now}]

    async def test_once_by_key_and_once_at_all(self, municipality: Municipality) -> None:
        old, new, third = await units_of(municipality, 3)
        first = await merge(municipality, old, new, key="merging-once")
        again = await merge(municipality, old, new, key="merging-once")
        assert (again.status_code, again.json()) == (200, first.json())
        refused(await merge(municipality, old, third), 409, "unit-merged")

    async def test_nothing_goes_on_in_what_is_no_living_unit(self, municipality: Municipality) -> None:
        old, new, third = await units_of(municipality, 3)
        ok(await merge(municipality, new, third))
        for into, code in ((old, "same-unit"), (uuid4(), "unknown-unit"), (new, "ended-unit")):
            answer = await merge(municipality, old, into)
            assert refused(answer, 422, "broken-rule") == [("/intoUnitId", code)]

    async def test_is_for_administrators_of_the_tenant(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        old, new = await units_of(municipality, 2)
        body = {"intoUnitId": str(new)}
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.LEADER, Role.ANALYST):
            caller = municipality.caller("cases", role, person=uuid4())
            refused(await caller.post(f"/v1/units/{old}/merge", body, key=uuid4().hex), 403, "forbidden")
        foreign = await merge(Municipality(stack, uuid4()), old, new)
        refused(foreign, 404, "not-found")

    async def test_what_was_merged_stays_so(self, municipality: Municipality, cases: CallerClient) -> None:
        old, new = await units_of(municipality, 2)
        ok(await merge(municipality, old, new))
        body = {"name": "Enhed", "areaId": str(municipality.area), "municipalityCode": "0766"}
        revived = await cases.put(f"/v1/units/{old}", body, If_Match="*")
        assert refused(revived, 422, "broken-rule") == [("/validTo", "merged-unit")]
        child = await cases.create(f"/v1/units/{uuid4()}", {**body, "parentId": str(old)})
        assert refused(child, 422, "broken-rule") == [("/parentId", "merged-unit")]

    async def test_two_into_each_other_at_once_is_one(self, municipality: Municipality) -> None:
        one, other = await units_of(municipality, 2)
        answers = await asyncio.gather(merge(municipality, one, other), merge(municipality, other, one))
        assert sorted(answer.status_code for answer in answers) == [200, 422]


class TestResolveUnits:
    async def test_leads_to_the_living_unit(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        first, second, third = await units_of(municipality, 3)
        ok(await merge(municipality, first, second))
        ok(await merge(municipality, second, third))
        database = Database(databases["cases"].app, pool_size=1)
        try:
            async with database.transaction(municipality.tenant) as transaction:
                found = await resolve_units(transaction, [first, second, third, uuid4()])
            async with database.transaction(uuid4()) as transaction:
                foreign = await resolve_units(transaction, [first])
        finally:
            await database.close()
        assert found == {first: third, second: third, third: third}
        assert foreign == {}


class TestLivingUnit:
    def test_ends_where_mergers_would_repeat(self) -> None:
        one, other = uuid4(), uuid4()
        assert living_unit(one, {one: other, other: one}) == other
        assert living_unit(one, {one: one}) == one
        assert living_unit(one, {}) == one


class TestAtOnce:
    async def test_a_merge_waits_for_whoever_has_just_resolved_the_unit(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        old, new = await units_of(municipality, 2)
        database = Database(databases["cases"].app, pool_size=1)
        try:
            async with database.transaction(municipality.tenant) as transaction:
                assert await resolve_units(transaction, [old]) == {old: old}
                merging = asyncio.create_task(merge(municipality, old, new))
                await _waits(databases["cases"])
                assert not merging.done()
            ok(await merging)
        finally:
            await database.close()


async def _waits(database: TestDatabase) -> None:
    """Return as soon as somebody waits for somebody else's row."""
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM unit%'"
    while not await rows(database, waiting):
        await asyncio.sleep(0.05)
