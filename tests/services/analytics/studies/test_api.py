"""A study's effect over REST: for researchers alone, from the register and two closed waves."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import (
    Answered,
    answer_everything,
    answered,
    followed,
    nothing,
    something,
)
from tests.services.cases.studies.planning import PLACE, known_study
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused
from tests.support.services import Stack

FOLLOW_UP = {"code": "follow-up", "ordinal": 2, "label": "Efter netværksmøderne"}
QUERY = "from=baseline&to=follow-up"


@dataclass(frozen=True, slots=True)
class Studied:
    """A study of one arm that has cases, and whoever looks at it."""

    study: UUID
    last: Answered

    @property
    def path(self) -> str:
        return f"/v1/studies/{self.study}/effect"

    async def effect(self) -> dict[str, Any]:
        """Wait until analytics knows of the study."""
        analyst = self.last.person(None, Role.ANALYST)
        for _ in range(400):
            answer = await analyst.get(f"{self.path}?{QUERY}")
            if ok(answer)["status"] == "available":
                return something(answer)
            await asyncio.sleep(0.02)
        raise AssertionError("analytics does not follow")


@pytest.fixture(scope="module")
async def studied(stack: Stack, databases: dict[str, TestDatabase]) -> Studied:
    """Give a study of two cases, each of five people, measured before and after."""
    municipality = Municipality(stack, uuid4())
    cases = [await answered(municipality, databases, 5, values=values) for values in ((1, 3), (2, 4))]
    analyst = municipality.caller("cases", Role.ANALYST)
    study = await known_study(analyst)
    for each in cases:
        ok(await analyst.create(f"/v1/studies/{study}/enrolments/{each.case}", PLACE))
        opened = await municipality.open_round(each.case, wave=FOLLOW_UP)
        for member, value in zip(each.members, (4, 5, 4, 5, 4), strict=True):
            await answer_everything(opened, member, value)
        await opened.close()
        await followed(databases, opened, each.case)
    return Studied(study, cases[-1])


class TestGetStudyEffect:
    async def test_shows_the_arms_and_says_what_is_undefined(self, studied: Studied) -> None:
        found = await studied.effect()
        treated, usual = found["arms"]
        assert (treated["code"], treated["enrolled"], treated["measuredTwice"]) == ("intervention", 2, 2)
        assert treated["methods"] == [{"method": "stratified-random", "cases": 2}]
        assert treated["before"]["mean"]["value"] == pytest.approx(2.3)
        assert treated["after"]["mean"]["value"] == pytest.approx(4.4)
        assert treated["change"]["value"] == pytest.approx(2.1)
        assert (usual["control"], usual["enrolled"]) == (True, 0)
        (compared,) = found["comparisons"]
        assert (compared["welch"]["value"], compared["welch"]["reason"]) == (None, "no-data")
        assert (found["before"]["wave"], found["after"]["wave"]) == ("baseline", "follow-up")

    async def test_is_for_researchers_and_tells_nobody_else_of_arms(self, studied: Studied) -> None:
        member = studied.last.members[0].person
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
            answer = await studied.last.person(member, role).get(f"{studied.path}?{QUERY}")
            refused(answer, 403, "forbidden")
            assert "intervention" not in answer.text

    async def test_a_foreign_study_is_like_an_unknown_one(self, studied: Studied, five: Answered) -> None:
        await studied.effect()
        for path in (studied.path, f"/v1/studies/{uuid4()}/effect"):
            nothing(await five.person(None, Role.ANALYST).get(f"{path}?{QUERY}"))

    async def test_an_unknown_wave_is_like_one_too_small(self, studied: Studied) -> None:
        analyst = studied.last.person(None, Role.ADMINISTRATOR)
        nothing(await analyst.get(f"{studied.path}?from=baseline&to=nothing-yet"))

    async def test_both_waves_must_be_named(self, studied: Studied) -> None:
        analyst = studied.last.person(None, Role.ANALYST)
        assert (await analyst.get(f"{studied.path}?from=baseline")).status_code == 400

    async def test_unchanged_data_are_not_sent_again(self, studied: Studied) -> None:
        await studied.effect()
        analyst = studied.last.person(None, Role.ANALYST)
        first = await analyst.get(f"{studied.path}?{QUERY}")
        again = await analyst.get(
            f"{studied.path}?{QUERY}", headers={"If-None-Match": first.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
