"""Studies and enrolments over REST: for researchers, hidden from everybody else."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

STUDY = {
    "name": "Ledelsesinterventioner",
    "arms": [
        {"code": "intervention", "name": "Netværksmøder"},
        {"code": "control", "name": "Som hidtil"},
    ],
}
PLACE = {
    "arm": "intervention",
    "stratum": "0766",
    "method": "stratified-random",
    "allocatedAt": "2026-01-05T08:00:00Z",
}
OTHERS = [
    Role.CASE_SYSTEM,
    Role.CASE_WORKER,
    Role.PROFESSIONAL,
    Role.LEADER,
    Role.DATA_STEWARD,
]


@pytest.fixture
def analyst(municipality: Municipality) -> CallerClient:
    return municipality.caller("cases", Role.ANALYST)


async def known_study(analyst: CallerClient) -> UUID:
    study = uuid4()
    ok(await analyst.create(f"/v1/studies/{study}", STUDY))
    return study


class TestPutStudy:
    async def test_creates_reads_and_repeats(self, analyst: CallerClient) -> None:
        study = await known_study(analyst)
        assert ok(await analyst.get(f"/v1/studies/{study}")) == {**STUDY, "id": str(study), "version": 1}
        assert (await analyst.create(f"/v1/studies/{study}", STUDY)).status_code == 200

    async def test_names_each_arm_once(self, analyst: CallerClient) -> None:
        twice = {**STUDY, "arms": [STUDY["arms"][0]] * 2}
        refused(await analyst.create(f"/v1/studies/{uuid4()}", twice), 400, "malformed-request")
        none: dict[str, Any] = {**STUDY, "arms": []}
        refused(await analyst.create(f"/v1/studies/{uuid4()}", none), 400, "malformed-request")


class TestPutEnrolment:
    async def test_keeps_arm_stratum_method_and_time(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments"
        placed = await analyst.create(f"{path}/{case_id}", PLACE)
        assert placed.status_code == 201
        items = ok(await analyst.get(path))["items"]
        assert items == [placed.json()]
        assert {name: items[0][name] for name in PLACE} == PLACE
        assert (await analyst.create(f"{path}/{case_id}", PLACE)).status_code == 200

    async def test_a_case_moves_to_another_arm_only_knowingly(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{case_id}"
        ok(await analyst.create(path, PLACE))
        moved = {**PLACE, "arm": "control"}
        refused(await analyst.create(path, moved), 412, "precondition-failed")
        assert ok(await analyst.put(path, moved, If_Match='"1"'))["version"] == 2

    async def test_refuses_an_arm_the_study_has_not(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        answer = await analyst.create(
            f"/v1/studies/{study}/enrolments/{case_id}", {**PLACE, "arm": "third"}
        )
        assert refused(answer, 422, "broken-rule") == [("/arm", "unknown-arm")]

    async def test_study_and_case_must_be_there(
        self, municipality: Municipality, analyst: CallerClient, stack: Stack
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        foreign = await Municipality(stack, uuid4()).case([])
        for path in (
            f"/v1/studies/{uuid4()}/enrolments/{case_id}",
            f"/v1/studies/{study}/enrolments/{uuid4()}",
            f"/v1/studies/{study}/enrolments/{foreign}",
        ):
            refused(await analyst.create(path, PLACE), 404, "not-found")
        refused(await analyst.get(f"/v1/studies/{uuid4()}/enrolments"), 404, "not-found")


class TestHidden:
    @pytest.mark.parametrize("role", OTHERS)
    async def test_from_everybody_but_researchers(self, municipality: Municipality, role: Role) -> None:
        caller = municipality.caller("cases", role, person=uuid4())
        study, case_id = uuid4(), uuid4()
        for answer in (
            await caller.create(f"/v1/studies/{study}", STUDY),
            await caller.get(f"/v1/studies/{study}"),
            await caller.create(f"/v1/studies/{study}/enrolments/{case_id}", PLACE),
            await caller.get(f"/v1/studies/{study}/enrolments"),
        ):
            refused(answer, 403, "forbidden")

    async def test_a_case_does_not_tell_its_arm(
        self, municipality: Municipality, analyst: CallerClient, cases: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        before = ok(await cases.get(f"/v1/cases/{case_id}"))
        ok(await analyst.create(f"/v1/studies/{study}/enrolments/{case_id}", PLACE))
        assert ok(await cases.get(f"/v1/cases/{case_id}")) == before
