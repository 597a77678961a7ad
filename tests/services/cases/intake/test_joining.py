"""One citizen, one case: whoever sends first, whatever arrives at once, and nobody's rows but one's own."""

import asyncio
import random
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.services import CallerClient
from tests.support.traces import traces


def file(version: int = 1, citizen: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "sourceVersion": version,
        "respondentLabel": "Forløb 27",
        "citizens": [citizen or {"cpr": "010190-1234"}],
        **more,
    }


class TestJoining:
    async def test_a_second_source_joins_the_citizens_open_case(self, cases: CallerClient) -> None:
        first = ok(await cases.put("/v1/registrations/esdh/1", file()))
        second = ok(await cases.put("/v1/registrations/job-centre/7", file(respondentLabel="Sag 7")))
        assert (first["joined"], second["joined"]) == (False, True)
        assert first["caseId"] == second["caseId"]
        view = ok(await cases.get(f"/v1/cases/{first['caseId']}"))
        assert view["respondentLabel"] == "Forløb 27"
        assert {each["system"] for each in view["registrations"]} == {"esdh", "job-centre"}

    async def test_the_same_number_written_otherwise_is_the_same_citizen(self, cases: CallerClient) -> None:
        first = ok(await cases.put("/v1/registrations/esdh/1", file()))
        again = file(citizen={"cpr": "0101901234"})
        assert ok(await cases.put("/v1/registrations/team/1", again))["caseId"] == first["caseId"]

    async def test_a_closed_case_is_not_joined(self, cases: CallerClient) -> None:
        first = ok(await cases.put("/v1/registrations/esdh/1", file(status="closed")))
        second = ok(await cases.put("/v1/registrations/team/1", file()))
        assert (second["joined"], second["caseId"] == first["caseId"]) == (False, False)

    async def test_another_citizen_has_another_case(self, cases: CallerClient) -> None:
        first = ok(await cases.put("/v1/registrations/esdh/1", file()))
        other = file(citizen={"cpr": "010190-1235"})
        assert ok(await cases.put("/v1/registrations/team/1", other))["caseId"] != first["caseId"]

    async def test_a_relative_in_common_does_not_join_by_itself(self, cases: CallerClient) -> None:
        mother = {"cpr": "020270-2222", "relation": "parent"}
        first = ok(
            await cases.put("/v1/registrations/esdh/1", file(citizens=[{"cpr": "010190-1234"}, mother]))
        )
        sibling = file(citizens=[{"cpr": "030310-3333"}, mother])
        assert ok(await cases.put("/v1/registrations/team/1", sibling))["caseId"] != first["caseId"]
        own = file(citizens=[{**mother, "relation": "citizen"}])
        assert ok(await cases.put("/v1/registrations/health/1", own))["caseId"] == first["caseId"]

    async def test_another_tenants_citizen_is_somebody_else(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        neighbour = Municipality(municipality.stack, uuid4()).caller("cases")
        first = ok(await cases.put("/v1/registrations/esdh/1", file()))
        assert ok(await neighbour.put("/v1/registrations/esdh/1", file()))["caseId"] != first["caseId"]

    async def test_two_systems_at_once_make_one_case(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        units = [await municipality.unit() for _ in range(2)]
        for round_number in range(10):
            citizen = {"citizenId": str(uuid4())}
            views = await asyncio.gather(
                *(
                    cases.put(
                        f"/v1/registrations/{system}/{round_number}",
                        file(citizen=citizen, involvements=[{"unitId": str(unit), "role": "provider"}]),
                    )
                    for system, unit in zip(("esdh", "job-centre"), units, strict=True)
                )
            )
            ids = {ok(view)["caseId"] for view in views}
            assert len(ids) == 1
            view = ok(await cases.get(f"/v1/cases/{ids.pop()}"))
            assert {each["unitId"] for each in view["involvements"]} == set(map(str, units))
        counted = "SELECT count(*) AS n FROM citizen_case WHERE tenant_id = $1"
        assert (await rows(databases["cases"], counted, municipality.tenant))[0]["n"] == 10

    async def test_two_hundred_at_once_of_one_reference_are_one_row(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        answers = await asyncio.gather(
            *(cases.put("/v1/registrations/esdh/1", file(version)) for version in range(1, 201))
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert [answer.status_code for answer in answers].count(201) == 1
        stored = await rows(
            databases["cases"],
            "SELECT source_version FROM registration WHERE tenant_id = $1",
            municipality.tenant,
        )
        assert [row["source_version"] for row in stored] == [200]

    async def test_fifty_writers_of_one_case_lose_no_update(self, municipality: Municipality) -> None:
        path = f"/v1/cases/{uuid4()}"
        ok(await municipality.caller("cases").create(path, {"system": "esdh", "respondentLabel": "0"}))

        all_have_read, lost = asyncio.Barrier(50), 0

        async def count_up() -> None:
            nonlocal lost
            for attempt in count():
                cases = municipality.caller("cases")  # tokens live for a minute
                read = await cases.get(path)
                if attempt == 0:
                    await all_have_read.wait()  # all write over the same, and only one comes through
                label = (
                    f"{int(ok(read)['respondentLabel'].split()[0]) + 1} {uuid4()}"  # nobody else's words
                )
                body = {"system": "esdh", "respondentLabel": label}
                answer = await cases.put(path, body, If_Match=read.headers["etag"])
                if answer.status_code == 200:
                    return
                refused(answer, 412, "precondition-failed")
                lost += 1
                await asyncio.sleep(6 * random.random())

        await asyncio.gather(*(count_up() for _ in range(50)))
        view = ok(await municipality.caller("cases").get(path))
        assert (view["respondentLabel"].split()[0], view["version"]) == ("50", 51)
        assert lost >= 49


class TestErasedMeanwhile:
    async def test_a_number_sent_during_an_erasure_is_one_citizens_afterwards(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        for number in range(8):
            citizen = {"cpr": f"01010{number}-1234"}
            case_id = ok(await cases.put(f"/v1/registrations/esdh/{number}", file(citizen=citizen)))[
                "caseId"
            ]
            ok(await cases.put(f"/v1/registrations/esdh/{number}", file(2, citizen, status="closed")))
            steward = municipality.caller("cases", Role.DATA_STEWARD)
            erased, _ = await asyncio.gather(
                steward.request("DELETE", f"/v1/cases/{case_id}?reason=retention"),
                cases.put(f"/v1/registrations/team/{number}", file(citizen=citizen)),
            )
            assert erased.status_code in {204, 503}
            first = ok(await cases.put(f"/v1/registrations/health/{number}", file(citizen=citizen)))
            again = ok(await cases.put(f"/v1/registrations/children/{number}", file(citizen=citizen)))
            assert first["caseId"] == again["caseId"] != case_id
            assert ok(await cases.get(f"/v1/registrations/team/{number}"))["caseId"] == first["caseId"]

    async def test_a_request_sent_again_after_the_erasure_makes_no_case(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        body, key = {"respondentLabel": "Forløb 27", "system": "esdh"}, uuid4().hex
        case_id = ok(await cases.post("/v1/cases", body, key=key))["id"]
        steward = municipality.caller("cases", Role.DATA_STEWARD)
        gone = await steward.request("DELETE", f"/v1/cases/{case_id}?reason=registered-in-error")
        assert gone.status_code == 204
        refused(await cases.post("/v1/cases", body, key=key), 404, "not-found")
        assert ok(await cases.get("/v1/cases"))["items"] == []


class TestCitizens:
    async def test_a_cpr_number_is_in_no_table_and_no_answer(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        answer = await cases.put("/v1/registrations/esdh/1", file(citizen={"cpr": "311299-4321"}))
        assert "311299" not in answer.text
        assert "4321" not in answer.text.replace(answer.json()["id"], "").replace(
            answer.json()["caseId"], ""
        )
        assert await traces(databases["cases"], "311299", "3112994321") == {}
        assert "citizen_case" in await traces(databases["cases"], UUID(answer.json()["caseId"]))

    async def test_a_number_that_begins_with_no_date_is_refused_and_not_repeated(
        self, cases: CallerClient
    ) -> None:
        answer = await cases.put("/v1/registrations/esdh/1", file(citizen={"cpr": "991390-1234"}))
        refused(answer, 400, "malformed-request")
        assert "991390" not in answer.text


class TestAuthorisation:
    async def test_a_program_speaks_for_its_own_system_only(self, municipality: Municipality) -> None:
        other = municipality.caller("cases", scopes=frozenset({"system:esdh"}))
        refused(await other.put("/v1/registrations/job-centre/1", file()), 403, "foreign-system")
        refused(await other.get("/v1/registrations/job-centre/1"), 403, "foreign-system")
        none = municipality.caller("cases", scopes=frozenset())
        refused(await none.put("/v1/registrations/esdh/1", file()), 403, "foreign-system")
        ok(await municipality.caller("cases", Role.ADMINISTRATOR).put("/v1/registrations/esdh/1", file()))

    async def test_a_program_sees_the_cases_of_its_own_files(self, municipality: Municipality) -> None:
        esdh = municipality.caller("cases", scopes=frozenset({"system:esdh"}))
        team = municipality.caller("cases", scopes=frozenset({"system:team"}))
        case_id: UUID = ok(await esdh.put("/v1/registrations/esdh/1", file()))["caseId"]
        ok(await esdh.get(f"/v1/cases/{case_id}"))
        refused(await team.get(f"/v1/cases/{case_id}"), 404, "not-found")
        ok(await team.put("/v1/registrations/team/1", file()))
        ok(await team.get(f"/v1/cases/{case_id}"))

    async def test_a_program_adds_to_a_case_it_sees_or_whose_citizen_it_names(
        self, municipality: Municipality
    ) -> None:
        esdh, team = (
            municipality.caller("cases", scopes=frozenset({f"system:{each}"})) for each in ("esdh", "team")
        )
        case_id = ok(await esdh.put("/v1/registrations/esdh/1", file()))["caseId"]
        blind = file(caseId=case_id, citizens=[])
        answer = await team.put("/v1/registrations/team/1", blind)
        assert refused(answer, 422, "broken-rule") == [("/caseId", "other-case")]
        ok(await esdh.put("/v1/registrations/esdh/2", blind))
        assert ok(await team.put("/v1/registrations/team/1", file(caseId=case_id)))["joined"] is True

    async def test_a_case_one_does_not_see_is_as_if_taken(self, municipality: Municipality) -> None:
        esdh = municipality.caller("cases", scopes=frozenset({"system:esdh"}))
        worker = municipality.caller("cases", Role.CASE_WORKER, subject="kirsten")
        path = f"/v1/cases/{uuid4()}"
        label = {"respondentLabel": "Forløb 27"}
        ok(await esdh.create(path, label))
        refused(await worker.put(path, label, If_Match="*"), 412, "precondition-failed")
        refused(await worker.put(f"/v1/cases/{uuid4()}", label, If_Match="*"), 412, "precondition-failed")
        own = ok(await worker.create(f"/v1/cases/{uuid4()}", label))
        ok(await worker.get(f"/v1/cases/{own['id']}"))
        assert [each["system"] for each in own["registrations"]] == ["case-team"]
