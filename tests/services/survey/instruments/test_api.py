"""Instruments over REST: what front ends build forms from."""

import pytest

from shared.access.principal import Role
from tests.support.keys import service_token
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import CallerClient


class TestListInstruments:
    async def test_names_the_three_with_their_form_and_provenance(self, survey: CallerClient) -> None:
        items = ok(await survey.get("/v1/instruments"))["items"]
        assert [(each["code"], each["version"], each["form"]) for each in items] == [
            ("citizen-experienced-quality", 1, "citizen"),
            ("coherent-leadership", 1, "own-leader"),
            ("relational-capacity", 1, "network"),
        ]
        for each in items:
            assert all(
                each[text][language] for text in ("title", "provenance") for language in ("da", "en")
            )

    async def test_every_person_may_read_services_may_not(self, municipality: Municipality) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.ANALYST, Role.CASE_WORKER):
            ok(await municipality.caller("survey", role).get("/v1/instruments"))
        service = municipality.stack.bearer("survey", service_token("survey", "analytics"))
        refused(await service.get("/v1/instruments"), 403, "forbidden")

    async def test_is_not_fetched_again_while_it_is_the_same(self, survey: CallerClient) -> None:
        first = await survey.get("/v1/instruments")
        tag = first.headers["etag"]
        again = await survey.get("/v1/instruments", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


class TestGetInstrument:
    @pytest.mark.parametrize(
        ("code", "items"),
        [("relational-capacity", 6), ("coherent-leadership", 7), ("citizen-experienced-quality", 5)],
    )
    async def test_has_items_scale_and_texts_in_both_languages(
        self, survey: CallerClient, code: str, items: int
    ) -> None:
        found = ok(await survey.get(f"/v1/instruments/{code}/versions/1"))
        assert len(found["items"]) == items
        assert found["scale"] == {"minimum": 1, "maximum": 5}
        assert all(set(each["wording"]) == {"da", "en"} for each in found["items"])

    async def test_an_unknown_one_or_version_is_not_found(self, survey: CallerClient) -> None:
        for path in (
            "/v1/instruments/astrology/versions/1",
            "/v1/instruments/relational-capacity/versions/2",
        ):
            refused(await survey.get(path), 404, "not-found")
        malformed = await survey.get("/v1/instruments/relational-capacity/versions/0")
        refused(malformed, 400, "malformed-request")
