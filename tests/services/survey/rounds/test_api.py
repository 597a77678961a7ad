"""Rounds over REST: opened once for a case and wave, closed once, and their links."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.conftest import Team
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok, round_body
from tests.support.records import audited, feed_events
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack


async def small_case(municipality: Municipality, citizens: int = 1) -> UUID:
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(2)]
    return await municipality.case(members, citizens=citizens)


class TestOpenRound:
    async def test_makes_a_measurement_for_each_instrument_and_an_invitation_for_each_person(
        self, team: Team
    ) -> None:
        view = team.round.view
        assert (view["state"], view["version"], view["closedAt"]) == ("open", 1, None)
        assert {each["instrument"]: each["respondents"] for each in view["measurements"]} == {
            "relational-capacity": 3,
            "coherent-leadership": 2,
            "citizen-experienced-quality": 1,
        }
        invited = await team.round.invitations()
        people = {UUID(each["respondentId"]) for each in invited if each["kind"] == "professional"}
        assert people == {each.person for each in (team.anne, team.bo, team.doctor)}
        assert {each["label"]: each["forms"] for each in invited}[f"P{team.anne.id.hex[:4]}"] == 2

    async def test_says_who_is_not_asked_and_why(self, team: Team) -> None:
        assert team.round.view["notAsked"] == [
            {
                "instrument": "coherent-leadership",
                "respondentId": str(team.doctor.id),
                "reason": "no-leader",
            }
        ]

    async def test_is_told_in_the_feed_and_recorded(
        self, team: Team, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        events = await feed_events(municipality.stack, "survey", municipality.tenant)
        assert [event.type for event in events].count("measurement") == 3
        assert [(event.type, event.subject) for event in events if event.kind == "round"] == [
            ("round.opened", team.round.id)
        ]
        assert await audited(databases["survey"], team.round.id) == [
            ("open", "round", "Bedre samarbejde omkring borgeren", "tester")
        ]

    async def test_asked_again_it_is_the_same(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id, path = await small_case(municipality), f"/v1/rounds/{uuid4()}"
        first = await survey.create(path, round_body(case_id))
        again = await survey.create(path, round_body(case_id))
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json() == ok(await survey.get(path))
        assert first.headers["etag"] == again.headers["etag"] == '"1"'

    async def test_opened_many_times_at_once_it_is_one(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id, path = await small_case(municipality), f"/v1/rounds/{uuid4()}"
        answers = await asyncio.gather(*(survey.create(path, round_body(case_id)) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]

    async def test_an_open_round_can_not_be_changed(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id, path = await small_case(municipality), f"/v1/rounds/{uuid4()}"
        ok(await survey.create(path, round_body(case_id, visibility="confidential")))
        loosened = round_body(case_id, visibility="team-open")
        refused(await survey.create(path, loosened), 412, "precondition-failed")
        refused(await survey.put(path, loosened, If_Match='"7"'), 412, "precondition-failed")
        answer = await survey.put(path, loosened, If_Match='"1"')
        assert refused(answer, 422, "broken-rule") == [("", "round-is-open")]
        assert ok(await survey.get(path))["visibility"] == "confidential"

    async def test_a_case_has_one_round_for_each_wave(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        ok(await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id)))
        second = await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id))
        refused(second, 409, "round-exists")
        later = {"code": "follow-up", "ordinal": 2, "label": "Efter netværksmøderne"}
        ok(await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id, wave=later)))

    async def test_two_rounds_at_once_for_one_wave_are_one(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        answers = await asyncio.gather(
            *(survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id)) for _ in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4

    async def test_nobody_to_ask_is_no_round(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        path = f"/v1/rounds/{uuid4()}"
        empty = await municipality.case([], citizens=0)
        refused(await survey.create(path, round_body(empty)), 422, "empty-roster")
        refused(await survey.get(path), 404, "not-found")

    async def test_one_alone_without_leader_is_nobody_to_ask(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        alone = await municipality.case([await municipality.employee()], citizens=0)
        refused(await survey.create(f"/v1/rounds/{uuid4()}", round_body(alone)), 422, "empty-roster")

    async def test_unknown_and_foreign_cases_are_alike(
        self, municipality: Municipality, survey: CallerClient, stack: Stack
    ) -> None:
        foreign = await Municipality(stack, uuid4()).case([])
        for case_id in (uuid4(), foreign):
            answer = await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id))
            assert refused(answer, 422, "broken-rule") == [("/caseId", "unknown-case")]

    async def test_names_every_unknown_instrument(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        chosen = [
            {"code": "relational-capacity", "version": 99},
            {"code": "coherent-leadership", "version": 1},
            {"code": "astrology", "version": 1},
        ]
        answer = await survey.create(f"/v1/rounds/{uuid4()}", round_body(case_id, instruments=chosen))
        assert refused(answer, 422, "broken-rule") == [
            ("/instruments/0", "unknown-instrument"),
            ("/instruments/2", "unknown-instrument"),
        ]

    async def test_asks_only_with_the_instruments_chosen(self, municipality: Municipality) -> None:
        case_id = await small_case(municipality)
        chosen = [{"code": "relational-capacity", "version": 1}]
        opened = await municipality.open_round(case_id, instruments=chosen)
        assert [each["instrument"] for each in opened.view["measurements"]] == ["relational-capacity"]
        assert {each["kind"] for each in await opened.invitations()} == {"professional"}

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"informed": None}, "/informed"),
            (
                {"informed": {"citizenInformedAt": "2026-01-05T08:00:00Z"}},
                "/informed/employeesInformedAt",
            ),
            (
                {"informed": {"employeesInformedAt": "2026-01-05T08:00:00Z"}},
                "/informed/citizenInformedAt",
            ),
            ({"visibility": "everybody"}, "/visibility"),
            ({"wave": {"code": "baseline", "ordinal": 0, "label": "Før"}}, "/wave/ordinal"),
            ({"instruments": []}, "/instruments"),
        ],
    )
    async def test_opens_only_with_everything_said(
        self, survey: CallerClient, change: dict[str, Any], place: str
    ) -> None:
        answer = await survey.create(f"/v1/rounds/{uuid4()}", round_body(uuid4(), **change))
        assert [where for where, _ in refused(answer, 400, "malformed-request")] == [place]

    async def test_does_not_open_before_people_are_informed(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await municipality.case([await municipality.employee() for _ in range(2)])
        body = round_body(case_id)
        body["informed"] = {**body["informed"], "citizenInformedAt": "2999-01-01T00:00:00Z"}
        answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
        expected = [("/informed/citizenInformedAt", "not-informed-yet")]
        assert refused(answer, 422, "broken-rule") == expected

    async def test_does_not_open_unless_people_were_informed(self, survey: CallerClient) -> None:
        body = round_body(uuid4())
        del body["informed"]
        answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
        assert refused(answer, 400, "malformed-request") == [("/informed", "missing")]

    async def test_is_for_case_staff(self, municipality: Municipality) -> None:
        for role in (Role.PROFESSIONAL, Role.LEADER, Role.ANALYST):
            caller = municipality.caller("survey", role, person=uuid4())
            refused(await caller.create(f"/v1/rounds/{uuid4()}", round_body(uuid4())), 403, "forbidden")

    async def test_the_roster_stays_as_it_was(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        stays, leaves = [await municipality.employee(unit) for _ in range(2)]
        case_id = await municipality.case([stays, leaves])
        opened = await municipality.open_round(case_id)
        body = {
            "caseId": str(case_id),
            "sourceVersion": 2,
            "respondentLabel": "Omdøbt",
            "involvements": [],
            "participants": [{"professionalId": str(stays.id)}],
        }
        ok(await cases.put(f"/v1/registrations/esdh/{case_id}", body))
        seen = ok(await (await opened.respondent(stays.person)).get("/v1/response"))
        (form,) = [form for form in seen["forms"] if form["form"] == "network"]
        assert [subject["id"] for subject in form["subjects"]] == [str(leaves.id)]
        assert seen["respondentLabel"] == "Forløb 27"

    async def test_who_is_in_two_sources_is_invited_once(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        members = [await municipality.employee(unit) for _ in range(2)]
        case_id = await municipality.case(members)
        body = {
            "caseId": str(case_id),
            "sourceVersion": 1,
            "respondentLabel": "Forløb 27",
            "involvements": [],
            "participants": [{"professionalId": str(each.id)} for each in members],
        }
        ok(await cases.put("/v1/registrations/job-centre/1", body))
        opened = await municipality.open_round(case_id)
        assert opened.view["measurements"][-1]["respondents"] == 2


class TestGetRound:
    async def test_another_tenants_is_not_found(self, team: Team, stack: Stack) -> None:
        neighbour = stack.caller("survey", uuid4(), Role.CASE_SYSTEM)
        path = f"/v1/rounds/{team.round.id}"
        for answer in (
            await neighbour.get(path),
            await neighbour.put(f"{path}/closure", {}),
            await neighbour.get(f"{path}/invitations"),
        ):
            refused(answer, 404, "not-found")


class TestCloseRound:
    async def test_closes_once(
        self,
        team: Team,
        survey: CallerClient,
        municipality: Municipality,
        databases: dict[str, TestDatabase],
    ) -> None:
        path = f"/v1/rounds/{team.round.id}"
        closed = await survey.put(f"{path}/closure", {})
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
        assert closed.json()["closedAt"] is not None
        again = await survey.put(f"{path}/closure", {})
        assert again.json() == closed.json() == ok(await survey.get(path))
        assert (await audited(databases["survey"], team.round.id))[1:] == [
            ("close", "round", "measurement", "tester")
        ]
        states = {
            event.subject: event.data
            for event in await feed_events(municipality.stack, "survey", municipality.tenant)
            if event.type == "measurement"
        }
        assert {state["roundState"] for state in states.values() if state} == {"closed"}

    async def test_an_opening_sent_again_does_not_open_it_again(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        opened = await municipality.open_round(case_id)
        await opened.close()
        again = await survey.create(f"/v1/rounds/{opened.id}", round_body(case_id))
        assert (again.status_code, again.json()["state"]) == (200, "closed")
