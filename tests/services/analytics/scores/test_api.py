"""Scores over REST: each caller sees what is theirs to see, and all else answers alike."""

from uuid import uuid4

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
from tests.support.municipality import Municipality, ok, ratings
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack


async def with_citizen(
    municipality: Municipality, databases: dict[str, TestDatabase], share: bool
) -> Answered:
    """Let two colleagues answer, and a citizen who shares the answer or does not."""
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(2)]
    case_id = await municipality.case(members)
    opened = await municipality.open_round(case_id)
    citizen = await opened.respondent()
    (form,) = ok(await citizen.get("/v1/response"))["forms"]
    body = {"formId": form["id"], "ratings": ratings(form, 2), "shareWithTeam": share}
    ok(await citizen.post("/v1/response", body, key=uuid4().hex))
    await opened.close()
    await followed(databases, opened, case_id)
    return Answered(municipality, case_id, members[0], members, opened)


class TestGetMatrix:
    async def test_shows_the_team_who_experiences_whom_how(self, five: Answered) -> None:
        matrix = something(await five.matrix(five.member()))
        order = [each["id"] for each in matrix["participants"]]
        assert order == sorted(str(each.id) for each in five.members)
        given = {str(member.id): value for value, member in enumerate(five.members, start=1)}
        for row, rater in enumerate(order):
            values = [cell["value"] for cell in matrix["cells"][row]]
            assert values == [None if place == row else given[rater] for place in range(5)]
            assert matrix["participants"][row]["given"]["value"] == given[rater]
            others = [value for other, value in given.items() if other != rater]
            assert matrix["participants"][row]["received"]["value"] == sum(others) / 4
        assert (matrix["purpose"], matrix["visibility"]) == ("better-collaboration", "team-open")

    async def test_each_of_the_team_sees_it_and_reading_is_recorded(
        self, five: Answered, databases: dict[str, TestDatabase]
    ) -> None:
        reader = five.municipality.caller(
            "analytics", Role.PROFESSIONAL, person=five.members[3].person, subject="login-3"
        )
        something(await five.matrix(reader))
        assert ("read", "matrix", "case-team", "login-3") in await audited(
            databases["analytics"], five.case
        )

    async def test_everybody_else_sees_nothing(self, five: Answered) -> None:
        for client in (
            five.person(uuid4()),
            five.person(None),
            five.person(five.leader.person, Role.LEADER),
        ):
            nothing(await five.matrix(client))

    async def test_hidden_foreign_and_unknown_cases_are_alike(self, five: Answered, stack: Stack) -> None:
        outsider, neighbour = five.person(uuid4()), uuid4()
        abroad = stack.caller("analytics", neighbour, Role.PROFESSIONAL, person=five.members[0].person)
        unknown = await outsider.get(f"/v1/cases/{uuid4()}/matrix?wave=baseline")
        hidden = await five.matrix(outsider)
        foreign = await five.matrix(abroad)
        other_wave = await five.member().get(f"/v1/cases/{five.case}/matrix?wave=follow-up")
        for answer in (unknown, hidden, foreign, other_wave):
            nothing(answer)
        tags = {answer.headers["etag"] for answer in (unknown, hidden, foreign, other_wave)}
        assert len(tags) == 1
        lengths = {tuple(sorted(answer.headers)) for answer in (unknown, hidden, foreign, other_wave)}
        assert len(lengths) == 1

    async def test_a_confidential_round_has_none(self, discreet: Answered) -> None:
        nothing(await discreet.matrix(discreet.member()))

    async def test_an_open_round_has_none_yet(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(2)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        await opened.answer_all()
        await followed(databases, opened, case_id)
        looking = Answered(municipality, case_id, members[0], members, opened)
        nothing(await looking.matrix(looking.member()))
        nothing(await looking.scores(looking.member()))
        await opened.close()
        await followed(databases, opened, case_id)
        something(await looking.matrix(looking.member()))

    async def test_a_case_lead_sees_it_without_being_asked(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        seen = await answered(municipality, databases, 2)
        lead, passer_by = [await municipality.employee() for _ in range(2)]
        body = {
            "caseId": str(seen.case),
            "sourceVersion": 1,
            "respondentLabel": "Forløb 27",
            "involvements": [],
            "participants": [
                {"professionalId": str(lead.id), "role": "facilitator"},
                {"professionalId": str(passer_by.id)},
            ],
        }
        nothing(await seen.matrix(seen.person(lead.person, Role.LEADER)))
        ok(await cases.put("/v1/registrations/team/1", body))
        await followed(databases, seen.round, seen.case)
        something(await seen.matrix(seen.person(lead.person, Role.LEADER)))
        nothing(await seen.matrix(seen.person(passer_by.person)))

    async def test_analysts_and_case_systems_do_not_ask(self, five: Answered) -> None:
        for role in (Role.ANALYST, Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR):
            refused(await five.matrix(five.person(None, role)), 403, "forbidden")

    async def test_asks_for_a_wave(self, five: Answered) -> None:
        answer = await five.member().get(f"/v1/cases/{five.case}/matrix")
        assert refused(answer, 400, "malformed-request") == [("#query/wave", "missing")]

    async def test_is_not_fetched_again_while_it_is_the_same(self, five: Answered) -> None:
        first = await five.matrix(five.member())
        path = f"/v1/cases/{five.case}/matrix?wave=baseline"
        again = await five.member(1).get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        other = await five.member().get(path, headers={"If-None-Match": 'W/"0"'})
        assert (other.status_code, other.content) == (200, first.content)


class TestGetCaseScores:
    async def test_the_team_sees_them_exactly(self, four: Answered) -> None:
        scores = something(await four.scores(four.member()))
        assert {name: each["value"] for name, each in scores["caseScore"].items()} == {
            "meanOfDyads": 4.0,
            "meanOfGiven": 4.0,
            "pooledCells": 4.0,
        }
        assert len(scores["dimensions"]) == 6
        assert {each["code"] for each in scores["subScales"]} == {"orientation", "behaviour"}
        assert (scores["response"]["asked"], scores["response"]["responded"]) == (4, 4)

    async def test_others_see_them_from_five_raters(self, five: Answered, four: Answered) -> None:
        for seen in (five, four):
            nothing(await seen.scores(seen.person(uuid4())))  # a professional of another team
            for client in (
                seen.person(seen.leader.person, Role.LEADER),
                seen.person(None, Role.ANALYST),
            ):
                answer = await seen.scores(client)
                if seen is four:
                    nothing(answer)
                else:
                    assert something(answer)["caseScore"]["meanOfDyads"]["value"] == 3.0

    async def test_a_confidential_rounds_team_sees_what_others_do(
        self, discreet: Answered, discreet_four: Answered
    ) -> None:
        something(await discreet.scores(discreet.member()))
        nothing(await discreet_four.scores(discreet_four.member()))

    async def test_hidden_foreign_and_unknown_cases_are_alike(self, four: Answered, stack: Stack) -> None:
        abroad = stack.caller("analytics", uuid4(), Role.ANALYST)
        analyst = four.person(None, Role.ANALYST)
        nothing(await four.scores(abroad))
        nothing(await four.scores(analyst))
        nothing(await analyst.get(f"/v1/cases/{uuid4()}/scores?wave=baseline"))

    async def test_dimensions_are_hidden_from_others_if_few_answered_one(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(5)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        for number, member in enumerate(members):
            client = await opened.respondent(member.person)
            (form,) = ok(await client.get("/v1/response"))["forms"]
            body = {"formId": form["id"], "ratings": ratings(form, 4)}
            if number:
                for rating in body["ratings"]:
                    rating["answers"][0]["value"] = "dont-know"
            ok(await client.post("/v1/response", body, key=uuid4().hex))
        await opened.close()
        await followed(databases, opened, case_id)
        seen = Answered(municipality, case_id, members[0], members, opened)
        team = something(await seen.scores(seen.member()))["dimensions"]
        others = something(await seen.scores(seen.person(None, Role.ANALYST)))["dimensions"]
        assert team[0]["score"]["raters"] == 1
        assert others == []  # the one hidden could be worked out from the others and the total
        together = something(await seen.person(None, Role.ANALYST).get("/v1/waves/baseline/overview"))
        assert [each["code"] for each in together["dimensions"]] == [each["code"] for each in others]

    async def test_the_citizens_answer_is_for_the_team_if_shared(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        seen = await with_citizen(municipality, databases, share=True)
        assert something(await seen.scores(seen.member()))["citizen"]["value"] == 2.0

    async def test_and_for_nobody_if_not(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        seen = await with_citizen(municipality, databases, share=False)
        assert something(await seen.scores(seen.member()))["citizen"] is None

    async def test_a_shared_answer_is_not_for_analysts(
        self, stack: Stack, databases: dict[str, TestDatabase]
    ) -> None:
        municipality = Municipality(stack, uuid4())
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(5)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        citizen = await opened.respondent()
        (form,) = ok(await citizen.get("/v1/response"))["forms"]
        body = {"formId": form["id"], "ratings": ratings(form, 2), "shareWithTeam": True}
        ok(await citizen.post("/v1/response", body, key=uuid4().hex))
        for member in members:
            await answer_everything(opened, member, 3)
        await opened.close()
        await followed(databases, opened, case_id)
        seen = Answered(municipality, case_id, members[0], members, opened)
        assert something(await seen.scores(seen.member()))["citizen"]["value"] == 2.0
        assert something(await seen.scores(seen.person(None, Role.ANALYST)))["citizen"] is None

    async def test_says_which_data_and_instruments(self, five: Answered) -> None:
        provenance = something(await five.scores(five.member()))["provenance"]
        assert provenance["instruments"] == [
            "citizen-experienced-quality/1",
            "coherent-leadership/1",
            "relational-capacity/1",
        ]
        assert (provenance["wave"], provenance["methodVersion"]) == ("baseline", "1")
        assert len(provenance["dataVersion"]) == 24

    async def test_is_not_fetched_again_while_it_is_the_same(self, five: Answered) -> None:
        first = await five.scores(five.member())
        path = f"/v1/cases/{five.case}/scores?wave=baseline"
        again = await five.member().get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


class TestGetLiveScores:
    async def test_follow_the_answers_for_technical_clients(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(2)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        live = municipality.caller("analytics", scopes=frozenset({"scores:live"}))
        path = f"/v1/rounds/{opened.id}/live-scores"
        await followed(databases, opened, case_id)
        before = ok(await live.get(path))
        assert (before["submitted"], before["asked"]) == (0, 3)
        assert (before["caseScore"]["value"], before["caseScore"]["reason"]) == (None, "no-data")
        await opened.answer_all(2)
        await followed(databases, opened, case_id)
        after = ok(await live.get(path))
        assert (after["submitted"], after["caseScore"]["value"]) == (3, 2.0)
        assert after["provenance"]["dataVersion"] != before["provenance"]["dataVersion"]
        assert ("read", "live-scores", "live", "tester") in await audited(databases["analytics"], opened.id)

    async def test_end_when_the_round_has_closed(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        """From then on there are the scores, for whom they are; the same client asks in vain."""
        members = [await municipality.employee() for _ in range(2)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id)
        await opened.answer_all(3)
        await followed(databases, opened, case_id)
        live = municipality.caller("analytics", scopes=frozenset({"scores:live"}))
        path = f"/v1/rounds/{opened.id}/live-scores"
        assert ok(await live.get(path))["caseScore"]["value"] == 3.0  # the control
        await opened.close()
        await followed(databases, opened, case_id)
        refused(await live.get(path), 404, "not-found")

    async def test_a_confidential_round_has_none(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        members = [await municipality.employee() for _ in range(2)]
        case_id = await municipality.case(members)
        opened = await municipality.open_round(case_id, visibility="confidential")
        await followed(databases, opened, case_id)
        live = municipality.caller("analytics", scopes=frozenset({"scores:live"}))
        refused(await live.get(f"/v1/rounds/{opened.id}/live-scores"), 404, "not-found")

    async def test_need_the_scope_and_the_role(self, five: Answered) -> None:
        path = f"/v1/rounds/{five.round.id}/live-scores"
        for roles, scopes in (
            ((Role.CASE_SYSTEM,), frozenset[str]()),
            ((Role.CASE_SYSTEM,), frozenset({"scores:other"})),
            ((Role.PROFESSIONAL,), frozenset({"scores:live"})),
            ((Role.ANALYST,), frozenset({"scores:live"})),
        ):
            caller = five.municipality.caller("analytics", *roles, scopes=scopes)
            refused(await caller.get(path), 403, "forbidden")

    async def test_another_tenants_round_is_not_found(self, five: Answered, stack: Stack) -> None:
        scopes = frozenset({"scores:live"})
        abroad = stack.caller("analytics", uuid4(), Role.CASE_SYSTEM, scopes=scopes)
        refused(await abroad.get(f"/v1/rounds/{five.round.id}/live-scores"), 404, "not-found")
        own = five.municipality.caller("analytics", scopes=scopes)
        refused(await own.get(f"/v1/rounds/{uuid4()}/live-scores"), 404, "not-found")
