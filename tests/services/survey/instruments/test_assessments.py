"""Unit assessments over REST: what is known of a unit from documents or interviews, with its source."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.instruments.drafted import definition
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import Stack

OWN = "/v1/instruments/own-list/versions/1"


def assessed(unit: UUID, value: int = 4) -> dict[str, Any]:
    """Return the request that records an assessment."""
    return {
        "unitId": str(unit),
        "instrument": "authority-function-structures",
        "instrumentVersion": 1,
        "answers": [{"itemId": "formal-structures", "value": value}],
        "source": "Organisationsdiagram og interview",
        "assessedOn": "2026-03-02",
    }


class TestUnitAssessments:
    async def test_is_recorded_read_changed_and_listed(self, municipality: Municipality) -> None:
        worker = municipality.caller("survey", Role.CASE_WORKER)
        analyst = municipality.caller("survey", Role.ANALYST)
        unit, other = uuid4(), uuid4()
        paths = [f"/v1/unit-assessments/{uuid4()}" for _ in range(2)]
        made = await worker.create(paths[0], assessed(unit))
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        ok(await worker.create(paths[1], assessed(other)))
        assert ok(await analyst.get(paths[0])) == ok(made)
        changed = await worker.put(paths[0], assessed(unit, value=5), If_Match='"1"')
        assert (ok(changed)["answers"][0]["value"], ok(changed)["version"]) == (5, 2)
        again = await worker.put(paths[0], assessed(unit, value=5), If_Match='"1"')
        assert (again.status_code, again.headers["etag"]) == (200, '"2"')
        refused(await worker.put(paths[0], assessed(unit), If_Match='"1"'), 412, "precondition-failed")
        of_unit = ok(await analyst.get(f"/v1/unit-assessments?unitId={unit}"))["items"]
        assert [each["unitId"] for each in of_unit] == [str(unit)]
        assert len(ok(await analyst.get("/v1/unit-assessments"))["items"]) == 2

    @pytest.mark.parametrize(
        ("change", "errors"),
        [
            ({"instrument": "astrology"}, [("/instrument", "unknown-instrument")]),
            ({"instrumentVersion": 2}, [("/instrument", "unknown-instrument")]),
            ({"instrument": "relational-capacity"}, [("/instrument", "wrong-form")]),
            (
                {"answers": [{"itemId": "trust", "value": 6}, {"itemId": "formal-structures", "value": 5}]},
                [("/answers/0/itemId", "unknown-item"), ("/answers/0/value", "off-scale")],
            ),
        ],
    )
    async def test_what_does_not_fit_the_instrument_is_refused(
        self, municipality: Municipality, change: dict[str, Any], errors: list[tuple[str, str]]
    ) -> None:
        worker = municipality.caller("survey", Role.CASE_WORKER)
        answer = await worker.create(f"/v1/unit-assessments/{uuid4()}", {**assessed(uuid4()), **change})
        assert refused(answer, 422, "broken-rule") == errors

    async def test_what_is_malformed_is_refused(self, municipality: Municipality) -> None:
        worker = municipality.caller("survey", Role.CASE_WORKER)
        twice = [{"itemId": "formal-structures", "value": 5}] * 2
        changes: list[dict[str, Any]] = [
            {"answers": []},
            {"answers": twice},
            {"source": " "},
            {"assessedOn": "i går"},
        ]
        for change in changes:
            answer = await worker.create(f"/v1/unit-assessments/{uuid4()}", {**assessed(uuid4()), **change})
            refused(answer, 400, "malformed-request")

    async def test_a_draft_assesses_nothing_and_a_published_list_does(
        self, municipality: Municipality
    ) -> None:
        admin = municipality.caller("survey", Role.ADMINISTRATOR)
        answers = [{"itemId": "item-0", "value": 4}]
        body = {**assessed(uuid4()), "instrument": "own-list", "answers": answers}
        path = f"/v1/unit-assessments/{uuid4()}"
        ok(await admin.create(OWN, definition(version=1, crosswalk=[])))
        answer = await admin.create(path, body)
        assert refused(answer, 422, "broken-rule") == [("/instrument", "unknown-instrument")]
        ok(await admin.put(f"{OWN}/publication", {}, If_Match="*"))
        ok(await admin.create(path, body))

    async def test_others_neither_write_nor_read(self, municipality: Municipality, stack: Stack) -> None:
        path = f"/v1/unit-assessments/{uuid4()}"
        ok(await municipality.caller("survey", Role.ADMINISTRATOR).create(path, assessed(uuid4())))
        analyst = municipality.caller("survey", Role.ANALYST)
        refused(await analyst.create(path, assessed(uuid4())), 403, "forbidden")
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM):
            refused(await municipality.caller("survey", role).get(path), 403, "forbidden")
            refused(await municipality.caller("survey", role).get("/v1/unit-assessments"), 403, "forbidden")
        stranger = stack.caller("survey", uuid4(), Role.CASE_WORKER)
        refused(await stranger.get(path), 404, "not-found")
        assert ok(await stranger.get("/v1/unit-assessments"))["items"] == []
