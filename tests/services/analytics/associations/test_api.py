"""Associations over REST: for researchers, from enough people, cases and leaders on."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import Answered, nothing, something
from tests.support.refusals import refused

PATH = "/v1/waves/baseline/associations"


class TestGetAssociations:
    async def test_five_cases_are_enough(self, five_cases: Answered) -> None:
        found = something(await five_cases.person(None, Role.ANALYST).get(PATH))
        relation = found["leadershipToRk"]
        assert (relation["n"], relation["people"], relation["cases"], relation["leaders"]) == (25, 25, 5, 5)
        assert relation["unitOfAnalysis"] == "respondent-by-case"
        assert relation["byCase"]["slope"]["value"] == pytest.approx(1.0)
        assert relation["bootstrap"]["draws"] == 2_000
        assert (found["rkToCitizen"], found["path"]) == (None, None)

    async def test_the_same_data_give_the_same_bytes_and_then_nothing_new(
        self, five_cases: Answered
    ) -> None:
        client = five_cases.person(None, Role.ADMINISTRATOR)
        one, again = await client.get(PATH), await client.get(PATH)
        assert one.content == again.content
        unchanged = await client.get(PATH, headers={"If-None-Match": one.headers["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")

    async def test_single_employees_are_for_analysts(self, five_cases: Answered) -> None:
        person = uuid4()
        seen = await five_cases.person(person, Role.ANALYST).get(PATH)
        points = something(seen)["points"]
        assert len(points) == 25
        assert points == sorted(points, key=lambda each: (each["leadership"], each["rk"]))
        assert all(set(each) == {"leadership", "rk"} for each in points)
        administrator = five_cases.person(person, Role.ADMINISTRATOR)
        answer = await administrator.get(PATH, headers={"If-None-Match": seen.headers["ETag"]})
        others = something(answer)
        assert others["points"] is None
        assert others["leadershipToRk"] == something(seen)["leadershipToRk"]
        assert '"rk"' not in answer.text

    async def test_one_case_is_not_enough_whoever_is_in_it(self, five: Answered) -> None:
        nothing(await five.person(None, Role.ANALYST).get(PATH))

    async def test_a_wave_nobody_answered_is_like_one_too_small(self, five_cases: Answered) -> None:
        nothing(await five_cases.person(None, Role.ANALYST).get("/v1/waves/nothing-yet/associations"))

    async def test_is_for_researchers(self, five_cases: Answered) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
            client = five_cases.person(five_cases.members[0].person, role)
            refused(await client.get(PATH), 403, "forbidden")
