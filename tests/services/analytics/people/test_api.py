"""People's own results over REST: each sees their own, and all else answers alike."""

from uuid import uuid4

import httpx2
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
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

SIX = (1, 2, 3, 4, 5, 3)


@pytest.fixture(scope="session")
async def discreet_six(stack: Stack, databases: dict[str, TestDatabase]) -> Answered:
    """Give six in a confidential round: five rate each of them."""
    return await answered(Municipality(stack, uuid4()), databases, 6, values=SIX, visibility="confidential")


async def own_scores(
    seen: Answered, client: CallerClient, number: int = 0, query: str = ""
) -> httpx2.Response:
    """Ask for a member's own scores."""
    return await client.get(f"/v1/professionals/{seen.members[number].id}/scores{query}")


async def profile(seen: Answered, *roles: Role) -> httpx2.Response:
    """Ask for the leadership profile."""
    client = seen.person(seen.leader.person, *roles)
    return await client.get("/v1/waves/baseline/leadership-profile")


class TestGetProfessionalScores:
    async def test_shows_how_i_experience_the_others_and_they_me(self, five: Answered) -> None:
        found = something(await own_scores(five, five.member(1), 1, "?wave=baseline"))
        (wave,) = found["waves"]
        assert (found["purpose"], wave["cases"], wave["given"]["overall"]["value"]) == (
            "better-collaboration",
            1,
            2.0,
        )
        # The others gave everybody 1, 3, 4 and 5.
        received = wave["received"]["teamOpen"]["overall"]
        assert (received["value"], received["raters"]) == (13 / 4, 4)
        assert wave["received"]["confidential"] is None
        assert len(wave["given"]["dimensions"]) == 6
        assert something(await own_scores(five, five.member(1), 1)) == found

    async def test_of_confidential_rounds_from_five_raters_on(
        self, discreet_six: Answered, discreet: Answered
    ) -> None:
        (wave,) = something(await own_scores(discreet_six, discreet_six.member()))["waves"]
        received = wave["received"]["confidential"]
        assert [(each["score"]["value"], each["score"]["raters"]) for each in received] == [(17 / 5, 5)] * 6
        assert wave["received"]["teamOpen"] is None
        (wave,) = something(await own_scores(discreet, discreet.member()))["waves"]
        assert wave["received"] == {"teamOpen": None, "confidential": None}

    async def test_anothers_foreign_and_unknown_are_alike(self, five: Answered, stack: Stack) -> None:
        abroad = stack.caller("analytics", uuid4(), Role.PROFESSIONAL, person=five.members[0].person)
        unknown = await five.member().get(f"/v1/professionals/{uuid4()}/scores")
        leader = await own_scores(five, five.person(five.leader.person, Role.LEADER))
        answers = [
            unknown,
            leader,
            await own_scores(five, five.member(1)),
            await own_scores(five, five.person(None)),
            await own_scores(five, abroad),
            await own_scores(five, five.member(), query="?wave=follow-up"),
        ]
        for answer in answers:
            nothing(answer)
        assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1

    async def test_who_asks_is_recorded_also_in_vain(
        self, five: Answered, databases: dict[str, TestDatabase]
    ) -> None:
        nothing(await own_scores(five, five.member(1), 3))
        something(await own_scores(five, five.member(3), 3))
        recorded = ("read", "professional-scores", "own-results", "tester")
        assert await audited(databases["analytics"], five.members[3].id) == [recorded] * 2

    async def test_is_for_people(self, five: Answered) -> None:
        for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.CASE_SYSTEM, Role.CASE_WORKER):
            client = five.person(five.members[0].person, role)
            refused(await own_scores(five, client), 403, "forbidden")

    async def test_is_not_fetched_again_while_it_is_the_same(self, five: Answered) -> None:
        first = await own_scores(five, five.member())
        path = f"/v1/professionals/{five.members[0].id}/scores"
        tag = {"If-None-Match": first.headers["etag"]}
        again = await five.member().get(path, headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        assert (await five.member(1).get(path, headers=tag)).status_code == 200


class TestGetLeaderScores:
    async def test_five_own_employees_are_enough_four_are_not(self, five: Answered, four: Answered) -> None:
        found = something(await five.leadership(five.person(five.leader.person, Role.LEADER)))
        assert (found["overall"]["value"], found["overall"]["raters"]) == (3.0, 5)
        assert found["overall"]["spread"]["value"] == pytest.approx(2.5**0.5)
        assert {each["code"] for each in found["subScales"]} == {"framing", "engagement", "involvement"}
        assert (found["comparison"], found["change"]) == (None, None)
        nothing(await four.leadership(four.person(four.leader.person, Role.LEADER)))

    async def test_are_the_leaders_alone(self, five: Answered, stack: Stack) -> None:
        nothing(await five.leadership(five.person(uuid4(), Role.LEADER)))
        nothing(await five.leadership(five.person(None, Role.LEADER)))
        nothing(await five.leadership(five.person(five.members[0].person, Role.LEADER)))
        abroad = stack.caller("analytics", uuid4(), Role.LEADER, person=five.leader.person)
        nothing(await five.leadership(abroad))
        for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.PROFESSIONAL, Role.CASE_SYSTEM):
            client = five.person(five.leader.person, role)
            refused(await five.leadership(client), 403, "forbidden")

    async def test_an_unknown_leader_is_like_another(self, five: Answered) -> None:
        leader = five.person(five.leader.person, Role.LEADER)
        nothing(await leader.get(f"/v1/leaders/{uuid4()}/scores?wave=baseline"))
        nothing(await leader.get(f"/v1/leaders/{five.members[0].id}/scores?wave=baseline"))

    async def test_reading_is_recorded(self, five: Answered, databases: dict[str, TestDatabase]) -> None:
        something(await five.leadership(five.person(five.leader.person, Role.LEADER)))
        found = await audited(databases["analytics"], five.leader.id)
        assert ("read", "leader-scores", "own-results", "tester") in found

    async def test_anothers_look_is_recorded_too(
        self, four: Answered, databases: dict[str, TestDatabase]
    ) -> None:
        nosy = four.municipality.caller("analytics", Role.LEADER, person=uuid4(), subject="nosy")
        nothing(await four.leadership(nosy))
        found = await audited(databases["analytics"], four.leader.id)
        assert "nosy" in {actor for *_, actor in found}

    async def test_an_employee_counts_once_over_all_cases(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        seen = await answered(municipality, databases, 4, values=SIX)
        again = await municipality.case(seen.members)
        opened = await municipality.open_round(again)
        await opened.answer_all(2)
        await opened.close()
        await followed(databases, opened, again)
        nothing(await seen.leadership(seen.person(seen.leader.person, Role.LEADER)))

    async def test_a_professional_without_a_leader_rates_none(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        leader = await municipality.employee(unit)
        led = [await municipality.employee(unit, leader.id) for _ in range(4)]
        doctor = await municipality.employee(unit)
        case_id = await municipality.case([*led, doctor])
        opened = await municipality.open_round(case_id)
        for value, member in enumerate([*led, doctor], start=1):
            await answer_everything(opened, member, value)
        await opened.close()
        await followed(databases, opened, case_id)
        seen = Answered(municipality, case_id, leader, [*led, doctor], opened)
        nothing(await seen.leadership(seen.person(leader.person, Role.LEADER)))
        assert something(await seen.scores(seen.person(None, Role.ANALYST)))["response"]["asked"] == 5

    async def test_asks_for_one_wave_and_knows_what_it_is_asked(self, five: Answered) -> None:
        leader = five.person(five.leader.person, Role.LEADER)
        path = f"/v1/leaders/{five.leader.id}/scores"
        assert refused(await leader.get(path), 400, "malformed-request") == [("#query/wave", "missing")]
        refused(await leader.get(f"{path}?wave=baseline&until=follow-up"), 400, "unknown-query-parameter")
        something(await leader.get(f"{path}?wave=baseline&since=nothing-yet"))


class TestGetLeadershipProfile:
    async def test_of_one_leader_there_is_none(self, five: Answered) -> None:
        for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.LEADER):
            nothing(await profile(five, role))

    async def test_is_shown_of_six_leaders(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        leaders = [await municipality.employee(unit) for _ in range(6)]
        members = [await municipality.employee(unit, leader.id) for leader in leaders]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        for value, member in zip(SIX, members, strict=True):
            await answer_everything(opened, member, value)
        await opened.close()
        await followed(databases, opened, case_id)
        seen = Answered(municipality, case_id, leaders[0], members, opened)
        found = something(await profile(seen, Role.LEADER))
        (framing, *_) = found["everywhere"]["subScales"]
        assert (framing["score"]["value"], framing["score"]["leaders"]) == (3.0, 6)
        assert [each["id"] for each in found["units"]] == [str(unit)]
        assert found["units"][0]["subScales"] == found["everywhere"]["subScales"]
        assert [(each["id"], each["label"]) for each in found["areas"]] == [
            (str(municipality.area), "Børn og Unge")
        ]
        nothing(await seen.leadership(seen.person(leaders[0].person, Role.LEADER)))

    async def test_is_not_for_professionals_or_systems(self, five: Answered) -> None:
        for role in (Role.PROFESSIONAL, Role.CASE_SYSTEM, Role.CASE_WORKER):
            refused(await profile(five, role), 403, "forbidden")
