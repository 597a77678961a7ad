"""Registrations: what a source says replaces what it said before, and nothing of another source."""

import asyncio
from uuid import UUID, uuid4

from tests.services.cases.intake.sending import Source, registration
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.services import CallerClient

_PERIODS = "SELECT unit_id, valid_to IS NULL AS open FROM involvement WHERE case_id = $1 ORDER BY id"


async def shown_units(cases: CallerClient, case_id: UUID) -> set[str]:
    view = ok(await cases.get(f"/v1/cases/{case_id}"))
    return {each["unitId"] for each in view["involvements"]}


class TestPutRegistration:
    async def test_registers_the_case_with_it(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        member = await municipality.employee()
        source = Source(cases)
        answer = await source.send(1, [(member.unit, "provider")], [member.id])
        assert answer.status_code == 201
        view = answer.json()
        assert (view["system"], view["caseId"]) == ("esdh", str(source.case_id))
        assert (view["sourceVersion"], view["version"]) == (1, 1)
        assert await shown_units(cases, source.case_id) == {str(member.unit)}

    async def test_the_same_source_version_changes_nothing(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        source = Source(cases)
        first = await source.send(3, [(unit, "provider")])
        before = ok(await cases.get(f"/v1/cases/{source.case_id}"))
        again = await source.send(3, [(unit, "provider")])
        assert (again.status_code, again.json()) == (200, first.json())
        assert ok(await cases.get(f"/v1/cases/{source.case_id}")) == before

    async def test_an_older_source_version_is_refused(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        source = Source(cases)
        ok(await source.send(3, [(unit, "provider")]))
        refused(await source.send(2), 409, "outdated-source-version")
        assert await shown_units(cases, source.case_id) == {str(unit)}

    async def test_what_is_no_longer_sent_is_ended_never_deleted(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        stays, leaves, comes = [await municipality.unit() for _ in range(3)]
        source = Source(cases)
        ok(await source.send(1, [(stays, "provider"), (leaves, "provider")]))
        kept = ok(await cases.get(f"/v1/cases/{source.case_id}"))["involvements"]
        ok(await source.send(2, [(stays, "provider"), (comes, "provider")]))
        assert await shown_units(cases, source.case_id) == {str(stays), str(comes)}
        stored = await rows(databases["cases"], _PERIODS, source.case_id)
        assert {each["unit_id"]: each["open"] for each in stored} == {
            stays: True,
            leaves: False,
            comes: True,
        }
        now = ok(await cases.get(f"/v1/cases/{source.case_id}"))["involvements"]
        same = [each for each in kept if each["unitId"] == str(stays)]
        assert [each for each in now if each["unitId"] == str(stays)] == same

    async def test_a_part_that_comes_back_is_a_new_row(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        source = Source(cases)
        for version, units in enumerate(([unit], [], [unit]), start=1):
            ok(await source.send(version, [(each, "provider") for each in units]))
        stored = await rows(databases["cases"], _PERIODS, source.case_id)
        assert [each["open"] for each in stored] == [False, True]

    async def test_another_role_is_another_part(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        source = Source(cases)
        ok(await source.send(1, [(unit, "provider")]))
        ok(await source.send(2, [(unit, "authority")]))
        stored = await rows(databases["cases"], _PERIODS, source.case_id)
        assert [each["open"] for each in stored] == [False, True]

    async def test_touches_only_what_its_own_source_sent(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        mine, theirs = await municipality.employee(), await municipality.employee()
        job_centre = Source(cases, system="job-centre")
        children = Source(cases, job_centre.case_id, system="children")
        ok(await job_centre.send(1, [(mine.unit, "authority")], [mine.id]))
        ok(await children.send(1, [(theirs.unit, "provider"), (mine.unit, "authority")], [theirs.id]))
        ok(await job_centre.send(2))
        view = ok(await cases.get(f"/v1/cases/{job_centre.case_id}"))
        assert {each["system"] for each in view["involvements"]} == {"children"}
        assert len(view["involvements"]) == 2
        assert [each["professionalId"] for each in view["participants"]] == [str(theirs.id)]

    async def test_names_every_unknown_unit_and_professional(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        known = await municipality.employee()
        source = Source(cases)
        units = [(uuid4(), "provider"), (known.unit, "provider"), (uuid4(), "authority")]
        answer = await source.send(1, units, [known.id, uuid4()])
        assert refused(answer, 422, "broken-rule") == [
            ("/involvements/0/unitId", "unknown-unit"),
            ("/involvements/2/unitId", "unknown-unit"),
            ("/participants/1/professionalId", "unknown-professional"),
        ]
        refused(await cases.get(f"/v1/cases/{source.case_id}"), 404, "not-found")

    async def test_a_units_id_is_no_professionals(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        known = await municipality.employee()
        answer = await Source(cases).send(1, [(known.id, "provider")], [known.unit])
        assert refused(answer, 422, "broken-rule") == [
            ("/involvements/0/unitId", "unknown-unit"),
            ("/participants/0/professionalId", "unknown-professional"),
        ]

    async def test_a_registration_stays_with_its_case(self, cases: CallerClient) -> None:
        source = Source(cases)
        ok(await source.send(1))
        answer = await cases.put(source.path, registration(uuid4(), 2))
        assert refused(answer, 422, "broken-rule") == [("/caseId", "other-case")]

    async def test_nothing_is_named_twice(self, municipality: Municipality, cases: CallerClient) -> None:
        member = await municipality.employee()
        twice = await Source(cases).send(1, [(member.unit, "provider")] * 2)
        refused(twice, 400, "malformed-request")
        both_roles = [(member.unit, "provider"), (member.unit, "authority")]
        ok(await Source(cases).send(1, both_roles))
        refused(await Source(cases).send(1, [], [member.id] * 2), 400, "malformed-request")

    async def test_refuses_roles_and_versions_there_are_none_of(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        wrong_role = await Source(cases).send(1, [(unit, "observer")])
        assert refused(wrong_role, 400, "malformed-request") == [("/involvements/0/role", "enum")]
        zero = await Source(cases).send(0)
        assert [place for place, _ in refused(zero, 400, "malformed-request")] == ["/sourceVersion"]

    async def test_sent_at_once_it_is_one_row(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        source = Source(cases)
        answers = await asyncio.gather(*(source.send(1, [(unit, "provider")]) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
        stored = await rows(databases["cases"], _PERIODS, source.case_id)
        assert len(stored) == 1
        system_files = "SELECT id FROM registration WHERE case_id = $1"
        assert len(await rows(databases["cases"], system_files, source.case_id)) == 1

    async def test_the_newest_of_many_at_once_wins(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = [await municipality.unit() for _ in range(4)]
        source = Source(cases)
        answers = await asyncio.gather(
            *(
                source.send(version, [(units[version % 4], "provider")])
                for version in (5, 12, 3, 9, 1, 11, 2, 8, 10, 4, 7, 6)
            )
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert await shown_units(cases, source.case_id) == {str(units[0])}

    async def test_many_sources_at_once_are_all_counted(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = [await municipality.unit() for _ in range(8)]
        case_id = uuid4()
        names = [f"system-{place}" for place in range(8)]
        scopes = frozenset(f"system:{name}" for name in names)
        every = municipality.caller("cases", scopes=scopes)
        sources = [Source(every, case_id, system=name) for name in names]
        answers = await asyncio.gather(
            *(source.send(1, [(unit, "authority")]) for source, unit in zip(sources, units, strict=True))
        )
        assert [answer.status_code for answer in answers] == [201] * 8
        found = ok(await every.get(f"/v1/cases/{case_id}/classification"))
        counts = [each["classification"]["units"] for each in found["history"]]
        assert counts == list(range(1, 9))
        assert found["current"]["level"] == "complex"
