"""Cases written by their own id: everything in one call, by people and by programs."""

from uuid import uuid4

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient

LABEL = {"respondentLabel": "Forløb 27", "system": "esdh"}


class TestRegisterCase:
    async def test_the_server_makes_the_id(self, cases: CallerClient) -> None:
        answer = await cases.post("/v1/cases", LABEL, key=uuid4().hex)
        assert answer.status_code == 201
        assert answer.headers["location"] == f"/v1/cases/{answer.json()['id']}"
        assert answer.headers["etag"] == '"1"'
        assert ok(await cases.get(answer.headers["location"])) == answer.json()

    async def test_a_new_case_is_ordinary_and_nobody_takes_part(self, cases: CallerClient) -> None:
        view = ok(await cases.post("/v1/cases", LABEL, key=uuid4().hex))
        assert (view["level"], view["involvements"], view["participants"]) == ("ordinary", [], [])
        found = ok(await cases.get(f"/v1/cases/{view['id']}/classification"))
        assert [each["classification"]["level"] for each in found["history"]] == ["ordinary"]

    async def test_sent_again_makes_no_second_case(self, cases: CallerClient) -> None:
        key = uuid4().hex
        first = await cases.post("/v1/cases", LABEL, key=key)
        again = await cases.post("/v1/cases", LABEL, key=key)
        assert (again.status_code, again.json()) == (201, first.json())
        assert len(ok(await cases.get("/v1/cases"))["items"]) == 1

    async def test_a_key_is_for_one_request(self, cases: CallerClient) -> None:
        key = uuid4().hex
        ok(await cases.post("/v1/cases", LABEL, key=key))
        other = await cases.post("/v1/cases", {**LABEL, "respondentLabel": "Andet"}, key=key)
        refused(other, 422, "idempotency-key-reused")

    async def test_asks_for_a_key(self, cases: CallerClient) -> None:
        refused(await cases.post("/v1/cases", LABEL), 400, "idempotency-key-required")


class TestPutCase:
    async def test_creates_changes_and_repeats(
        self, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        case_id = uuid4()
        path = f"/v1/cases/{case_id}"
        assert (await cases.create(path, LABEL)).status_code == 201
        assert (await cases.create(path, LABEL)).status_code == 200
        other = {**LABEL, "respondentLabel": "Forløb 28"}
        refused(await cases.create(path, other), 412, "precondition-failed")
        refused(await cases.put(path, other), 428, "precondition-required")
        changed = await cases.put(path, other, If_Match='"1"')
        assert (changed.status_code, changed.json()["version"]) == (200, 2)
        written = [each for each in await audited(databases["cases"], case_id) if each[0] == "write"]
        assert written == [("write", "case", "case-registration", "tester")] * 2

    async def test_is_not_for_professionals(self, municipality: Municipality) -> None:
        professional = municipality.caller("cases", Role.PROFESSIONAL, person=uuid4())
        refused(await professional.create(f"/v1/cases/{uuid4()}", LABEL), 403, "forbidden")
