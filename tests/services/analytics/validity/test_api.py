"""Reliability over REST: for researchers, from enough people on."""

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import Answered, nothing, something
from tests.support.refusals import refused

PATH = "/v1/waves/baseline/reliability"


class TestGetReliability:
    async def test_five_are_enough(self, five: Answered) -> None:
        found = something(await five.person(None, Role.ANALYST).get(PATH))
        network, leadership = found["instruments"]
        assert (network["instrument"], leadership["instrument"]) == (
            "relational-capacity",
            "coherent-leadership",
        )
        assert network["alpha"]["listwise"]["value"] == pytest.approx(1.0)
        assert network["alpha"]["level"] == "dyads"
        assert (network["people"], network["cases"], network["version"]) == (5, 1, 1)
        assert found["requiredAlpha"] == 0.7

    async def test_four_people_are_too_few(self, four: Answered) -> None:
        nothing(await four.person(None, Role.ANALYST).get(PATH))

    async def test_a_wave_nobody_answered_is_like_one_too_small(self, five: Answered) -> None:
        nothing(await five.person(None, Role.ANALYST).get("/v1/waves/nothing-yet/reliability"))

    async def test_is_for_researchers(self, five: Answered) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
            refused(await five.person(five.members[0].person, role).get(PATH), 403, "forbidden")
