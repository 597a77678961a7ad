"""Complexity over REST: of cases as they are registered, and of cases that aren't."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.intake.sending import Source
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited, feed_events, rows
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient


async def involved(municipality: Municipality, units: int, authorities: int) -> list[tuple[UUID, str]]:
    """Return so many new units, the first of them authorities."""
    return [
        (await municipality.unit(), "authority" if number < authorities else "provider")
        for number in range(units)
    ]


async def classified(cases: CallerClient, case_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = ok(await cases.get(f"/v1/cases/{case_id}/classification"))
    return found


def missing(classification: dict[str, Any]) -> dict[str, int] | None:
    above = classification["nextLevel"]
    return above and {each["criterion"]: each["missing"] for each in above["criteria"]}


class TestGetClassification:
    @pytest.mark.parametrize(
        ("counts", "level", "lacking"),
        [
            ((4, 2), "ordinary", {"units": 1, "authority-functions": 0}),
            ((5, 1), "ordinary", {"units": 0, "authority-functions": 1}),
            ((5, 2), "complex", None),
            ((15, 4), "complex", None),
        ],
    )
    async def test_by_units_and_authority_functions(
        self,
        municipality: Municipality,
        cases: CallerClient,
        counts: tuple[int, int],
        level: str,
        lacking: dict[str, int] | None,
    ) -> None:
        case_id = await municipality.case([], await involved(municipality, *counts))
        current = (await classified(cases, case_id))["current"]
        assert (current["level"], current["ruleSet"]) == (level, "default/1")
        assert (current["units"], current["authorityFunctions"]) == counts
        assert missing(current) == lacking
        assert ok(await cases.get(f"/v1/cases/{case_id}"))["level"] == level

    async def test_explains_every_criterion_of_every_level(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        case_id = await municipality.case([], await involved(municipality, 5, 1))
        levels = (await classified(cases, case_id))["current"]["levels"]
        assert levels[1] == {
            "level": "complex",
            "isMet": False,
            "criteria": [
                {"criterion": "units", "required": 5, "counted": 5, "isMet": True, "missing": 0},
                {
                    "criterion": "authority-functions",
                    "required": 2,
                    "counted": 1,
                    "isMet": False,
                    "missing": 1,
                },
            ],
        }

    async def test_a_unit_that_two_sources_name_counts_once(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = await involved(municipality, 4, 2)
        one = Source(cases, system="job-centre")
        other = Source(cases, one.case_id, system="children")
        ok(await one.send(1, units))
        ok(await other.send(1, [(units[3][0], "authority")]))
        current = (await classified(cases, one.case_id))["current"]
        assert (current["level"], current["units"], current["authorityFunctions"]) == ("ordinary", 4, 3)

    async def test_ended_parts_never_count(self, municipality: Municipality, cases: CallerClient) -> None:
        units = await involved(municipality, 5, 2)
        source = Source(cases)
        ok(await source.send(1, units))
        assert (await classified(cases, source.case_id))["current"]["level"] == "complex"
        ok(await source.send(2, units[1:]))
        current = (await classified(cases, source.case_id))["current"]
        assert (current["level"], current["units"], current["authorityFunctions"]) == ("ordinary", 4, 1)

    async def test_the_history_keeps_each_change(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = await involved(municipality, 5, 2)
        source = Source(cases)
        for version, sent in enumerate((units[:4], units[:4], units, units[:3]), start=1):
            ok(await source.send(version, sent))
        history = (await classified(cases, source.case_id))["history"]
        kept = [(each["classification"]["level"], each["classification"]["units"]) for each in history]
        assert kept == [("ordinary", 4), ("complex", 5), ("ordinary", 3)]
        assert [each["at"] for each in history] == sorted(each["at"] for each in history)

    async def test_a_unit_that_does_not_count_counts_as_its_nearest_ancestor_that_does(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        top = await municipality.unit()
        department = await municipality.unit(parentId=str(top))
        team = await municipality.unit(parentId=str(department), countsAsUnit=False)
        desk = await municipality.unit(parentId=str(team), countsAsUnit=False)
        other_desk = await municipality.unit(parentId=str(team), countsAsUnit=False)
        case_id = await municipality.case([], [(desk, "authority"), (other_desk, "provider")])
        current = (await classified(cases, case_id))["current"]
        assert (current["units"], current["authorityFunctions"]) == (1, 1)
        case_id = await municipality.case([], [(desk, "authority"), (department, "authority")])
        assert (await classified(cases, case_id))["current"]["units"] == 1
        case_id = await municipality.case([], [(desk, "authority"), (top, "authority")])
        assert (await classified(cases, case_id))["current"]["units"] == 2

    async def test_a_unit_under_nothing_that_counts_does_not_count(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        loose = await municipality.unit(countsAsUnit=False)
        case_id = await municipality.case([], [(loose, "authority")])
        current = (await classified(cases, case_id))["current"]
        assert (current["units"], current["authorityFunctions"]) == (0, 0)

    async def test_external_units_count_and_are_shown_apart(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        police = await municipality.unit(external=True)
        units = [*await involved(municipality, 4, 1), (police, "authority")]
        current = (await classified(cases, await municipality.case([], units)))["current"]
        assert (current["level"], current["units"]) == ("complex", 5)
        assert (current["unitsWithin"], current["unitsExternal"]) == (4, 1)


class TestNoteClassification:
    async def test_keeps_the_cases_row_and_history_current(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        police = await municipality.unit(external=True)
        units = [*await involved(municipality, 4, 1), (police, "authority")]
        source = Source(cases)
        for version, sent in enumerate((units, units, units[:4], units[:4][::-1]), start=1):
            ok(await source.send(version, sent))
        says = (
            "SELECT level, rule_set, units_within, units_external, authorities_within, authorities_external"
        )
        [kept] = await rows(databases["cases"], f"{says} FROM citizen_case WHERE id = $1", source.case_id)
        assert tuple(kept.values()) == ("ordinary", "default/1", 4, 0, 1, 0)
        history = await rows(
            databases["cases"],
            f"{says}, reason FROM classification WHERE case_id = $1 ORDER BY at",
            source.case_id,
        )
        assert [tuple(each.values()) for each in history] == [
            ("complex", "default/1", 4, 1, 1, 1, "registration"),
            ("ordinary", "default/1", 4, 0, 1, 0, "registration"),
        ]

    async def test_tells_of_a_change_of_level_only(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        units = await involved(municipality, 6, 2)
        source = Source(cases)
        for version, sent in enumerate((units[:4], units[:3], units[:5], units, units[:2]), start=1):
            ok(await source.send(version, sent))
        told = await rows(
            databases["cases"],
            "SELECT version FROM change_log WHERE subject = $1 AND type = 'case.classified' ORDER BY id",
            source.case_id,
        )
        assert [each["version"] for each in told] == [3, 5]
        events = await feed_events(municipality.stack, "cases", municipality.tenant)
        [event] = [each for each in events if each.subject == source.case_id]
        assert event.kind == "case"

    async def test_asking_is_audited(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = await municipality.case([], await involved(municipality, 2, 1))
        await classified(cases, case_id)
        reads = [each for each in await audited(databases["cases"], case_id) if each[0] == "read"]
        assert [each[:3] for each in reads] == [("read", "case", "case-classification")]

    async def test_a_case_one_may_not_see_is_not_there(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        case_id = await municipality.case([], await involved(municipality, 2, 1))
        for caller in (
            municipality.caller("cases", Role.PROFESSIONAL, person=uuid4()),
            municipality.stack.caller("cases", uuid4(), Role.ADMINISTRATOR),
        ):
            hidden = await caller.get(f"/v1/cases/{case_id}/classification")
            unknown = await caller.get(f"/v1/cases/{uuid4()}/classification")
            refused(hidden, 404, "not-found")
            assert without_trace(hidden) == without_trace(unknown)
        await classified(municipality.caller("cases", Role.ANALYST), case_id)


class TestUnitChanges:
    async def test_a_units_new_flag_reclassifies_its_cases_soon(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = await involved(municipality, 5, 2)
        case_id = await municipality.case([], units)
        path = f"/v1/units/{units[4][0]}"
        unit = ok(await cases.get(path))
        body = {"name": unit["name"], "areaId": unit["areaId"], "municipalityCode": "0766"}
        ok(await cases.put(path, {**body, "countsAsUnit": False}, If_Match="*"))
        async with asyncio.timeout(60):
            while len((await classified(cases, case_id))["history"]) < 2:
                await asyncio.sleep(0.02)
        found = await classified(cases, case_id)
        assert (found["current"]["level"], found["current"]["units"]) == ("ordinary", 4)
        assert found["history"][1]["reason"] == "unit-changed"
        assert ok(await cases.get(f"/v1/cases/{case_id}"))["level"] == "ordinary"


class TestPreviewClassification:
    async def test_classifies_what_is_not_registered(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        units = await involved(municipality, 5, 2)
        wanted = [{"unitId": str(unit), "role": role} for unit, role in units]
        found = ok(await cases.post("/v1/classification-previews", {"involvements": wanted}))
        assert (found["level"], found["units"]) == ("complex", 5)
        fewer = ok(await cases.post("/v1/classification-previews", {"involvements": wanted[1:] * 2}))
        assert (fewer["level"], fewer["units"]) == ("ordinary", 4)
        registered = "SELECT FROM citizen_case WHERE tenant_id = $1"
        assert await rows(databases["cases"], registered, municipality.tenant) == []

    async def test_nothing_is_ordinary(self, cases: CallerClient) -> None:
        found = ok(await cases.post("/v1/classification-previews", {"involvements": []}))
        assert (found["level"], missing(found)) == ("ordinary", {"units": 5, "authority-functions": 2})

    async def test_names_every_unknown_unit(self, municipality: Municipality, cases: CallerClient) -> None:
        units = [uuid4(), await municipality.unit(), uuid4()]
        wanted = [{"unitId": str(unit), "role": "provider"} for unit in units]
        answer = await cases.post("/v1/classification-previews", {"involvements": wanted})
        assert refused(answer, 422, "broken-rule") == [
            ("/involvements/0/unitId", "unknown-unit"),
            ("/involvements/2/unitId", "unknown-unit"),
        ]

    async def test_by_rules_that_nobody_uses_yet(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = await involved(municipality, 3, 1)
        wanted: dict[str, Any] = {
            "involvements": [{"unitId": str(unit), "role": role} for unit, role in units],
            "rules": {
                "levels": [
                    {"code": "ordinary", "minUnits": 0, "minAuthorityFunctions": 0},
                    {"code": "complex", "minUnits": 3, "minAuthorityFunctions": 1},
                ]
            },
        }
        found = ok(await cases.post("/v1/classification-previews", wanted))
        assert (found["level"], found["ruleSet"]) == ("complex", "preview/0")
        del wanted["rules"]
        assert ok(await cases.post("/v1/classification-previews", wanted))["level"] == "ordinary"
        wanted["ruleSet"] = {"code": "default", "revision": 1}
        assert ok(await cases.post("/v1/classification-previews", wanted))["ruleSet"] == "default/1"
        wanted["ruleSet"] = {"code": "default", "revision": 2}
        answer = await cases.post("/v1/classification-previews", wanted)
        assert refused(answer, 422, "broken-rule") == [("/ruleSet/code", "unknown-rule-set")]

    async def test_everybody_of_the_tenant_may_ask(self, municipality: Municipality) -> None:
        body: dict[str, Any] = {"involvements": []}
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_WORKER, Role.ANALYST):
            caller = municipality.caller("cases", role, person=uuid4())
            ok(await caller.post("/v1/classification-previews", body))
        operator = municipality.caller("cases", Role.OPERATOR)
        refused(await operator.post("/v1/classification-previews", body), 403, "forbidden")
