"""Distributions and response over REST: for researchers, from enough cases and people on."""

import asyncio
from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import (
    Answered,
    answer_everything,
    followed,
    nothing,
    something,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, OpenedRound
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

DISTRIBUTION = "/v1/waves/baseline/case-score-distribution"
RESPONSE = "/v1/waves/baseline/response-quality"


async def one_case(municipality: Municipality, members: list[Employee], value: int) -> OpenedRound:
    """Let the same people answer about one more case."""
    opened = await municipality.open_round(await municipality.case(members))
    await asyncio.gather(*(answer_everything(opened, member, value) for member in members))
    await opened.close()
    return opened


@pytest.fixture(scope="module")
async def eight_cases(stack: Stack, databases: dict[str, TestDatabase]) -> Municipality:
    """Give eight cases of five people, four with the score 3 and four with 4."""
    municipality = Municipality(stack, uuid4())
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(5)]
    for number in range(8):
        opened = await one_case(municipality, members, 3 + number % 2)
        await followed(databases, opened, opened.case)
    return municipality


def analyst(municipality: Municipality) -> CallerClient:
    return municipality.caller("analytics", Role.ANALYST)


class TestGetCaseScoreDistribution:
    async def test_shows_eight_cases(self, eight_cases: Municipality) -> None:
        found = something(await analyst(eight_cases).get(DISTRIBUTION))
        assert (found["unitOfAnalysis"], found["score"]) == ("case", "mean-of-dyads")
        overall = found["overall"]
        assert (overall["cases"], overall["people"], overall["mean"]["value"]) == (8, 5, 3.5)
        assert sum(each["cases"] for each in overall["bins"]) == 8
        assert all(each["cases"] in {0, 8} for each in overall["bins"])
        assert found["provenance"]["wave"] == "baseline"

    async def test_what_does_not_exist_and_what_is_too_little_are_alike(
        self, eight_cases: Municipality, five: Answered, stack: Stack
    ) -> None:
        nothing(await five.person(None, Role.ANALYST).get(DISTRIBUTION))
        nothing(await analyst(eight_cases).get("/v1/waves/never/case-score-distribution"))
        nothing(await stack.caller("analytics", uuid4(), Role.ANALYST).get(DISTRIBUTION))

    async def test_who_has_it_gets_no_more_than_that(self, eight_cases: Municipality) -> None:
        first = await analyst(eight_cases).get(DISTRIBUTION)
        again = await analyst(eight_cases).get(
            DISTRIBUTION, headers={"If-None-Match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


class TestGetResponseQuality:
    async def test_shows_each_instrument_that_enough_answered(self, five: Answered) -> None:
        found = something(await five.person(None, Role.ANALYST).get(RESPONSE))
        shown = {each["instrument"]: each for each in found["instruments"]}
        assert set(shown) == {"relational-capacity", "coherent-leadership"}
        network = shown["relational-capacity"]
        assert (network["form"], network["cases"], network["people"]) == ("network", 1, 5)
        assert (network["response"]["asked"], network["response"]["tier"]) == (5, "high")

    async def test_four_people_are_too_few(self, four: Answered, stack: Stack) -> None:
        nothing(await four.person(None, Role.ANALYST).get(RESPONSE))
        nothing(await stack.caller("analytics", uuid4(), Role.ANALYST).get(RESPONSE))


@pytest.mark.parametrize("path", [DISTRIBUTION, RESPONSE])
async def test_is_for_researchers(five: Answered, path: str) -> None:
    for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
        refused(await five.person(five.members[0].person, role).get(path), 403, "forbidden")
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        assert (await five.person(None, role).get(path)).status_code == 200
