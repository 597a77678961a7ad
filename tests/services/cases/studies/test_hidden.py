"""Teams, leaders and case systems learn no case's arm, whatever they call; researchers do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.main import build
from shared.access.principal import Role
from tests.services.cases.studies.planning import PLACE, STUDY, known_study
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient, cases_settings

OTHERS = [Role.CASE_SYSTEM, Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER]
_SYSTEM = frozenset({"system:esdh"})


@dataclass(frozen=True)
class Enrolled:
    """A case in a study whose arm has a name that appears nowhere else."""

    municipality: Municipality
    leader: Employee
    member: Employee
    case_id: UUID
    study: UUID
    arm: str

    def caller(self, role: Role) -> CallerClient:
        """Return somebody in such a role who may see the case."""
        person = {Role.LEADER: self.leader.person, Role.CASE_SYSTEM: None}.get(role, self.member.person)
        return self.municipality.caller("cases", role, person=person, scopes=_SYSTEM)

    def known(self, name: str) -> str:
        """Return the id or word that a path asks for."""
        ids = {
            "caseId": self.case_id,
            "studyId": self.study,
            "personId": self.member.person,
            "professionalId": self.member.id,
            "unitId": self.member.unit,
            "areaId": self.municipality.area,
            "system": "esdh",
            "reference": self.case_id,
            "kind": "unit",
            "code": "default",
            "revision": 1,
            "version": 1,
        }
        return str(ids.get(name, self.case_id))

    def reveals(self, answer: Any) -> bool:
        """Tell whether an answer names the arm or the study."""
        told = answer.text + str(dict(answer.headers))
        return self.arm in told or str(self.study) in told


@pytest.fixture
async def enrolled(municipality: Municipality, analyst: CallerClient) -> Enrolled:
    leader = await municipality.employee()
    member = await municipality.employee(leader=leader.id)
    case_id = await municipality.case([member, leader])
    arm = f"arm-{uuid4().hex}"
    arms = [{"code": arm, "name": arm}, STUDY["arms"][1]]
    study = await known_study(analyst, name=f"Study of {arm}", arms=arms)
    ok(await analyst.create(f"/v1/studies/{study}/enrolments/{case_id}", {**PLACE, "arm": arm}))
    return Enrolled(municipality, leader, member, case_id, study, arm)


@pytest.fixture(scope="module")
def document(databases: dict[str, TestDatabase]) -> dict[str, Any]:
    """Describe every operation the register has now, and those it will have."""
    return build(cases_settings(databases["cases"])).openapi()


def operations(document: dict[str, Any], enrolled: Enrolled) -> Iterator[tuple[str, str, Any]]:
    """Return every operation: its method, its path with what is known, and the body of its example."""
    for template, methods in sorted(document["paths"].items()):
        path = re.sub(r"\{(\w+)\}", lambda name: enrolled.known(name.group(1)), template)
        for method in sorted(methods):
            if method in {"get", "put", "post", "patch"}:
                yield method.upper(), path, {"caseId": str(enrolled.case_id)}


async def walk(caller: CallerClient, document: dict[str, Any], enrolled: Enrolled) -> dict[str, Any]:
    """Call every operation; return the answers that are no refusal of the route or of the body."""
    answers: dict[str, Any] = {}
    for method, path, body in operations(document, enrolled):
        headers = {"If-Match": "*", "Idempotency-Key": uuid4().hex}
        sent = {} if method == "GET" else {"json": body}
        # An empty body, too: a search or a preview may ask for nothing in particular.
        for options in [sent] if method == "GET" else [sent, {"json": {}}]:
            answer = await caller.request(method, path, headers=headers, **options)
            assert answer.status_code < 500, f"{method} {path} {answer.text}"
            answers[f"{method} {path} {options}"] = answer
    return answers


class TestHidden:
    @pytest.mark.parametrize("role", OTHERS)
    async def test_no_operation_tells_an_arm(
        self, enrolled: Enrolled, document: dict[str, Any], role: Role
    ) -> None:
        caller = enrolled.caller(role)
        answers = await walk(caller, document, enrolled)
        assert f"GET /v1/cases/{enrolled.case_id} {{}}" in answers
        assert answers[f"GET /v1/cases/{enrolled.case_id} {{}}"].status_code == 200
        assert {name for name, answer in answers.items() if enrolled.reveals(answer)} == set()
        for name, answer in answers.items():
            if " /v1/studies" in name:
                assert answer.status_code == 403, name

    async def test_the_walk_finds_an_arm_where_it_is_told(
        self, enrolled: Enrolled, document: dict[str, Any], analyst: CallerClient
    ) -> None:
        answers = await walk(analyst, document, enrolled)
        told = {name.split()[1] for name, answer in answers.items() if enrolled.arm in answer.text}
        study = f"/v1/studies/{enrolled.study}"
        own = {study, "/v1/studies", f"{study}/enrolments", f"{study}/enrolments/{enrolled.case_id}"}
        assert own <= told

    @pytest.mark.parametrize("role", [*OTHERS, Role.DATA_STEWARD])
    async def test_study_routes_are_for_researchers(self, municipality: Municipality, role: Role) -> None:
        caller = municipality.caller("cases", role, person=uuid4())
        study, case_id = f"/v1/studies/{uuid4()}", uuid4()
        place = f"{study}/enrolments/{case_id}"
        withdrawal = {"withdrawnAt": "2026-03-01T00:00:00Z", "reason": "Flyttet"}
        for answer in (
            await caller.create(study, STUDY),
            await caller.get(study),
            await caller.get("/v1/studies"),
            await caller.create(place, PLACE),
            await caller.get(place),
            await caller.get(f"{study}/enrolments"),
            await caller.create(f"{place}/withdrawal", withdrawal),
            await caller.post(f"{study}/allocations", {"caseIds": [str(case_id)]}, key=uuid4().hex),
        ):
            refused(answer, 403, "forbidden")

    async def test_a_case_does_not_change_by_its_enrolment(
        self, municipality: Municipality, analyst: CallerClient, cases: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        before = await cases.get(f"/v1/cases/{case_id}")
        ok(await analyst.create(f"/v1/studies/{study}/enrolments/{case_id}", PLACE))
        after = await cases.get(f"/v1/cases/{case_id}")
        assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])
