"""Who was told and who objects: recorded, shown to whom it concerns, and kept out of rosters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.protection.people import TOLD, objection, objects, open_case, steward, told
from tests.support.databases import TestDatabase
from tests.support.keys import service_token
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused, without_trace

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def listed(kind: str, subject_type: str, subject_id: UUID) -> str:
    """Return the address of a list about one subject."""
    return f"/v1/{kind}?subjectType={subject_type}&subjectId={subject_id}"


async def roster(municipality: Municipality, case_id: UUID) -> dict[str, Any]:
    """Return the roster as the survey gets it."""
    survey = service_token("cases", "survey", municipality.tenant)
    caller = municipality.stack.bearer("cases", survey)
    found: dict[str, Any] = ok(await caller.get(f"/internal/cases/{case_id}/roster"))
    return found


class TestRecordInformation:
    async def test_is_kept_with_who_recorded_it(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        citizen = uuid4()
        case_id = await open_case(municipality, [citizen])
        view = ok(await told(steward(municipality), "citizen", citizen, caseId=str(case_id)))
        assert (view["recordedBy"], view["caseId"], view["channel"]) == (
            "dpo",
            str(case_id),
            "digital-post",
        )
        items = ok(await steward(municipality).get(listed("information-records", "citizen", citizen)))
        assert items["items"] == [view]
        seen = await audited(databases["cases"], citizen)
        assert [each[0] for each in seen] == ["write", "read"]

    async def test_sent_again_it_is_one_record(self, municipality: Municipality) -> None:
        person = (await municipality.employee()).person
        body = {"subjectType": "employee", "subjectId": str(person), **TOLD}
        key = uuid4().hex
        first = ok(await steward(municipality).post("/v1/information-records", body, key=key))
        assert ok(await steward(municipality).post("/v1/information-records", body, key=key)) == first
        items = ok(await steward(municipality).get(listed("information-records", "employee", person)))
        assert len(items["items"]) == 1

    async def test_every_mistake_is_named(self, municipality: Municipality) -> None:
        wrong = await told(
            steward(municipality), "citizen", uuid4(), caseId=str(uuid4()), informedAt=TOMORROW
        )
        assert refused(wrong, 422, "broken-rule") == [
            ("/informedAt", "in-future"),
            ("/subjectId", "unknown-citizen"),
            ("/caseId", "unknown-case"),
        ]

    async def test_case_systems_record_for_citizens_of_their_own_cases_only(
        self, municipality: Municipality
    ) -> None:
        mine, theirs, nobody = uuid4(), uuid4(), uuid4()
        await open_case(municipality, [mine])
        await open_case(municipality, [theirs], system="job-centre")
        system = municipality.caller(
            "cases", Role.CASE_SYSTEM, scopes=frozenset({"system:esdh"}), subject="esdh"
        )
        ok(await told(system, "citizen", mine))
        hidden, unknown = [await told(system, "citizen", each) for each in (theirs, nobody)]
        assert without_trace(hidden) == without_trace(unknown)
        ok(await told(steward(municipality), "citizen", theirs))
        shown = ok(await system.get(listed("information-records", "citizen", theirs)))
        assert shown == ok(await system.get(listed("information-records", "citizen", nobody)))
        assert len(ok(await system.get(listed("information-records", "citizen", mine)))["items"]) == 1


class TestObjections:
    async def test_is_recorded_withdrawn_and_read(self, municipality: Municipality) -> None:
        person = (await municipality.employee()).person
        path, dpo = f"/v1/objections/{uuid4()}", steward(municipality)
        made = await dpo.create(path, objection("employee", person))
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        ended = objection("employee", person, withdrawnAt="2026-03-01T00:00:00Z")
        refused(await dpo.put(path, ended, If_Match='"7"'), 412, "precondition-failed")
        refused(await dpo.put(path, ended), 428, "precondition-required")
        assert ok(await dpo.put(path, ended, If_Match='"1"'))["version"] == 2
        assert ok(await dpo.get(path))["withdrawnAt"] == "2026-03-01T00:00:00Z"
        assert len(ok(await dpo.get(listed("objections", "employee", person)))["items"]) == 1

    async def test_stays_whose_it_is(self, municipality: Municipality) -> None:
        one, other = [(await municipality.employee()).person for _ in range(2)]
        made = await objects(municipality, "employee", one)
        moved = await steward(municipality).put(
            f"/v1/objections/{made}", objection("employee", other), If_Match="*"
        )
        assert refused(moved, 422, "broken-rule") == [("/subjectId", "other-subject")]

    @pytest.mark.parametrize(
        ("more", "wrong"),
        [
            ({"objectedAt": TOMORROW}, ("/objectedAt", "in-future")),
            ({"withdrawnAt": TOMORROW}, ("/withdrawnAt", "in-future")),
            ({"withdrawnAt": "2026-01-01T00:00:00Z"}, ("/withdrawnAt", "empty-period")),
        ],
    )
    async def test_times_must_make_sense(
        self, municipality: Municipality, more: dict[str, Any], wrong: tuple[str, str]
    ) -> None:
        person = (await municipality.employee()).person
        answer = await steward(municipality).create(
            f"/v1/objections/{uuid4()}", objection("employee", person, **more)
        )
        assert refused(answer, 422, "broken-rule") == [wrong]

    async def test_employees_record_and_read_their_own_and_nobody_elses(
        self, municipality: Municipality
    ) -> None:
        mine, other = [(await municipality.employee()).person for _ in range(2)]
        myself = municipality.caller("cases", Role.PROFESSIONAL, person=mine)
        path = f"/v1/objections/{uuid4()}"
        ok(await myself.create(path, objection("employee", mine)))
        ok(await myself.get(path))
        theirs = f"/v1/objections/{await objects(municipality, 'employee', other)}"
        for_other = await myself.create(f"/v1/objections/{uuid4()}", objection("employee", other))
        for_nobody = await myself.create(f"/v1/objections/{uuid4()}", objection("employee", uuid4()))
        assert without_trace(for_other) == without_trace(for_nobody)
        hidden, nothing = [await myself.get(each) for each in (theirs, f"/v1/objections/{uuid4()}")]
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(nothing)
        change = objection("employee", mine)
        stale, absent = [
            await myself.put(each, change, If_Match="*") for each in (theirs, f"/v1/objections/{uuid4()}")
        ]
        assert without_trace(stale) == without_trace(absent)
        assert ok(await myself.get(listed("objections", "employee", other)))["items"] == []

    async def test_colleagues_do_not_see_an_employees_objection(self, municipality: Municipality) -> None:
        employee = await municipality.employee()
        case_id = await open_case(municipality, [uuid4()], [employee])
        made = await objects(municipality, "employee", employee.person)
        worker = municipality.caller(
            "cases", Role.CASE_WORKER, person=employee.id, units=frozenset({employee.unit})
        )
        ok(await worker.get(f"/v1/cases/{case_id}"))
        refused(await worker.get(f"/v1/objections/{made}"), 404, "not-found")


class TestRoster:
    async def test_who_objects_is_left_out_until_it_is_withdrawn(self, municipality: Municipality) -> None:
        stays, against = [await municipality.employee() for _ in range(2)]
        citizen, parent = uuid4(), uuid4()
        case_id = await open_case(municipality, [citizen, parent], [stays, against])
        made = [
            ("employee", against.person, await objects(municipality, "employee", against.person)),
            ("citizen", parent, await objects(municipality, "citizen", parent)),
        ]
        found = await roster(municipality, case_id)
        assert [each["professionalId"] for each in found["members"]] == [str(stays.id)]
        assert [each["citizenId"] for each in found["citizens"]] == [str(citizen)]
        for kind, subject, objection_id in made:
            ended = objection(kind, subject, withdrawnAt="2026-03-01T00:00:00Z")
            ok(await steward(municipality).put(f"/v1/objections/{objection_id}", ended, If_Match="*"))
        found = await roster(municipality, case_id)
        assert (len(found["members"]), len(found["citizens"])) == (2, 2)

    async def test_a_leader_who_objects_is_rated_by_nobody(self, municipality: Municipality) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        case_id = await open_case(municipality, [uuid4()], [member])
        (seen,) = (await roster(municipality, case_id))["members"]
        assert seen["leaderId"] == str(leader.id)
        await objects(municipality, "employee", leader.person)
        (seen,) = (await roster(municipality, case_id))["members"]
        assert (seen["leaderId"], seen["leaderLabel"]) == (None, None)

    async def test_who_objects_is_left_out_of_groups_rosters_too(self, municipality: Municipality) -> None:
        stays, against = [await municipality.employee() for _ in range(2)]
        group = uuid4()
        body = {
            "kind": "service-effort",
            "name": "Udgående indsats",
            "municipalityCode": "0766",
            "respondentLabel": "Udgående indsats",
            "members": [{"professionalId": str(each.id)} for each in (stays, against)],
        }
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        ok(await administrator.create(f"/v1/collaboration-groups/{group}", body))
        path = f"/internal/collaboration-groups/{group}/roster"
        survey = municipality.stack.bearer("cases", service_token("cases", "survey", municipality.tenant))
        assert len(ok(await survey.get(path))["members"]) == 2
        await objects(municipality, "employee", against.person)
        (seen,) = ok(await survey.get(path))["members"]
        assert seen["professionalId"] == str(stays.id)


class TestInformed:
    """The roster says when the last of all was told; a rule opens no round before."""

    async def test_is_when_the_last_was_told(self, municipality: Municipality) -> None:
        members = [await municipality.employee() for _ in range(2)]
        case_id = await open_case(municipality, [uuid4()], members)
        early, late = "2026-01-05T08:00:00Z", "2026-02-01T08:00:00Z"
        for member, moment in zip(members, (late, early), strict=True):
            ok(await told(steward(municipality), "employee", member.person, informedAt=moment))
        ok(
            await told(
                steward(municipality), "employee", members[1].person, informedAt="2026-03-01T08:00:00Z"
            )
        )
        assert (await roster(municipality, case_id))["informed"] == {
            "employeesAt": late,
            "citizensAt": None,
        }

    async def test_of_many_of_whom_one_was_not_told_nobody_was(self, municipality: Municipality) -> None:
        told_one, other = uuid4(), uuid4()
        case_id = await open_case(municipality, [told_one, other])
        ok(await told(steward(municipality), "citizen", told_one, caseId=str(case_id)))
        assert (await roster(municipality, case_id))["informed"]["citizensAt"] is None
        ok(await told(steward(municipality), "citizen", other, caseId=str(case_id)))
        assert (await roster(municipality, case_id))["informed"]["citizensAt"] == TOLD["informedAt"]
