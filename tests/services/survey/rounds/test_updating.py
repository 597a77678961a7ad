"""An open round follows its case: who joined is asked, who left is not, answers given stay."""

import asyncio
from base64 import b64decode
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.conftest import Team
from tests.services.survey.rounds.scenes import network_form, objects, participants, reachable
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, ok, submit
from tests.support.records import audited, feed_events, feed_state, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

RK = "relational-capacity"


async def update(survey: CallerClient, team: Team, key: str | None = None) -> dict[str, Any]:
    path = f"/v1/rounds/{team.round.id}/roster-updates"
    found: dict[str, Any] = ok(await survey.post(path, {"purpose": "Ny kollega"}, key=key or uuid4().hex))
    return found


async def subjects(team: Team, who: Employee) -> set[UUID]:
    form = await network_form(team.round, who)
    return {UUID(each["id"]) for each in form["subjects"]}


@pytest.fixture
async def newcomer(team: Team, municipality: Municipality) -> Employee:
    return await municipality.employee(team.anne.unit, team.leader.id)


def measurement(team: Team, instrument: str) -> UUID:
    (found,) = [each for each in team.round.view["measurements"] if each["instrument"] == instrument]
    return UUID(found["id"])


class TestUpdateRoster:
    async def test_who_joins_is_asked_and_asked_about_by_those_who_have_not_answered(
        self,
        team: Team,
        newcomer: Employee,
        municipality: Municipality,
        cases: CallerClient,
        survey: CallerClient,
    ) -> None:
        anne = await team.round.respondent(team.anne.person)
        ok(await submit(anne, await team.form(anne, "network"), 3))
        await participants(cases, team.round.case, [team.anne, team.bo, team.doctor, newcomer])
        told = await update(survey, team)
        invited = {each["respondentId"]: each for each in await team.round.invitations()}
        new = invited[str(newcomer.person)]
        assert (told["joined"], new["forms"], new["state"]) == ([new["id"]], 2, "invited")
        assert await subjects(team, team.bo) == {team.anne.id, team.doctor.id, newcomer.id}
        assert await subjects(team, newcomer) == {team.anne.id, team.bo.id, team.doctor.id}
        state = await feed_state(municipality.stack, "survey", municipality.tenant, measurement(team, RK))
        places = [UUID(seat["id"]) for seat in state["subjects"]]
        assert places[-1] == newcomer.id == UUID(state["respondents"][-1]["id"])
        width = len(places)
        mine = places.index(team.anne.id)
        asked = b64decode(state["asked"])
        assert asked[mine * width + width - 1] == 0
        cells = b64decode(state["cells"])
        items = len(state["items"])
        assert cells[(mine * width + width - 1) * items : (mine + 1) * width * items] == bytes(items)
        assert state["submitted"] == [place == mine for place in range(width)]

    async def test_who_left_is_not_asked_about_and_the_answers_stay(
        self, team: Team, municipality: Municipality, cases: CallerClient, survey: CallerClient
    ) -> None:
        for who in (team.anne, team.doctor):
            client = await team.round.respondent(who.person)
            ok(await submit(client, await team.form(client, "network"), 5))
        before = await feed_state(municipality.stack, "survey", municipality.tenant, measurement(team, RK))
        await participants(cases, team.round.case, [team.anne, team.bo])
        told = await update(survey, team)
        states = {each["respondentId"]: each for each in await team.round.invitations()}
        left = states[str(team.doctor.person)]
        # The citizen is no longer in the case either.
        assert left["id"] in told["left"]
        assert (left["state"], left["leftAt"] is not None) == ("submitted", True)
        assert len(told["left"]) == 2
        assert await subjects(team, team.bo) == {team.anne.id}
        after = await feed_state(municipality.stack, "survey", municipality.tenant, measurement(team, RK))
        assert (after["cells"], after["submitted"]) == (before["cells"], before["submitted"])
        view = ok(await survey.get(f"/v1/rounds/{team.round.id}"))
        gone = [each for each in view["notAsked"] if each["instrument"] is None]
        assert {"instrument": None, "respondentId": str(team.doctor.id), "reason": "left"} in gone

    async def test_who_left_without_answering_may_come_back(
        self, team: Team, cases: CallerClient, survey: CallerClient
    ) -> None:
        everybody = [team.anne, team.bo, team.doctor]
        first = ok(await survey.get(f"/v1/rounds/{team.round.id}"))
        await participants(cases, team.round.case, [team.anne, team.bo])
        await update(survey, team)
        states = {each["respondentId"]: each["state"] for each in await team.round.invitations()}
        assert states[str(team.doctor.person)] == "left"
        await participants(cases, team.round.case, everybody)
        told = await update(survey, team)
        assert await subjects(team, team.doctor) == {team.anne.id, team.bo.id}
        view = ok(await survey.get(f"/v1/rounds/{team.round.id}"))
        assert [each["judgements"] for each in view["measurements"] if each["form"] == "network"] == [
            each["judgements"] for each in first["measurements"] if each["form"] == "network"
        ]
        assert told["joined"] == []

    async def test_who_objects_later_is_not_asked_about(
        self, team: Team, municipality: Municipality, survey: CallerClient
    ) -> None:
        await objects(municipality, team.doctor)
        await update(survey, team)
        assert await subjects(team, team.bo) == {team.anne.id}
        view = ok(await survey.get(f"/v1/rounds/{team.round.id}"))
        objected = {"instrument": None, "respondentId": str(team.doctor.id), "reason": "objected"}
        assert objected in view["notAsked"]

    async def test_only_who_joins_gets_an_invitation_then(
        self, municipality: Municipality, cases: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        members = [await municipality.employee() for _ in range(3)]
        for each in members:
            await reachable(municipality, each)
        case_id = await municipality.case(members[:2], citizens=0)
        opened = await municipality.open_round(case_id, reminders={"afterDays": [3, 7]})
        await participants(cases, case_id, members)
        path = f"/v1/rounds/{opened.id}/roster-updates"
        told = ok(await opened.staff.post(path, {"purpose": "Ny kollega"}, key=uuid4().hex))
        counted = (
            "SELECT message.invitation_id AS id, joined_at IS NOT NULL AS joined, count(*) AS planned "
            "FROM message JOIN invitation ON invitation.id = message.invitation_id "
            "WHERE round_id = $1 AND channel = 'e-mail' GROUP BY 1, 2"
        )
        found = await rows(databases["survey"], counted, opened.id)
        assert {(each["joined"], each["planned"]) for each in found} == {(False, 3), (True, 3)}
        assert [str(each["id"]) for each in found if each["joined"]] == told["joined"]

    async def test_a_citizen_registered_later_is_asked_then(
        self, municipality: Municipality, cases: CallerClient, survey: CallerClient
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(2)]
        case_id = await municipality.case(members, citizens=0)
        opened = await municipality.open_round(case_id)
        path = f"/v1/rounds/{opened.id}"
        before = ok(await survey.get(path))
        citizens = {
            "instrument": "citizen-experienced-quality",
            "respondentId": None,
            "reason": "no-citizen",
        }
        assert citizens in before["notAsked"]
        citizen = uuid4()
        await participants(cases, case_id, members, [citizen])
        told = ok(await survey.post(f"{path}/roster-updates", {"purpose": "Ny borger"}, key=uuid4().hex))
        after = ok(await survey.get(path))
        assert citizens not in after["notAsked"]
        asked = {each["instrument"] for each in after["measurements"]}
        assert asked - {each["instrument"] for each in before["measurements"]} == {
            "citizen-experienced-quality"
        }
        invited = {each["respondentId"]: each for each in await opened.invitations()}
        assert told["joined"] == [invited[str(citizen)]["id"]]
        client = await opened.respondent()
        (form,) = ok(await client.get("/v1/response"))["forms"]
        assert form["form"] == "citizen"
        ok(await submit(client, form, 4))
        # Asked again, nothing more happens; and of the leaders nobody has, nobody is asked.
        ok(await survey.post(f"{path}/roster-updates", {"purpose": "Igen"}, key=uuid4().hex))
        again = ok(await survey.get(path))
        assert again["version"] == after["version"]
        assert {each["reason"] for each in again["notAsked"]} == {"no-leader"}

    async def test_with_nobody_new_nothing_happens(
        self, team: Team, municipality: Municipality, survey: CallerClient
    ) -> None:
        events = len(await feed_events(municipality.stack, "survey", municipality.tenant))
        told = await update(survey, team)
        assert (told["version"], told["rosterRevision"]) == (1, 1)
        assert (told["joined"], told["left"], told["changedLeader"]) == ([], [], [])
        assert len(await feed_events(municipality.stack, "survey", municipality.tenant)) == events

    async def test_drafts_lose_whom_they_are_no_longer_asked_about(
        self, team: Team, cases: CallerClient, survey: CallerClient
    ) -> None:
        bo = await team.round.respondent(team.bo.person)
        form = await team.form(bo, "network")
        ratings = [
            {"subjectId": str(who.id), "answers": [{"itemId": "innovation", "value": 2}]}
            for who in (team.anne, team.doctor)
        ]
        draft = {"formId": form["id"], "revision": 0, "ratings": ratings}
        ok(await bo.put("/v1/response/draft", draft))
        await participants(cases, team.round.case, [team.anne, team.bo])
        await update(survey, team)
        kept = (await network_form(team.round, team.bo))["draft"]
        assert [each["subjectId"] for each in kept["ratings"]] == [str(team.anne.id)]
        assert kept["revision"] == 2

    async def test_another_leader_is_told_and_the_one_at_opening_is_asked_about(
        self, team: Team, municipality: Municipality, cases: CallerClient, survey: CallerClient
    ) -> None:
        other = await municipality.employee(team.anne.unit)
        body = {
            "personId": str(team.anne.person),
            "unitId": str(team.anne.unit),
            "professionalGroup": "Socialrådgiver",
            "leaderId": str(other.id),
            "validFrom": "2026-01-01T00:00:00Z",
        }
        ok(await cases.put(f"/v1/professionals/{team.anne.id}", body, If_Match="*"))
        told = await update(survey, team)
        assert [UUID(each["respondentId"]) for each in told["changedLeader"]] == [team.anne.id]
        forms = ok(await (await team.round.respondent(team.anne.person)).get("/v1/response"))["forms"]
        (form,) = [each for each in forms if each["form"] == "own-leader"]
        assert [each["id"] for each in form["subjects"]] == [str(team.leader.id)]

    async def test_sent_again_it_answers_the_same(
        self,
        team: Team,
        newcomer: Employee,
        cases: CallerClient,
        survey: CallerClient,
        databases: dict[str, TestDatabase],
    ) -> None:
        everybody = [team.anne, team.bo, team.doctor, newcomer]
        await participants(cases, team.round.case, everybody)
        key = uuid4().hex
        first = await update(survey, team, key)
        await team.round.close()
        again = await update(survey, team, key)
        assert {**again, "version": 0} == {**first, "version": 0}
        actions = [each[0] for each in await audited(databases["survey"], team.round.id)]
        assert actions == ["open", "update-roster", "close"]
        path = f"/v1/rounds/{team.round.id}/roster-updates"
        refused(await survey.post(path, {"purpose": "Igen"}, key=uuid4().hex), 409, "round-not-open")

    async def test_a_round_from_before_groups_follows_too(
        self,
        team: Team,
        newcomer: Employee,
        cases: CallerClient,
        survey: CallerClient,
        databases: dict[str, TestDatabase],
    ) -> None:
        strip = (
            "UPDATE survey_round SET request = request - 'legal_basis' - 'network_subjects' WHERE id = $1"
        )
        await rows(databases["survey"], strip, team.round.id)
        await participants(cases, team.round.case, [team.anne, team.bo, team.doctor, newcomer])
        assert len((await update(survey, team))["joined"]) == 1
        assert ok(await survey.get(f"/v1/rounds/{team.round.id}"))["legalBasis"] is None

    async def test_answers_at_the_same_time_are_whole(
        self,
        team: Team,
        newcomer: Employee,
        municipality: Municipality,
        cases: CallerClient,
        survey: CallerClient,
    ) -> None:
        clients = [await team.round.respondent(who.person) for who in (team.anne, team.bo, team.doctor)]
        forms = [await team.form(client, "network") for client in clients]
        await participants(cases, team.round.case, [team.anne, team.bo, team.doctor, newcomer])
        following = asyncio.create_task(update(survey, team))
        answers = await asyncio.gather(
            *(submit(client, form, 4) for client, form in zip(clients, forms, strict=True))
        )
        await following
        assert {each.status_code for each in answers} == {201}
        state = await feed_state(municipality.stack, "survey", municipality.tenant, measurement(team, RK))
        cells, items, width = b64decode(state["cells"]), len(state["items"]), len(state["subjects"])
        for place in range(3):
            row = cells[place * width * items : (place + 1) * width * items]
            expected = [4] * (3 * items)
            expected[place * items : (place + 1) * items] = [0] * items
            assert list(row) == expected + [0] * items

    async def test_is_for_those_who_may_see_the_round(
        self, team: Team, municipality: Municipality, stack: Stack, survey: CallerClient
    ) -> None:
        path, body = f"/v1/rounds/{team.round.id}/roster-updates", {"purpose": "Ny"}
        neighbour = stack.caller("survey", uuid4(), Role.CASE_SYSTEM)
        other_system = municipality.caller("survey", scopes=frozenset({"system:police"}))
        for caller in (neighbour, other_system):
            refused(await caller.post(path, body, key=uuid4().hex), 404, "not-found")
        professional = municipality.caller("survey", Role.PROFESSIONAL, person=team.anne.person)
        refused(await professional.post(path, body, key=uuid4().hex), 403, "forbidden")
        refused(await survey.post(path, body), 400, "idempotency-key-required")
