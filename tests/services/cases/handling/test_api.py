"""Handovers, joins and splits: nothing said by a source is lost, and yesterday stays what it was."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.municipality import Employee, Municipality, ok
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient

NOTE = "Mette tager over efter Jens og er med til netværksmødet den 3. marts."


@pytest.fixture
def worker(municipality: Municipality) -> CallerClient:
    return municipality.caller("cases", Role.ADMINISTRATOR)


def registration(version: int, employees: list[Employee], **more: Any) -> dict[str, Any]:
    return {
        "sourceVersion": version,
        "respondentLabel": "Forløb 27",
        "involvements": [{"unitId": str(each.unit), "role": "provider"} for each in employees],
        "participants": [{"professionalId": str(each.id)} for each in employees],
        **more,
    }


async def people(client: CallerClient, case_id: str, at: str | None = None) -> set[UUID]:
    shown = ok(await client.get(f"/v1/cases/{case_id}", params={"at": at} if at else {}))
    return {UUID(each["professionalId"]) for each in shown["participants"]}


class TestHandOver:
    async def test_the_newcomer_takes_the_place_and_the_past_stays(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        jens, mette = await municipality.employee(), await municipality.employee()
        path = "/v1/registrations/esdh/1"
        case_id = ok(await cases.put(path, registration(1, [jens])))["caseId"]
        before = ok(await worker.get(f"/v1/cases/{case_id}"))["updatedAt"]
        wanted = {"fromProfessionalId": str(jens.id), "toProfessionalId": str(mette.id), "note": NOTE}
        key = uuid4().hex
        made = await worker.post(f"/v1/cases/{case_id}/handovers", wanted, key=key)
        again = await worker.post(f"/v1/cases/{case_id}/handovers", wanted, key=key)
        assert (made.status_code, made.json()) == (201, again.json())
        assert await people(worker, case_id) == {mette.id}
        assert await people(worker, case_id, before) == {jens.id}
        listed = ok(await worker.get(f"/v1/cases/{case_id}/handovers"))["items"]
        assert [each["note"] for each in listed] == [NOTE]

    async def test_a_source_that_has_not_heard_of_it_means_the_newcomer(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        jens, mette, lone = [await municipality.employee() for _ in range(3)]
        path = "/v1/registrations/esdh/1"
        case_id = ok(await cases.put(path, registration(1, [jens])))["caseId"]
        wanted = {"fromProfessionalId": str(jens.id), "toProfessionalId": str(mette.id), "note": NOTE}
        ok(await worker.post(f"/v1/cases/{case_id}/handovers", wanted, key=uuid4().hex))
        ok(await cases.put(path, registration(2, [jens])))
        assert await people(worker, case_id) == {mette.id}
        ok(await cases.put(path, registration(3, [lone])))
        assert await people(worker, case_id) == {lone.id}

    async def test_refuses_whom_it_does_not_know(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        jens, mette = await municipality.employee(), await municipality.employee()
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [jens])))["caseId"]
        path = f"/v1/cases/{case_id}/handovers"
        for leaves, comes, pointer in (
            (jens.id, uuid4(), ("/toProfessionalId", "unknown-professional")),
            (jens.id, jens.id, ("/toProfessionalId", "same-professional")),
            (mette.id, jens.id, ("/fromProfessionalId", "no-participant")),
        ):
            wanted = {"fromProfessionalId": str(leaves), "toProfessionalId": str(comes), "note": NOTE}
            answer = await worker.post(path, wanted, key=uuid4().hex)
            assert refused(answer, 422, "broken-rule") == [pointer]

    async def test_a_foreign_case_is_like_none(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        jens = await municipality.employee()
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [jens])))["caseId"]
        other = municipality.caller("cases", Role.CASE_WORKER, person=uuid4(), subject="anden")
        wanted = {"fromProfessionalId": str(jens.id), "toProfessionalId": str(jens.id), "note": NOTE}
        hidden = await other.post(f"/v1/cases/{case_id}/handovers", wanted, key=uuid4().hex)
        nothing = await other.post(f"/v1/cases/{uuid4()}/handovers", wanted, key=uuid4().hex)
        refused(hidden, 404, "not-found")
        assert without_trace(hidden) == without_trace(nothing)


class TestJoinCase:
    async def test_files_go_on_in_the_other_case(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        one, two = await municipality.employee(), await municipality.employee()
        stays = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [one])))["caseId"]
        goes = str(uuid4())
        named = registration(1, [two], caseId=goes)
        ok(await cases.put("/v1/registrations/job-centre/1", named))
        view = ok(await worker.post(f"/v1/cases/{stays}/joins", {"caseId": goes}, key=uuid4().hex))
        assert {each["system"] for each in view["registrations"]} == {"esdh", "job-centre"}
        assert await people(worker, stays) == {one.id, two.id}
        gone = ok(await worker.get(f"/v1/cases/{goes}"))
        assert (gone["joinedIntoId"], gone["status"], gone["participants"]) == (stays, "closed", [])
        # The source goes on naming the case it knows.
        again = ok(await cases.put("/v1/registrations/job-centre/1", {**named, "sourceVersion": 2}))
        assert again["caseId"] == stays
        new = ok(await cases.put("/v1/registrations/health/1", registration(1, [], caseId=goes)))
        assert new["caseId"] == stays

    async def test_what_was_written_by_hand_of_both_is_one_file(
        self, municipality: Municipality, worker: CallerClient
    ) -> None:
        units = [await municipality.unit() for _ in range(3)]
        paths = [f"/v1/cases/{uuid4()}" for _ in range(2)]
        for path, own in zip(paths, (units[:2], units[1:]), strict=True):
            parts = [{"unitId": str(unit), "role": "provider"} for unit in own]
            ok(await worker.create(path, {"respondentLabel": "Forløb 27", "involvements": parts}))
        goes = paths[1].rpartition("/")[2]
        view = ok(await worker.post(f"{paths[0]}/joins", {"caseId": goes}, key=uuid4().hex))
        assert [each["system"] for each in view["registrations"]] == ["case-team"]
        assert {each["unitId"] for each in view["involvements"]} == set(map(str, units))
        assert len(view["involvements"]) == 3
        closed = ok(
            await worker.put(paths[0], {"respondentLabel": "Forløb 27", "status": "closed"}, If_Match="*")
        )
        assert (closed["status"], closed["involvements"]) == ("closed", [])

    async def test_a_closed_file_by_hand_goes_on_with_the_open_ones_parts(
        self, municipality: Municipality, worker: CallerClient
    ) -> None:
        unit = await municipality.unit()
        stays, goes = (f"/v1/cases/{uuid4()}" for _ in range(2))
        ok(await worker.create(stays, {"respondentLabel": "Forløb 27", "status": "closed"}))
        parts = [{"unitId": str(unit), "role": "provider"}]
        opened = {"respondentLabel": "Forløb 28", "status": "informed", "involvements": parts}
        ok(await worker.create(goes, opened))
        wanted = {"caseId": goes.rpartition("/")[2]}
        view = ok(await worker.post(f"{stays}/joins", wanted, key=uuid4().hex))
        assert (view["status"], view["registrations"][0]["status"]) == ("informed", "informed")
        assert [each["unitId"] for each in view["involvements"]] == [str(unit)]

    async def test_a_case_in_a_study_does_not_go_up_in_another(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        stays, goes = [
            ok(await cases.put(f"/v1/registrations/esdh/{number}", registration(1, [])))["caseId"]
            for number in range(2)
        ]
        study = uuid4()
        arms = [{"code": "control", "name": "Vanlig praksis"}, {"code": "intervention", "name": "Møder"}]
        ok(await worker.create(f"/v1/studies/{study}", {"name": "Hedensted", "arms": arms}))
        enrolment = {"arm": "control", "method": "random", "allocatedAt": "2026-02-01T00:00:00Z"}
        ok(await worker.create(f"/v1/studies/{study}/enrolments/{goes}", enrolment))
        answer = await worker.post(f"/v1/cases/{stays}/joins", {"caseId": goes}, key=uuid4().hex)
        refused(answer, 409, "case-in-study")
        ok(await worker.post(f"/v1/cases/{goes}/joins", {"caseId": stays}, key=uuid4().hex))

    async def test_not_with_itself(self, cases: CallerClient, worker: CallerClient) -> None:
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [])))["caseId"]
        answer = await worker.post(f"/v1/cases/{case_id}/joins", {"caseId": case_id}, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [("/caseId", "same-case")]


class TestPrimaryContact:
    async def test_a_case_has_one_whatever_its_sources_say(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        first, second, chosen = [await municipality.employee() for _ in range(3)]
        case_id = str(uuid4())
        for number, each in enumerate((first, second)):
            body = registration(1, [each], caseId=case_id)
            body["participants"][0]["primaryContact"] = True
            ok(await cases.put(f"/v1/registrations/esdh/{number}", body))

        async def shown() -> list[str]:
            view = ok(await worker.get(f"/v1/cases/{case_id}"))
            return [each["professionalId"] for each in view["participants"] if each["primaryContact"]]

        assert await shown() == [str(first.id)]
        by_hand = {
            "respondentLabel": "Forløb 27",
            "participants": [{"professionalId": str(chosen.id), "primaryContact": True}],
        }
        ok(await worker.put(f"/v1/cases/{case_id}", by_hand, If_Match="*"))
        assert await shown() == [str(chosen.id)]


class TestSplitCase:
    async def test_files_become_a_case_of_their_own(
        self, municipality: Municipality, cases: CallerClient, worker: CallerClient
    ) -> None:
        one, two = await municipality.employee(), await municipality.employee()
        citizen = [{"cpr": "010190-1234"}]
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [one], citizens=citizen)))[
            "caseId"
        ]
        joined = registration(1, [two], citizens=citizen)
        ok(await cases.put("/v1/registrations/team/9", joined))
        before = ok(await worker.get(f"/v1/cases/{case_id}"))["updatedAt"]
        wanted = {
            "registrations": [{"system": "team", "reference": "9"}],
            "respondentLabel": "Forløb 28",
        }
        made = await worker.post(f"/v1/cases/{case_id}/splits", wanted, key=uuid4().hex)
        view = ok(made)
        assert (made.status_code, made.headers["location"]) == (201, f"/v1/cases/{view['id']}")
        assert (view["respondentLabel"], view["level"]) == ("Forløb 28", "ordinary")
        assert await people(worker, view["id"]) == {two.id}
        assert await people(worker, case_id) == {one.id}
        assert await people(worker, case_id, before) == {one.id, two.id}
        then = ok(await worker.get(f"/v1/cases/{case_id}", params={"at": before}))["registrations"]
        assert [(each["system"], each["status"]) for each in then] == [("esdh", None), ("team", None)]
        again = ok(await cases.put("/v1/registrations/team/9", {**joined, "sourceVersion": 2}))
        assert again["caseId"] == view["id"]

    async def test_whoever_stays_goes_on_saying_what_the_case_is_called(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        citizens = [{"cpr": "010190-1234"}]
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [], citizens=citizens)))[
            "caseId"
        ]
        ok(await cases.put("/v1/registrations/team/9", registration(1, [], citizens=citizens)))
        wanted = {
            "registrations": [{"system": "esdh", "reference": "1"}],
            "respondentLabel": "Forløb 28",
        }
        ok(await worker.post(f"/v1/cases/{case_id}/splits", wanted, key=uuid4().hex))
        renamed = registration(2, [], citizens=citizens, respondentLabel="Forløb 29")
        ok(await cases.put("/v1/registrations/team/9", renamed))
        assert ok(await worker.get(f"/v1/cases/{case_id}"))["respondentLabel"] == "Forløb 29"

    async def test_something_stays_and_all_is_known(
        self, cases: CallerClient, worker: CallerClient
    ) -> None:
        case_id = ok(await cases.put("/v1/registrations/esdh/1", registration(1, [])))["caseId"]
        for reference, pointer in (
            ("1", ("/registrations", "nothing-left")),
            ("2", ("/registrations/0", "not-in-case")),
        ):
            wanted = {
                "registrations": [{"system": "esdh", "reference": reference}],
                "respondentLabel": "Forløb 28",
            }
            answer = await worker.post(f"/v1/cases/{case_id}/splits", wanted, key=uuid4().hex)
            assert refused(answer, 422, "broken-rule") == [pointer]
