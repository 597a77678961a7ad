"""All cases of a wave together over REST, from enough people on."""

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import (
    Answered,
    answer_everything,
    answered,
    followed,
    nothing,
    something,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.refusals import refused

PATH = "/v1/waves/baseline/overview"


class TestOfWave:
    async def test_four_people_are_too_few(self, four: Answered) -> None:
        nothing(await four.person(None, Role.ANALYST).get(PATH))

    async def test_five_are_enough(self, five: Answered) -> None:
        something(await five.person(None, Role.ANALYST).get(PATH))

    async def test_a_wave_nobody_answered_is_like_one_too_small(self, five: Answered) -> None:
        nothing(await five.person(None, Role.ANALYST).get("/v1/waves/nothing-yet/overview"))

    async def test_is_for_researchers(self, five: Answered) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.CASE_SYSTEM, Role.CASE_WORKER):
            client = five.person(five.members[0].person, role)
            refused(await client.get(PATH), 403, "forbidden")

    async def test_the_overview_shows_all_cases_together(self, five: Answered) -> None:
        found = something(await five.person(None, Role.ANALYST).get(PATH))
        assert (found["cases"], found["meanOfCases"]["value"]) == (1, 3.0)
        assert (found["sdOfCases"]["value"], found["sdOfCases"]["reason"]) == (None, "too-few-rows")
        assert (found["leaders"], found["leadersReachingGroupSize"]) == (1, 1)

    async def test_few_people_in_many_cases_are_still_few(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        first = await answered(municipality, databases, 2, values=(3, 4))
        for value in (2, 5):
            case_id = await municipality.case(first.members)
            opened = await municipality.open_round(case_id)
            for member in first.members:
                await answer_everything(opened, member, value)
            await opened.close()
            await followed(databases, opened, case_id)
        analyst = first.person(None, Role.ANALYST)
        nothing(await analyst.get(PATH))

    async def test_an_open_round_is_not_counted(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(5)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        await opened.answer_all(4)
        await followed(databases, opened, case_id)
        analyst = municipality.caller("analytics", Role.ANALYST)
        nothing(await analyst.get(PATH))
