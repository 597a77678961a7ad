"""Cuts over REST: for leaders and researchers, from enough people on, and the same for all of them."""

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import Answered, nothing, something
from tests.support.refusals import refused

CUTS = (
    "/v1/waves/baseline/capacities?direction=received&by=unit",
    "/v1/waves/baseline/interfaces?by=professional-group",
    "/v1/capacity-developments?direction=given&by=municipality",
)
VIEWERS = (Role.LEADER, Role.ANALYST, Role.ADMINISTRATOR)


class TestCuts:
    @pytest.mark.parametrize("path", CUTS)
    async def test_five_are_enough_and_all_see_the_same(self, five: Answered, path: str) -> None:
        seen = [something(await five.person(None, role).get(path)) for role in VIEWERS]
        assert seen[0] == seen[1] == seen[2]

    @pytest.mark.parametrize("path", CUTS)
    async def test_four_people_are_too_few(self, four: Answered, path: str) -> None:
        for role in VIEWERS:
            nothing(await four.person(None, role).get(path))

    @pytest.mark.parametrize("path", CUTS)
    async def test_are_not_for_others(self, five: Answered, path: str) -> None:
        for role in (Role.PROFESSIONAL, Role.CASE_SYSTEM, Role.CASE_WORKER):
            refused(await five.person(five.members[0].person, role).get(path), 403, "forbidden")

    async def test_what_nobody_put_together_is_refused(self, five: Answered) -> None:
        client = five.person(None, Role.ANALYST)
        refused(await client.get("/v1/waves/baseline/interfaces?by=shoe-size"), 400, "malformed-request")

    async def test_a_unit_is_called_what_the_register_calls_it(self, five: Answered) -> None:
        found = something(await five.person(None, Role.ANALYST).get(CUTS[0]))
        (cut,) = found["cuts"]
        assert cut["party"]["label"]
        assert (cut["figures"]["mean"], cut["figures"]["raters"], cut["figures"]["rated"]) == (3.0, 5, 5)
        assert cut["figures"] == found["overall"]

    async def test_who_has_it_gets_it_not_again(self, five: Answered) -> None:
        client = five.person(None, Role.ANALYST)
        first = await client.get(CUTS[0])
        again = await client.get(CUTS[0], headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
