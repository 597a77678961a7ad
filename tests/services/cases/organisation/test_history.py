"""What was is kept when the organisation changes; nothing of it names a person."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.cases.organisation.looking_back import history, queued
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.services import CallerClient


class TestHistory:
    async def test_keeps_each_state_of_a_unit(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit(name="Familieafdelingen")
        view = ok(await cases.get(f"/v1/units/{unit}"))
        body = {name: view[name] for name in ("areaId", "municipalityCode")}
        ok(await cases.put(f"/v1/units/{unit}", {**body, "name": "Børn og Familie"}, If_Match='"1"'))
        states = await history(databases["cases"], "unit", unit)
        assert [each["name"] for each in states] == ["Familieafdelingen", "Børn og Familie"]
        assert states[0]["countsAsUnit"] is True
        assert states[0]["mergedIntoId"] is None

    async def test_what_changes_nothing_leaves_no_trace(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        await municipality.unit()
        area = {"name": "Børn og Unge", "municipalityCode": "0766"}
        ok(await cases.create(f"/v1/areas/{municipality.area}", area))
        assert len(await history(databases["cases"], "area", municipality.area)) == 1

    async def test_a_move_keeps_the_employment_and_where_it_was(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        employee, other = await municipality.employee(), await municipality.unit()
        view = ok(await cases.get(f"/v1/professionals/{employee.id}"))
        body = {**view, "unitId": str(other), "email": "anne@example.dk"}
        for of_the_server in ("id", "version", "provisional"):
            del body[of_the_server]
        ok(await cases.put(f"/v1/professionals/{employee.id}", body, If_Match='"1"'))
        states = await history(databases["cases"], "professional", employee.id)
        assert [each["unitId"] for each in states] == [str(employee.unit), str(other)]
        assert "anne@example.dk" not in json.dumps(states)

    async def test_persons_are_not_kept(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        employee = await municipality.employee()
        assert await history(databases["cases"], "person", employee.person) == []


class TestReclassification:
    @pytest.mark.parametrize(
        "change",
        [{"countsAsUnit": False}, {"external": True}, {"validTo": "2026-06-30T22:00:00Z"}],
    )
    async def test_is_asked_for_when_a_unit_counts_otherwise(
        self,
        municipality: Municipality,
        cases: CallerClient,
        databases: dict[str, TestDatabase],
        change: dict[str, Any],
    ) -> None:
        unit = await municipality.unit()
        body = {"name": "Enhed", "areaId": str(municipality.area), "municipalityCode": "0766"}
        ok(await cases.put(f"/v1/units/{unit}", {**body, **change}, If_Match='"1"'))
        assert await queued(databases["cases"], municipality.tenant) == {("unit-changed", unit)}

    async def test_is_not_asked_for_by_a_new_name(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        body = {"name": "Andet", "areaId": str(municipality.area), "municipalityCode": "0766"}
        ok(await cases.put(f"/v1/units/{unit}", body, If_Match='"1"'))
        assert await queued(databases["cases"], municipality.tenant) == set()


class TestProvisional:
    async def test_a_put_makes_it_sure(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit: UUID = await municipality.unit()
        await _make_provisional(databases["cases"], unit)
        assert ok(await cases.get(f"/v1/units/{unit}"))["provisional"] is True
        body = {"name": "Enhed", "areaId": str(municipality.area), "municipalityCode": "0766"}
        view = ok(await cases.put(f"/v1/units/{unit}", body, If_Match='"1"'))
        assert (view["provisional"], view["version"]) == (False, 2)

    async def test_nobody_sends_it(self, cases: CallerClient) -> None:
        answer = await cases.create(
            f"/v1/areas/{uuid4()}", {"name": "B", "municipalityCode": "0766", "provisional": True}
        )
        assert answer.status_code == 400


async def _make_provisional(database: TestDatabase, unit: UUID) -> None:
    await rows(database, "UPDATE unit SET provisional = true WHERE id = $1 RETURNING id", unit)
