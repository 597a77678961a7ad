"""Exports over REST: all of one's own, nothing of others', and nobody to see who may not ask."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.instruments.definition import load_catalogue
from services.survey.rounds.tables import invitation
from shared.access.principal import Role
from tests.services.survey.conftest import Team
from tests.services.survey.made_rounds import LEADERSHIP, OPENED, RoundMaker, cells, colleagues
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok, ratings, submit
from tests.support.records import audited
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient

PATH = "/v1/survey-data-exports"
NETWORK = "relational-capacity"
MIDWAY = ("midway-form", 1)


def steward(municipality: Municipality) -> CallerClient:
    return municipality.caller("survey", Role.DATA_STEWARD)


async def exported(client: CallerClient, person: UUID | None, kind: str = "employee", **more: Any) -> Any:
    return ok(await client.post(PATH, {"subjectType": kind, "subjectId": str(person), **more}))


async def answer_network(team: Team, person: UUID, value: int) -> None:
    client = await team.round.respondent(person)
    ok(await submit(client, await team.form(client, "network"), value))


class TestExportSurveyData:
    async def test_holds_ones_own_answers_in_words_and_values(
        self, team: Team, municipality: Municipality
    ) -> None:
        anne = await team.round.respondent(team.anne.person)
        form = await team.form(anne, "network")
        first, second = ratings(form, 4)
        first["answers"][0]["value"] = "dont-know"
        second = {"subjectId": second["subjectId"], "doesNotWorkWith": True}
        body = {"formId": form["id"], "ratings": [first, second]}
        ok(await anne.post("/v1/response", body, key=uuid4().hex))
        (taken,) = (await exported(steward(municipality), team.anne.person))["rounds"]
        assert (taken["roundId"], taken["label"]) == (str(team.round.id), f"P{team.anne.id.hex[:4]}")
        (given,) = [each for each in taken["forms"] if each["instrument"] == NETWORK]
        (version,) = given["versions"]
        rated, unknown = version["ratings"]
        assert [each["value"] for each in rated["answers"]] == [None, 4, 4, 4, 4, 4]
        assert rated["answers"][0]["words"] == "Ved ikke"
        assert rated["subject"] in rated["answers"][0]["statement"]
        assert {each["value"] for each in unknown["answers"]} == {None}
        assert given["submittedAt"]

    async def test_speaks_english_too(self, team: Team, municipality: Municipality) -> None:
        await answer_network(team, team.anne.person, 5)
        body = {"subjectType": "employee", "subjectId": str(team.anne.person)}
        answer = await steward(municipality).request(
            "POST", PATH, json=body, headers={"Accept-Language": "en"}
        )
        assert answer.headers["content-language"] == "en"
        (taken,) = ok(answer)["rounds"]
        words = {
            each["words"]
            for form in taken["forms"]
            for version in form["versions"]
            for each in version["ratings"][0]["answers"]
        }
        assert words == {"Strongly agree"}

    async def test_holds_a_citizens_answers(self, team: Team, municipality: Municipality) -> None:
        client = await team.round.respondent()
        form = await team.form(client, "citizen")
        ok(await submit(client, form, 2))
        (invited,) = [each for each in await team.round.invitations() if each["kind"] == "citizen"]
        found = await exported(steward(municipality), UUID(invited["respondentId"]), "citizen")
        ((given,),) = [taken["forms"] for taken in found["rounds"]]
        assert {each["value"] for each in given["versions"][0]["ratings"][0]["answers"]} == {2}
        assert found["rounds"][0]["received"] == []

    async def test_never_tells_how_others_rated_nor_how_many_of_a_few(
        self, team: Team, municipality: Municipality
    ) -> None:
        await answer_network(team, team.bo.person, 1)
        found = await exported(steward(municipality), team.anne.person)
        assert found["rounds"][0]["received"] == [{"instrument": NETWORK, "raters": None}]
        assert [form["versions"] for form in found["rounds"][0]["forms"]] == [[], []]
        assert str(team.bo.person) not in str(found)

    async def test_tells_how_many_rated_when_they_are_enough(self, municipality: Municipality) -> None:
        unit = await municipality.unit()
        leader = await municipality.employee(unit)
        members = [await municipality.employee(unit, leader.id) for _ in range(5)]
        opened = await municipality.open_round(await municipality.case([leader, *members], citizens=0))
        await opened.answer_all(3)
        (taken,) = (await exported(steward(municipality), leader.person))["rounds"]
        assert {each["raters"] for each in taken["received"]} == {None}  # a rising count tells who and when
        await opened.close()
        (taken,) = (await exported(steward(municipality), leader.person))["rounds"]
        assert taken["received"] == [
            {"instrument": "coherent-leadership", "raters": 5},
            {"instrument": NETWORK, "raters": 5},
        ]

    async def test_is_recorded_and_holds_no_token(
        self, team: Team, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        found = await exported(steward(municipality), team.anne.person, purpose="Indsigt")
        assert await audited(databases["survey"], team.anne.person) == [
            ("export", "employee", "Indsigt", "tester")
        ]
        assert await team.round.token(found["rounds"][0]["invitationId"]) not in str(found)

    async def test_goes_on_after_a_round(self, team: Team, municipality: Municipality) -> None:
        found = await exported(steward(municipality), team.anne.person, afterRoundId=str(UUID(int=0)))
        assert [each["roundId"] for each in found["rounds"]] == [str(team.round.id)]
        last = await exported(steward(municipality), team.anne.person, afterRoundId=str(team.round.id))
        assert (last["rounds"], last["nextAfterRoundId"]) == ([], None)


class TestWhatARoundMayHold:
    """Rounds as they may stand in the tables, whoever wrote them."""

    async def test_corrections_and_texts_and_who_answered(
        self, maker: RoundMaker, municipality: Municipality
    ) -> None:
        made = await maker.round(colleagues(2), instruments=[MIDWAY], group_id=uuid4())
        (one, _) = made.forms[MIDWAY[0]]
        question = load_catalogue()[MIDWAY].texts[0]
        items = len(load_catalogue()[MIDWAY].items)
        for number, body in enumerate(("Vi ringer.", "Vi mødes."), start=1):
            text = {
                "question": question.id,
                "subject_id": UUID(int=0),
                "body": body,
                "may_quote": number > 1,
            }
            await maker.answer(one, cells(1, items, number), number, [text], language="en")
        (taken,) = (await exported(steward(municipality), made.seats[0].person_id))["rounds"]
        assert (taken["caseId"], taken["groupId"] is None) == (None, False)
        (given,) = taken["forms"]
        assert {(each["answeredBy"], each["answeredIn"]) for each in given["versions"]} == {("self", "en")}
        assert given["correctedAt"] == given["versions"][0]["answeredAt"] != given["submittedAt"]
        assert [
            (version["number"], version["texts"][0]["body"], version["texts"][0]["mayQuote"])
            for version in given["versions"]
        ] == [(2, "Vi mødes.", True), (1, "Vi ringer.", False)]
        assert given["versions"][0]["texts"][0]["question"] == question.wording.da
        values = [version["ratings"][0]["answers"][0]["value"] for version in given["versions"]]
        assert values == [2, 1]

    async def test_answers_from_before_others_joined(
        self, maker: RoundMaker, municipality: Municipality
    ) -> None:
        made = await maker.round(colleagues(3))
        await maker.answer(made.forms[NETWORK][0], cells(2, 6, 4, own=0))
        (taken,) = (await exported(steward(municipality), made.seats[0].person_id))["rounds"]
        ((version,),) = [form["versions"] for form in taken["forms"]]
        assert [each["subjectId"] for each in version["ratings"]] == [str(made.seats[1].id)]

    async def test_how_one_was_invited(self, maker: RoundMaker, municipality: Municipality) -> None:
        made = await maker.round(colleagues(2))
        reached = {"channel": "e-mail", "contact": "anne@hedensted.example", "declined_at": OPENED}
        await maker.change(invitation, made.invitations[0], **reached)
        (taken,) = (await exported(steward(municipality), made.seats[0].person_id))["rounds"]
        assert taken["invitation"]["contact"] == "anne@hedensted.example"
        assert (taken["invitation"]["channel"], taken["invitation"]["openedAt"]) == ("e-mail", None)
        assert taken["invitation"]["declinedAt"] == "2026-03-02T08:30:00Z"

    async def test_a_leader_who_takes_no_part_is_counted_for_by_person(
        self, maker: RoundMaker, municipality: Municipality
    ) -> None:
        leader = uuid4()
        made = await maker.round(colleagues(6, leader), instruments=[LEADERSHIP], state="closed")
        for one in made.forms[LEADERSHIP[0]][:5]:
            await maker.answer(one, cells(1, 7, 3))
        await maker.answer(made.forms[LEADERSHIP[0]][0], cells(1, 7, 4), 2)
        (taken,) = (await exported(steward(municipality), leader))["rounds"]
        assert taken["received"] == [{"instrument": LEADERSHIP[0], "raters": 5}]
        assert (taken["invitation"], taken["forms"]) == (None, [])

    async def test_who_took_every_rating_back_is_no_rater(
        self, maker: RoundMaker, municipality: Municipality
    ) -> None:
        leader = uuid4()
        made = await maker.round(colleagues(5, leader), instruments=[LEADERSHIP], state="closed")
        for one in made.forms[LEADERSHIP[0]]:
            await maker.answer(one, cells(1, 7, 3))
        await maker.answer(made.forms[LEADERSHIP[0]][0], cells(1, 7, 0), 2)
        (taken,) = (await exported(steward(municipality), leader))["rounds"]
        assert taken["received"] == [{"instrument": LEADERSHIP[0], "raters": None}]


class TestWhoMayAsk:
    async def test_employees_about_themselves(self, team: Team, municipality: Municipality) -> None:
        own = municipality.caller("survey", Role.PROFESSIONAL, person=team.anne.person)
        assert len((await exported(own, team.anne.person))["rounds"]) == 1

    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.LEADER, Role.CASE_WORKER])
    async def test_about_others_it_is_as_if_there_were_nobody(
        self, team: Team, municipality: Municipality, role: Role
    ) -> None:
        body = {"subjectType": "employee", "subjectId": str(team.anne.person)}
        nobody = {**body, "subjectId": str(uuid4())}
        other = municipality.caller("survey", role, person=team.bo.person)
        unknown = await steward(municipality).post(PATH, nobody)
        refused(unknown, 404, "not-found")
        assert without_trace(await other.post(PATH, body)) == without_trace(unknown)
        assert without_trace(await other.post(PATH, nobody)) == without_trace(unknown)

    async def test_not_as_a_citizen_either(self, team: Team, municipality: Municipality) -> None:
        own = municipality.caller("survey", Role.PROFESSIONAL, person=team.anne.person)
        body = {"subjectType": "citizen", "subjectId": str(team.anne.person)}
        refused(await own.post(PATH, body), 404, "not-found")

    async def test_another_tenants_steward_finds_nobody(
        self, team: Team, municipality: Municipality
    ) -> None:
        stranger = municipality.stack.caller("survey", uuid4(), Role.DATA_STEWARD)
        body = {"subjectType": "employee", "subjectId": str(team.anne.person)}
        refused(await stranger.post(PATH, body), 404, "not-found")

    async def test_a_case_system_may_not(self, survey: CallerClient) -> None:
        body = {"subjectType": "employee", "subjectId": str(uuid4())}
        refused(await survey.post(PATH, body), 403, "forbidden")
