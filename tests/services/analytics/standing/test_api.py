"""Where a case stands, over REST: its team exactly, others over enough people, all else alike."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import Answered, nothing, something
from tests.services.analytics.standing.answered_cases import Town
from tests.support.databases import TestDatabase
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import Stack


class TestGetCaseStanding:
    async def test_a_team_of_three_sees_where_its_case_stands(self, town: Town) -> None:
        found = something(await town.standing(town.member(5), 5))
        assert (found["rawMean"]["raters"], found["likeCases"]["cases"], found["likeCases"]["people"]) == (
            3,
            6,
            20,
        )
        assert (found["likeCases"]["level"], found["likeCases"]["spread"]) == ("ordinary", "estimated")
        assert found["rawMean"]["value"] < found["estimate"]["value"] < found["likeCases"]["mean"]["value"]
        assert found["probabilityBelow"]["value"] > 0.9
        assert found["position"]["shareBelow"]["value"] < 0.2
        assert (found["threshold"]["value"], found["threshold"]["validated"]) == (2.5, False)
        assert found["provenance"]["wave"] == "baseline"

    async def test_others_see_a_case_of_five(self, town: Town) -> None:
        own = something(await town.standing(town.member(0), 0))
        for client in (
            town.member(3),
            town.caller(Role.ANALYST),
            town.caller(Role.ADMINISTRATOR),
            town.caller(Role.LEADER, person=uuid4()),
        ):
            assert something(await town.standing(client, 0)) == own

    async def test_of_three_others_see_nothing_and_what_is_not_there_answers_alike(
        self, town: Town, five: Answered, stack: Stack
    ) -> None:
        analyst = town.caller(Role.ANALYST)
        for client in (analyst, town.member(0), town.caller(Role.ADMINISTRATOR)):
            nothing(await town.standing(client, 5))
        nothing(await analyst.get(f"/v1/cases/{uuid4()}/standing?wave=baseline"))
        nothing(await analyst.get(f"/v1/cases/{five.case}/standing?wave=baseline"))
        nothing(await town.standing(town.member(5), 5, "wave=follow-up"))
        foreign = stack.caller("analytics", uuid4(), Role.ANALYST)
        nothing(await town.standing(foreign, 0))

    async def test_without_like_cases_there_is_no_standing(self, five: Answered) -> None:
        nothing(await five.member().get(f"/v1/cases/{five.case}/standing?wave=baseline"))

    async def test_a_threshold_may_be_chosen_within_the_scale(self, town: Town) -> None:
        low, high = [
            something(await town.standing(town.member(3), 3, f"wave=baseline&threshold={each}"))
            for each in (1.5, 4.5)
        ]
        assert low["probabilityBelow"]["value"] < high["probabilityBelow"]["value"]
        assert (
            low["threshold"]["source"]
            != something(await town.standing(town.member(3), 3))["threshold"]["source"]
        )
        for wrong in ("0.5", "6", "nan", "inf", "much"):
            refused(
                await town.standing(town.member(3), 3, f"wave=baseline&threshold={wrong}"),
                400,
                "malformed-request",
            )

    async def test_is_told_in_the_language_asked_for(self, town: Town) -> None:
        path = f"/v1/cases/{town.cases[3].case}/standing?wave=baseline"
        answer = await town.member(3).get(path, headers={"Accept-Language": "en"})
        assert answer.headers["content-language"] == "en"
        assert something(answer)["threshold"]["source"].startswith("Not validated")

    async def test_what_is_unchanged_is_not_sent_again(self, town: Town) -> None:
        path = f"/v1/cases/{town.cases[3].case}/standing?wave=baseline"
        tag = (await town.member(3).get(path)).headers["etag"]
        again = await town.member(3).get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        other = await town.caller(Role.ANALYST).get(path, headers={"If-None-Match": tag})
        assert other.status_code == 200

    async def test_reading_is_recorded(self, town: Town, databases: dict[str, TestDatabase]) -> None:
        case = town.cases[4]
        something(await town.standing(town.member(4), 4))
        found = await audited(databases["analytics"], case.case)
        assert ("read", "case-standing", "case-results") in [each[:3] for each in found]

    @pytest.mark.parametrize("role", [Role.CASE_SYSTEM, Role.CASE_WORKER, Role.DATA_STEWARD])
    async def test_is_for_persons_and_researchers(self, town: Town, role: Role) -> None:
        refused(await town.standing(town.caller(role), 0), 403, "forbidden")
