"""Exports: all that is held about one, to a steward or to the employee, and recorded."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.protection.people import objects, open_case, steward, told
from tests.services.cases.protection.test_erasing_cases import enrol
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited, rows
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient, Stack

EXPORTS = "/v1/data-exports"


async def exported(caller: CallerClient, subject_type: str, subject: UUID, **more: Any) -> dict[str, Any]:
    """Return an export."""
    body = {"subjectType": subject_type, "subjectId": str(subject), **more}
    found: dict[str, Any] = ok(await caller.post(EXPORTS, body))
    return found


class TestExportData:
    async def test_of_a_citizen_holds_every_part(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        citizen, member = uuid4(), await municipality.employee()
        case_id = await open_case(municipality, [citizen], [member])
        await open_case(municipality, [uuid4()], [member])
        await enrol(municipality, case_id)
        ok(await told(steward(municipality), "citizen", citizen))
        await objects(municipality, "citizen", citizen)
        found = await exported(steward(municipality), "citizen", citizen)
        assert (found["subjectType"], found["subjectId"]) == ("citizen", str(citizen))
        (case,) = found["cases"]["items"]
        assert (case["id"], case["respondentLabel"], case["systems"]) == (
            str(case_id),
            "Forløb 27",
            ["esdh"],
        )
        assert [each["relation"] for each in found["parts"]["items"]] == ["citizen"]
        assert [each["name"] for each in found["units"]["items"]] == ["Enhed"]
        assert [each["professionalGroup"] for each in found["team"]["items"]] == ["Socialrådgiver"]
        assert [each["arm"] for each in found["enrolments"]["items"]] == ["control"]
        assert len(found["information"]["items"]) == len(found["objections"]["items"]) == 1
        assert {each["action"] for each in found["uses"]["items"]} >= {"write"}
        assert (await audited(databases["cases"], citizen))[-1] == (
            "export",
            "citizen",
            "access-request",
            "dpo",
        )

    async def test_of_an_employee_holds_every_part_and_what_the_employee_did(
        self, municipality: Municipality
    ) -> None:
        leader = await municipality.employee()
        member = await municipality.employee(leader=leader.id)
        case_id = await open_case(municipality, [uuid4()], [member])
        ok(await told(steward(municipality), "employee", member.person))
        await objects(municipality, "employee", member.person)
        myself = municipality.caller("cases", Role.PROFESSIONAL, person=member.person)
        ok(await myself.get(f"/v1/cases/{case_id}"))
        found = await exported(myself, "employee", member.person)
        assert found["name"] == f"P{member.id.hex[:4]}"
        (employment,) = found["employments"]["items"]
        assert (employment["id"], employment["leaderId"]) == (str(member.id), str(leader.id))
        assert [each["caseId"] for each in found["parts"]["items"]] == [str(case_id)]
        assert len(found["information"]["items"]) == len(found["objections"]["items"]) == 1
        assert str(case_id) in {each["subjectId"] for each in found["ownUses"]["items"]}
        assert found["sources"]["items"] == found["handovers"]["items"] == found["groups"]["items"] == []

    async def test_goes_on_in_one_part(self, municipality: Municipality) -> None:
        citizen = uuid4()
        cases = sorted([str(await open_case(municipality, [citizen])) for _ in range(3)])
        found = await exported(steward(municipality), "citizen", citizen, section="cases", after=cases[0])
        assert [each["id"] for each in found["cases"]["items"]] == cases[1:]
        assert (found["cases"]["nextAfter"], found["parts"], found["uses"]) == (None, None, None)

    async def test_by_cpr_number_which_is_kept_nowhere(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        cpr = {"cpr": "0707614285"}
        case_id = await open_case(municipality)
        body = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Forløb 27",
            "citizens": [cpr],
        }
        ok(await municipality.caller("cases").put(f"/v1/registrations/esdh/{case_id}", body))
        answer = await steward(municipality).post(EXPORTS, {"subjectType": "citizen", **cpr})
        assert [each["id"] for each in ok(answer)["cases"]["items"]] == [str(case_id)]
        assert cpr["cpr"] not in answer.text
        written = await rows(
            databases["cases"], "SELECT subject_id FROM audit_event WHERE action = 'export'"
        )
        assert UUID(ok(answer)["subjectId"]) in {each["subject_id"] for each in written}

    @pytest.mark.parametrize(
        "body",
        [
            {"subjectType": "citizen"},
            {"subjectType": "citizen", "subjectId": str(uuid4()), "cpr": "0707614285"},
            {"subjectType": "employee", "cpr": "0707614285"},
            {"subjectType": "citizen", "cpr": "9999999999"},
            {"subjectType": "citizen", "subjectId": str(uuid4()), "after": str(uuid4())},
        ],
    )
    async def test_what_makes_no_sense_is_refused_without_repeating_it(
        self, municipality: Municipality, body: dict[str, Any]
    ) -> None:
        answer = await steward(municipality).post(EXPORTS, body)
        refused(answer, 400, "malformed-request")
        assert "0707614285" not in answer.text
        assert "9999999999" not in answer.text

    async def test_who_may_not_ask_sees_nobody_there(
        self, municipality: Municipality, stack: Stack
    ) -> None:
        citizen, member, other = uuid4(), await municipality.employee(), await municipality.employee()
        await open_case(municipality, [citizen], [member, other])
        foreign = stack.caller("cases", uuid4(), Role.DATA_STEWARD)
        myself = [
            municipality.caller("cases", role, person=other.person, units=frozenset({member.unit}))
            for role in (Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER)
        ]
        for caller in (foreign, *myself, municipality.caller("cases", Role.CASE_SYSTEM)):
            for subject_type, subject in (("citizen", citizen), ("employee", member.person)):
                hidden, nothing = [
                    await caller.post(EXPORTS, {"subjectType": subject_type, "subjectId": str(each)})
                    for each in (subject, uuid4())
                ]
                refused(hidden, 404, "not-found")
                assert without_trace(hidden) == without_trace(nothing)
        for subject_type, subject in (("citizen", citizen), ("employee", member.person)):
            await exported(steward(municipality), subject_type, subject)
