"""Where cases stand, over REST: its team exactly, others over enough people, all else alike."""

from uuid import uuid4

import httpx2
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
        found = something(await town.standing(town.member(1), 1))
        assert (found["rawMean"]["raters"], found["likeCases"]["cases"], found["likeCases"]["people"]) == (
            3,
            6,
            20,
        )
        assert (found["likeCases"]["level"], found["likeCases"]["spread"]) == ("ordinary", "estimated")
        assert found["rawMean"]["value"] < found["estimate"]["value"] < found["likeCases"]["mean"]["value"]
        assert found["probabilityBelow"]["value"] > 0.8
        assert found["position"]["shareBelow"]["value"] < 0.4
        assert (found["threshold"]["value"], found["threshold"]["validated"]) == (2.5, False)
        assert found["provenance"]["wave"] == "baseline"

    async def test_others_see_a_case_of_five(self, town: Town) -> None:
        own = something(await town.standing(town.member(0), 0))
        for client in (
            town.caller(Role.ANALYST),
            town.caller(Role.ADMINISTRATOR),
            town.caller(Role.LEADER, person=uuid4()),
        ):
            assert something(await town.standing(client, 0)) == own
        nothing(await town.standing(town.member(3), 0))  # a professional of another team

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

    @pytest.mark.parametrize("role", [Role.CASE_SYSTEM, Role.DATA_STEWARD])
    async def test_is_for_persons_case_workers_and_researchers(self, town: Town, role: Role) -> None:
        refused(await town.standing(town.caller(role), 0), 403, "forbidden")

    async def test_who_has_a_case_on_the_list_sees_where_it_stands(self, town: Town) -> None:
        own = town.caller(Role.CASE_WORKER, units=[town.unit(0)])
        assert listed(await town.attention(own)) == [str(town.cases[0].case)]
        assert something(await town.standing(own, 0)) == something(
            await town.standing(town.caller(Role.ANALYST), 0)
        )
        nothing(await town.standing(own, 1))  # of three people
        nothing(await town.standing(town.caller(Role.CASE_WORKER, units=[uuid4()]), 0))


def listed(answer: httpx2.Response) -> list[str]:
    return [each["caseId"] for each in something(answer)["items"]]


class TestGetAttentionList:
    async def test_a_team_of_three_sees_its_own_low_case(self, town: Town) -> None:
        found = something(await town.attention(town.member(1)))
        (row,) = found["items"]
        assert row["caseId"] == str(town.cases[1].case)
        assert [each["code"] for each in row["reasons"]] == ["team-low"]
        assert (row["rawMean"]["raters"], row["fall"], row["citizen"]) == (3, None, None)
        assert (found["likeCases"]["cases"], found["threshold"]["validated"]) == (6, False)
        assert found["purpose"] == "better-collaboration"

    async def test_who_has_to_do_with_no_low_case_sees_none(self, town: Town) -> None:
        assert listed(await town.attention(town.member(5))) == []
        assert listed(await town.attention(town.caller(Role.LEADER, person=uuid4()))) == []
        assert listed(await town.attention(town.caller(Role.CASE_WORKER, units=[uuid4()]))) == []

    async def test_administrators_and_case_workers_see_low_cases_of_five_alone(self, town: Town) -> None:
        five = [str(town.cases[0].case)]
        assert listed(await town.attention(town.caller(Role.ADMINISTRATOR))) == five
        assert listed(await town.attention(town.caller(Role.CASE_WORKER, units=[town.unit(0)]))) == five
        assert listed(await town.attention(town.caller(Role.CASE_WORKER, units=[town.unit(1)]))) == []

    async def test_a_foreign_tenant_an_unknown_wave_and_an_unknown_level_answer_alike(
        self, town: Town, stack: Stack
    ) -> None:
        administrator = town.caller(Role.ADMINISTRATOR)
        nothing(await administrator.get("/v1/waves/nothing-yet/attention-list?level=ordinary"))
        nothing(await administrator.get("/v1/waves/baseline/attention-list"))
        foreign = stack.caller("analytics", uuid4(), Role.ADMINISTRATOR)
        nothing(await town.attention(foreign))

    async def test_whose_cases_were_shown_is_recorded_and_of_no_other(
        self, town: Town, databases: dict[str, TestDatabase]
    ) -> None:
        async def recorded(case: int) -> int:
            found = await audited(databases["analytics"], town.cases[case].case)
            return [each[:3] for each in found].count(("read", "attention-list", "case-attention"))

        before = [await recorded(0), await recorded(1)]
        answer = await town.attention(town.caller(Role.ADMINISTRATOR), "&threshold=2.4")
        assert len(listed(answer)) == 1
        assert [await recorded(0), await recorded(1)] == [before[0] + 1, before[1]]
        again = await town.caller(Role.ADMINISTRATOR).get(
            "/v1/waves/baseline/attention-list?level=ordinary&threshold=2.4",
            headers={"If-None-Match": answer.headers["etag"]},
        )
        assert (again.status_code, await recorded(0)) == (304, before[0] + 1)

    async def test_goes_on_by_a_link(self, town: Town) -> None:
        """Somebody with a part in two cases that are low against the highest limit."""
        people = [town.cases[number].members[0].person for number in (0, 1)]
        first = town.caller(Role.ADMINISTRATOR, person=people[1])
        page = await town.attention(first, "&threshold=3.5&pageSize=1")
        assert listed(page) == [str(town.cases[0].case)]
        cursor = something(page)["nextCursor"]
        assert f"cursor={cursor}" in page.headers["link"]
        last = await town.attention(first, f"&threshold=3.5&pageSize=1&cursor={cursor}")
        assert listed(last) == [str(town.cases[1].case)]
        assert "link" not in last.headers
        refused(await town.attention(first, f"&pageSize=1&cursor={cursor}"), 400, "invalid-cursor")

    @pytest.mark.parametrize(
        "query", ["&probability=0.2", "&probability=1", "&threshold=nan", "&level=A B"]
    )
    async def test_malformed_terms_are_refused(self, town: Town, query: str) -> None:
        refused(await town.attention(town.caller(Role.ADMINISTRATOR), query), 400, "malformed-request")

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.CASE_SYSTEM, Role.DATA_STEWARD])
    async def test_is_for_those_who_act_on_cases(self, town: Town, role: Role) -> None:
        refused(await town.attention(town.caller(role)), 403, "forbidden")

    async def test_is_told_in_the_language_asked_for(self, town: Town) -> None:
        path = "/v1/waves/baseline/attention-list?level=ordinary"
        texts = []
        for language in ("da", "en"):
            answer = await town.member(1).get(path, headers={"Accept-Language": language})
            assert answer.headers["content-language"] == language
            texts.append(something(answer)["items"][0]["reasons"][0]["text"])
        assert texts[0].startswith("Teamets")
        assert texts[1].startswith("The team's")
