"""What is held is the newest, of the own tenant, and no more than there is room for."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import measurement_of
from services.analytics.projection.repository import read_cubes
from services.analytics.resident.keeping import MEGABYTE, Keeping
from services.analytics.resident.repository import copy_closed, read_in_one_snapshot
from shared.contracts.register import UNIT
from shared.contracts.survey import MEASUREMENT, MeasurementState, RoundState
from tests.services.analytics.installation import Installation
from tests.services.analytics.made_measurements import event, made, told
from tests.support.records import rows


def count(found: str) -> float:
    return REGISTRY.get_sample_value("samspil_resident_asked_total", {"found": found}) or 0.0


def unit(tenant: UUID, key: UUID, version: int, name: str) -> Any:
    data = {
        "version": version,
        "id": str(key),
        "name": name,
        "areaId": str(key),
        "municipalityCode": "0766",
    }
    return event(tenant, UNIT, key, version, data)


async def held(installation: Installation, keeping: Keeping, tenant: UUID) -> Holdings:
    """Ask as a request does: with the stamp that is there now."""
    return await keeping.holdings(tenant, await installation.stamp(tenant))


def versions(found: Holdings) -> dict[UUID, int]:
    return {
        each.state.id: each.state.version for wave in found.waves.values() for each in wave.measurements
    }


def newer(state: MeasurementState, **said: object) -> MeasurementState:
    return state.model_copy(update={"version": state.version + 1, **said})


class TestHoldings:
    async def test_everything_closed_and_nothing_open(
        self, installation: Installation, tenant: UUID
    ) -> None:
        group = made(case_id=None, group_id=uuid4())
        closed = [made(), made(wave="follow-up", wave_ordinal=2), group]
        states = [*closed, made(round_state=RoundState.OPEN)]
        await installation.tell(*(told(tenant, state) for state in states))
        key = uuid4()
        await installation.tell_register(unit(tenant, key, 1, "Enhed"))
        found = await held(installation, installation.replica(), tenant)
        assert list(found.waves) == ["baseline", "follow-up"]
        assert set(versions(found)) == {state.id for state in closed[:2]}
        assert [each.state.id for each in found.of_groups] == [group.id]
        assert found.register.units[key].name == "Enhed"
        assert found.data_version == str(await installation.stamp(tenant))

    async def test_says_what_the_rows_say(self, installation: Installation, tenant: UUID) -> None:
        await installation.tell(*(told(tenant, made(answer)) for answer in (1, 3, 5)))
        found = await held(installation, installation.replica(), tenant)
        async with installation.database.transaction(tenant) as transaction:
            wanted = [measurement_of(row) for row in await read_cubes(transaction)]
        got = list(found.waves["baseline"].measurements)
        bare = [each.state.model_copy(update={"cells": "", "asked": ""}) for each in wanted]
        assert [each.state for each in got] == bare
        assert [each.cube.cells.tolist() for each in got] == [each.cube.cells.tolist() for each in wanted]

    @pytest.mark.parametrize(
        "spoilt",
        [
            "UPDATE measurement_cube SET packed = NULL",
            "UPDATE measurement_cube SET packed = overlay(packed placing '\\x01' from 8)",
        ],
    )
    async def test_rows_of_an_older_program_are_read_from_their_json(
        self, installation: Installation, tenant: UUID, spoilt: str
    ) -> None:
        await installation.tell(*(told(tenant, made(version=3)) for _ in range(3)))
        wanted = await held(installation, installation.replica(), tenant)
        async with installation.database.transaction(tenant) as transaction:
            await transaction.execute(text(spoilt))
            stored = await copy_closed(transaction, 1, -1)
        assert {row[:1] for row in stored} == {b"{"}
        found = await held(installation, installation.replica(), tenant)
        assert versions(found) == versions(wanted)
        pairs = zip(
            found.waves["baseline"].measurements, wanted.waves["baseline"].measurements, strict=True
        )
        assert all(one.state == other.state for one, other in pairs)


class TestRefresh:
    async def test_only_what_is_newer_is_read(self, installation: Installation, tenant: UUID) -> None:
        kept, older = made(), made(1)
        await installation.tell(told(tenant, kept), told(tenant, older))
        keeping = installation.replica()
        before = await held(installation, keeping, tenant)
        seen = {each.state.id: each for each in before.waves["baseline"].measurements}
        added = made(wave="follow-up", wave_ordinal=2)
        await installation.tell(told(tenant, newer(older)), told(tenant, added))
        refreshed = count("refreshed")
        after = await held(installation, keeping, tenant)
        assert count("refreshed") == refreshed + 1
        found = {each.state.id: each for each in after.waves["baseline"].measurements}
        assert found[kept.id] is seen[kept.id]
        assert versions(after) == {kept.id: 1, older.id: 2, added.id: 1}
        assert versions(before) == {kept.id: 1, older.id: 1}
        async with installation.database.transaction(tenant) as transaction:
            held_version = int(before.data_version.split("-")[0].split(".")[1])
            assert len(await copy_closed(transaction, 1, held_version)) == 2

    async def test_what_was_worked_out_of_a_wave_stays_until_that_wave_changes(
        self, installation: Installation, tenant: UUID
    ) -> None:
        first, second = made(), made(wave="follow-up", wave_ordinal=2)
        await installation.tell(told(tenant, first), told(tenant, second))
        keeping = installation.replica()
        before = await held(installation, keeping, tenant)
        await installation.tell(told(tenant, newer(second)))
        await installation.tell_register(unit(tenant, key := uuid4(), 1, "Enhed"))
        after = await held(installation, keeping, tenant)
        assert after.register.units[key].name == "Enhed"
        kept = {
            code: after.waves[code].worked_out is wave.worked_out for code, wave in before.waves.items()
        }
        assert kept == {"baseline": True, "follow-up": False}
        await installation.tell(event(tenant, MEASUREMENT, second.id, 3))
        alone = await held(installation, keeping, tenant)
        assert alone.waves["baseline"].worked_out is before.waves["baseline"].worked_out
        await installation.tell(told(tenant, newer(first)))
        changed = await held(installation, keeping, tenant)
        assert changed.waves["baseline"].worked_out is not before.waves["baseline"].worked_out

    @pytest.mark.parametrize("way", ["erased", "opened again"])
    async def test_what_is_removed_is_gone(
        self, installation: Installation, tenant: UUID, way: str
    ) -> None:
        kept, gone = made(), made()
        await installation.tell(told(tenant, kept), told(tenant, gone))
        keeping = installation.replica()
        assert len(versions(await held(installation, keeping, tenant))) == 2
        opened = told(tenant, newer(gone, round_state=RoundState.OPEN))
        erased = event(tenant, MEASUREMENT, gone.id, 2)
        await installation.tell(erased if way == "erased" else opened)
        assert versions(await held(installation, keeping, tenant)) == {kept.id: 1}

    async def test_who_is_erased_from_a_measurement_is_gone(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state = made()
        await installation.tell(told(tenant, state))
        keeping = installation.replica()
        await held(installation, keeping, tenant)
        left = made(respondents=state.respondents[:1], id=state.id, version=2)
        await installation.tell(told(tenant, left))
        (found,) = (await held(installation, keeping, tenant)).waves["baseline"].measurements
        assert found.respondents == state.respondents[:1]

    async def test_the_register_is_refreshed_without_the_answers(
        self, installation: Installation, tenant: UUID
    ) -> None:
        kept, gone = uuid4(), uuid4()
        await installation.tell(told(tenant, made()))
        await installation.tell_register(unit(tenant, kept, 1, "A"), unit(tenant, gone, 1, "B"))
        keeping = installation.replica()
        before = await held(installation, keeping, tenant)
        (measurement,) = before.waves["baseline"].measurements
        await installation.tell_register(unit(tenant, kept, 2, "C"))
        found = await held(installation, keeping, tenant)
        assert {key: each.name for key, each in found.register.units.items()} == {kept: "C", gone: "B"}
        await installation.tell_register(event(tenant, UNIT, gone, 2))
        found = await held(installation, keeping, tenant)
        assert {key: each.name for key, each in found.register.units.items()} == {kept: "C"}
        assert found.waves["baseline"].measurements[0] is measurement

    async def test_a_new_generation_takes_the_place_of_the_old(
        self, installation: Installation, tenant: UUID
    ) -> None:
        state, lost = made(), made()
        await installation.tell(told(tenant, state), told(tenant, lost))
        keeping = installation.replica()
        before = await held(installation, keeping, tenant)
        await installation.tell(told(tenant, newer(state)), generation=2)
        assert await held(installation, keeping, tenant) is before
        await installation.read(2)
        assert versions(await held(installation, keeping, tenant)) == {state.id: 2}


class TestReplicas:
    async def test_none_is_ever_behind(self, installation: Installation, tenant: UUID) -> None:
        replicas = [installation.replica() for _ in range(2)]
        states: list[MeasurementState] = []
        for number in range(6):
            states.append(made())
            await installation.tell(told(tenant, states[-1]))
            if number % 3 == 2:
                gone = states.pop(0)
                await installation.tell(event(tenant, MEASUREMENT, gone.id, 2))
            looking = replicas if number % 2 else replicas[:1]
            for replica in looking:
                found = await held(installation, replica, tenant)
                assert set(versions(found)) == {state.id for state in states}

    async def test_control_who_does_not_ask_for_the_stamp_is(
        self, installation: Installation, tenant: UUID
    ) -> None:
        keeping = installation.replica()
        stamp = await installation.stamp(tenant)
        await keeping.holdings(tenant, stamp)
        await installation.tell(told(tenant, made()))
        assert versions(await keeping.holdings(tenant, stamp)) == {}
        assert len(versions(await held(installation, keeping, tenant))) == 1

    async def test_what_changes_while_it_is_loaded_is_in_neither_data_nor_version(
        self, installation: Installation, tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()))
        before = await installation.stamp(tenant)
        async with installation.database.transaction(tenant) as transaction:
            await read_in_one_snapshot(transaction)
            first = await copy_closed(transaction, 1, -1)
            await installation.tell(told(tenant, made()))
            assert await copy_closed(transaction, 1, -1) == first
        assert await installation.stamp(tenant) != before

    async def test_many_at_once_load_once(self, installation: Installation, tenant: UUID) -> None:
        await installation.tell(told(tenant, made()))
        keeping = installation.replica()
        stamp, loaded, found_held = await installation.stamp(tenant), count("loaded"), count("held")
        found = await asyncio.gather(*(keeping.holdings(tenant, stamp) for _ in range(8)))
        assert len({id(each) for each in found}) == 1
        assert (count("loaded"), count("held")) == (loaded + 1, found_held + 7)

    async def test_who_gives_up_keeps_nobody_waiting(
        self, installation: Installation, tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()))
        keeping, stamp = installation.replica(), await installation.stamp(tenant)
        waiting = [asyncio.create_task(keeping.holdings(tenant, stamp)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(found[0], asyncio.CancelledError)
        assert all(isinstance(each, Holdings) and len(versions(each)) == 1 for each in found[1:])


class TestBound:
    async def test_the_least_recently_used_goes_first(self, installation: Installation) -> None:
        tenants = [uuid4() for _ in range(3)]
        for tenant in tenants:
            await installation.tell(*(told(tenant, made()) for _ in range(10)))
        sizes = []
        for tenant in tenants:
            await held(installation, installation.replica(), tenant)
            sizes.append(REGISTRY.get_sample_value("samspil_resident_bytes") or 0)
        keeping = installation.replica(int(sum(sizes[:2]) * 1.1))
        first, second, third = tenants
        for tenant in (first, second, first, third):
            await held(installation, keeping, tenant)
        assert REGISTRY.get_sample_value("samspil_resident_tenants") == 2
        loaded = count("loaded")
        await held(installation, keeping, first)
        assert count("loaded") == loaded
        await held(installation, keeping, second)
        assert count("loaded") == loaded + 1

    async def test_less_than_one_tenant_still_answers(
        self, installation: Installation, tenant: UUID
    ) -> None:
        await installation.tell(told(tenant, made()))
        keeping = installation.replica(10)
        for _ in range(2):
            assert len(versions(await held(installation, keeping, tenant))) == 1
        assert REGISTRY.get_sample_value("samspil_resident_tenants") == 0
        assert REGISTRY.get_sample_value("samspil_resident_bytes") == 0

    async def test_what_has_been_looked_at_counts_for_more(
        self, installation: Installation, tenant: UUID
    ) -> None:
        await installation.tell(*(told(tenant, made()) for _ in range(10)))
        keeping = installation.replica(MEGABYTE)
        found = await held(installation, keeping, tenant)
        before = REGISTRY.get_sample_value("samspil_resident_bytes") or 0
        list(found.waves["baseline"].measurements)
        await held(installation, keeping, tenant)
        assert (REGISTRY.get_sample_value("samspil_resident_bytes") or 0) > before > 0


class TestTenants:
    """The database keeps tenants apart, in a COPY too: this query names none."""

    ALL = "SELECT convert_to(tenant_id::text, 'UTF8') FROM measurement_cube"

    async def copied(self, installation: Installation, tenant: UUID | None) -> bytes:
        parts: list[bytes] = []

        async def take(part: bytes) -> None:
            parts.append(bytes(part))

        async with installation.database.transaction(tenant) as transaction:
            await transaction.driver.copy_from_query(self.ALL, output=take, format="binary")
        return b"".join(parts)

    async def test_a_copy_gives_the_own_rows_only(self, installation: Installation, tenant: UUID) -> None:
        other = uuid4()
        await installation.tell(told(tenant, made()), told(other, made()))
        for reader, foreign in ((tenant, other), (other, tenant)):
            found = await self.copied(installation, reader)
            assert str(reader).encode() in found
            assert str(foreign).encode() not in found
        assert str(tenant).encode() not in await self.copied(installation, None)

    async def test_control_without_the_policies_everybodys_rows_are_there(
        self, installation: Installation, tenant: UUID
    ) -> None:
        other = uuid4()
        await installation.tell(told(tenant, made()), told(other, made()))
        found = await rows(installation.logins, "SELECT tenant_id FROM measurement_cube")
        assert {tenant, other} <= {each["tenant_id"] for each in found}
