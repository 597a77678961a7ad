"""Much at once: one bad row alone, and a night's snapshot that ends what it does not name."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient

BATCHES = "/v1/registration-batches/esdh"
LATER = "2099-01-01T00:00:00Z"


def item(reference: str, version: int = 1, **more: Any) -> dict[str, Any]:
    return {"reference": reference, "sourceVersion": version, "respondentLabel": f"Sag {reference}", **more}


async def send(cases: CallerClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await cases.post(BATCHES, {"registrations": list(items)})
    assert answer.status_code == 207, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def close(cases: CallerClient, snapshot: int, count: int, **more: Any) -> Any:
    body = {"registrations": count, "takenAt": LATER, **more}
    return await cases.put(f"/v1/registrations/esdh/snapshots/{snapshot}", body)


class TestPutRegistrations:
    async def test_each_is_taken_or_refused_by_itself(self, cases: CallerClient) -> None:
        ok(await cases.put("/v1/registrations/esdh/old", {"sourceVersion": 5, "respondentLabel": "x"}))
        unknown = item("unknown", involvements=[{"unitId": str(uuid4())}])
        found = await send(cases, item("new"), unknown, item("old", 4), item("same"), item("same"))
        assert [each["status"] for each in found[:3]] == [201, 422, 409]
        assert sorted(each["status"] for each in found[3:]) == [200, 201]
        assert [each["reference"] for each in found] == ["new", "unknown", "old", "same", "same"]
        assert found[1]["problem"]["errors"][0]["pointer"] == "/involvements/0/unitId"
        assert found[0]["registration"]["caseId"]
        refused(await cases.get("/v1/registrations/esdh/unknown"), 404, "not-found")

    async def test_five_hundred_and_no_more(self, cases: CallerClient) -> None:
        many = [item(str(number)) for number in range(501)]
        refused(await cases.post(BATCHES, {"registrations": many}), 400, "malformed-request")
        found = await send(cases, *many[:500])
        assert {each["status"] for each in found} == {201}

    async def test_is_for_the_systems_own(self, municipality: Municipality) -> None:
        other = municipality.caller("cases", scopes=frozenset({"system:team"}))
        refused(await other.post(BATCHES, {"registrations": [item("1")]}), 403, "foreign-system")


class TestCloseSnapshot:
    async def test_what_it_does_not_name_is_ended(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        member = await municipality.employee()
        parts: dict[str, Any] = {
            "involvements": [{"unitId": str(member.unit)}],
            "participants": [{"professionalId": str(member.id)}],
        }
        first = await send(cases, item("stays", **parts), item("goes", **parts))
        await send(cases, item("stays", **parts, snapshot=7), item("new", snapshot=7))
        said = ok(await close(cases, 7, 2, dryRun=True))
        assert (said["received"], said["ended"], said["examples"]) == (2, 1, ["goes"])
        goes = f"/v1/cases/{first[1]['registration']['caseId']}"
        assert ok(await cases.get(goes))["status"] == "opened"
        assert ok(await close(cases, 7, 2)) == said
        ended = ok(await cases.get(goes))
        assert (ended["status"], ended["involvements"], ended["participants"]) == ("closed", [], [])
        assert ok(await cases.get("/v1/registrations/esdh/goes"))["endedAt"]
        assert ok(await cases.get("/v1/registrations/esdh/stays"))["endedAt"] is None
        assert ok(await close(cases, 7, 2))["ended"] == 0

    async def test_what_returns_goes_on(self, cases: CallerClient) -> None:
        (first,) = await send(cases, item("1"))
        ok(await close(cases, 3, 0))
        (back,) = await send(cases, item("1", snapshot=4))
        assert back["registration"]["endedAt"] is None
        assert back["registration"]["caseId"] == first["registration"]["caseId"]
        assert ok(await cases.get(f"/v1/cases/{back['registration']['caseId']}"))["status"] == "opened"

    async def test_a_snapshot_that_broke_off_ends_nothing(self, cases: CallerClient) -> None:
        await send(cases, item("1"), item("2", snapshot=2))
        refused(await close(cases, 2, 2), 409, "incomplete-snapshot")
        assert ok(await cases.get("/v1/registrations/esdh/1"))["endedAt"] is None

    async def test_an_older_one_than_the_last_is_refused(self, cases: CallerClient) -> None:
        ok(await close(cases, 5, 0))
        refused(await close(cases, 4, 0), 409, "outdated-snapshot")

    @pytest.mark.parametrize("allowed", [False, True])
    async def test_more_than_three_in_ten_only_knowingly(self, cases: CallerClient, allowed: bool) -> None:
        await send(cases, *(item(str(number)) for number in range(12)))
        answer = await close(cases, 2, 0, allowMassEnding=allowed)
        if allowed:
            assert ok(answer)["ended"] == 12
        else:
            refused(answer, 409, "suspicious-snapshot")

    async def test_what_changed_after_the_export_stays(self, cases: CallerClient) -> None:
        await send(cases, item("1"))
        body = {"registrations": 0, "takenAt": "2020-01-01T00:00:00Z"}
        assert ok(await cases.put("/v1/registrations/esdh/snapshots/2", body))["ended"] == 0

    async def test_another_systems_files_stay(self, cases: CallerClient) -> None:
        ok(await cases.put("/v1/registrations/team/1", {"sourceVersion": 1, "respondentLabel": "x"}))
        ok(await close(cases, 2, 0))
        assert ok(await cases.get("/v1/registrations/team/1"))["endedAt"] is None
