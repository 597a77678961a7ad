"""What isn't known yet: refused all at once, or made provisionally and filled in later."""

from typing import Any
from uuid import uuid4

from shared.access.principal import Role
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient

PATH = "/v1/registrations/esdh/1"
PARTS = {
    "sourceVersion": 1,
    "respondentLabel": "Forløb 27",
    "involvements": [
        {"unitReference": "familieafdelingen", "name": "Familieafdelingen", "role": "authority"}
    ],
    "participants": [
        {
            "professionalReference": "4711",
            "name": "Mette Holm",
            "unitReference": "familieafdelingen",
            "professionalGroup": "Socialrådgiver",
        }
    ],
}
PROVISIONAL: dict[str, Any] = {**PARTS, "createProvisional": {"municipalityCode": "0766"}}


class TestCreateProvisional:
    async def test_all_that_is_unknown_is_named_unless_it_may_be_made(self, cases: CallerClient) -> None:
        assert refused(await cases.put(PATH, PARTS), 422, "broken-rule") == [
            ("/involvements/0/unitReference", "unknown-unit"),
            ("/participants/0/professionalReference", "unknown-professional"),
        ]

    async def test_makes_units_and_people_once_and_marks_them(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        first = ok(await cases.put(PATH, PROVISIONAL))
        ok(await cases.put("/v1/registrations/esdh/2", PROVISIONAL))
        units = ok(await cases.get("/v1/units"))["items"]
        assert [(each["name"], each["provisional"]) for each in units] == [("Familieafdelingen", True)]
        people = ok(await cases.get("/v1/professionals"))["items"]
        assert [(each["unitId"], each["provisional"]) for each in people] == [(units[0]["id"], True)]
        view = ok(await cases.get(f"/v1/cases/{first['caseId']}"))
        assert [each["unitName"] for each in view["involvements"]] == ["Familieafdelingen"]
        administrator = municipality.caller("cases", Role.ADMINISTRATOR)
        known = {"id", "version", "provisional", "mergedIntoId"}
        body = {name: value for name, value in units[0].items() if name not in known}
        path = f"/v1/units/{units[0]['id']}"
        assert ok(await administrator.put(path, body, If_Match="*"))["provisional"] is False

    async def test_an_id_of_ones_own_is_kept(self, cases: CallerClient) -> None:
        unit, person = str(uuid4()), str(uuid4())
        body = {
            **PROVISIONAL,
            "involvements": [{"unitId": unit, "name": "Jobcentret", "role": "authority"}],
            "participants": [
                {"professionalId": person, "name": "Jens", "professionalGroup": "Jobkonsulent"}
            ],
        }
        ok(await cases.put(PATH, body))
        assert ok(await cases.get(f"/v1/units/{unit}"))["name"] == "Jobcentret"
        assert ok(await cases.get(f"/v1/professionals/{person}"))["professionalGroup"] == "Jobkonsulent"

    async def test_what_has_no_name_is_not_made(self, cases: CallerClient) -> None:
        body = {**PROVISIONAL, "involvements": [{"unitReference": "x"}], "participants": []}
        answer = await cases.put(PATH, body)
        assert refused(answer, 422, "broken-rule") == [("/involvements/0/unitReference", "name-needed")]

    async def test_the_role_follows_from_the_unit(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        units = [await municipality.unit(authorityFunction=flag) for flag in (True, False)]
        parts = [{"unitId": str(unit)} for unit in units]
        body = {"sourceVersion": 1, "respondentLabel": "Forløb 27", "involvements": parts}
        case_id = ok(await cases.put(PATH, body))["caseId"]
        shown = ok(await cases.get(f"/v1/cases/{case_id}"))["involvements"]
        assert {each["unitId"]: each["role"] for each in shown} == {
            str(units[0]): "authority",
            str(units[1]): "provider",
        }
