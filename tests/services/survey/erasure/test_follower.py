"""What the register erased is erased in the survey, and everybody else's answers stay as they were."""

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from services.survey.erasure.service import Eraser
from tests.services.survey.answering.measured import cube, measurement_state
from tests.services.survey.conftest import Team, gather_team
from tests.services.survey.erasure.conftest import RegisterSays
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok, ratings, submit
from tests.support.records import audited, feed_events, feed_state, rows
from tests.support.refusals import refused, without_trace
from tests.support.traces import traces


async def answer(team: Team, *values: int) -> None:
    """Let Anne, Bo, the doctor and the citizen answer, each with a value of their own."""
    people = [team.anne.person, team.bo.person, team.doctor.person, None]
    for person, value in zip(people, values, strict=True):
        client = await team.round.respondent(person)
        for form in ok(await client.get("/v1/response"))["forms"]:
            ok(await submit(client, form, value))


async def invitation_of(team: Team, person: UUID) -> UUID:
    (found,) = [each for each in await team.round.invitations() if each["respondentId"] == str(person)]
    return UUID(found["id"])


async def told_last(municipality: Municipality) -> dict[UUID, dict[str, Any] | None]:
    events = await feed_events(municipality.stack, "survey", municipality.tenant)
    return {event.subject: event.data for event in events}


class TestCase:
    async def test_nothing_of_it_is_left(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        await answer(team, 1, 2, 3, 4)
        case = UUID(team.round.view["caseId"])
        wanted = [case, team.round.id, team.anne.person, team.bo.id, team.leader.id]
        wanted += [UUID(each["id"]) for each in await team.round.invitations()]
        assert {
            "survey_round",
            "measurement",
            "invitation",
            "form",
            "answer_set",
            "idempotency_key",
            "named_in_round",
        } <= set(await traces(databases["survey"], register.tenant))
        await register.erased(("case.erased", case))
        assert await traces(databases["survey"], *wanted) == {}
        assert set(await traces(databases["survey"], register.tenant)) == {"erasure_count"}

    async def test_the_feed_tells_and_the_audit_says_so(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
        databases: dict[str, TestDatabase],
    ) -> None:
        case = UUID(team.round.view["caseId"])
        before = await told_last(municipality)
        await register.erased(("case.erased", case))
        after = await told_last(municipality)
        assert len(before) == 4
        assert after == dict.fromkeys(before, None)
        assert await audited(databases["survey"], case) == [
            ("erase", "case", "erasure-in-register", "survey")
        ]

    async def test_other_cases_stay(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
    ) -> None:
        other = await gather_team(municipality)
        await answer(other, 1, 2, 3, 4)
        before = await told_last(municipality)
        await register.erased(("case.erased", UUID(team.round.view["caseId"])))
        after = await told_last(municipality)
        kept = {subject for subject, state in after.items() if state is not None}
        assert len(kept) == 4
        assert {subject: before[subject] for subject in kept} == {one: after[one] for one in kept}

    async def test_a_case_that_is_there_stays(
        self, team: Team, municipality: Municipality, register: RegisterSays
    ) -> None:
        """The negative control: only a state of null erases, whatever the type says."""
        case = UUID(team.round.view["caseId"])
        (event,) = [
            event
            for event in await feed_events(municipality.stack, "cases", municipality.tenant)
            if event.subject == case
        ]
        await register.told(event.model_copy(update={"type": "case.erased"}))
        assert len(await team.round.invitations()) == 4


class TestPerson:
    async def test_everybody_elses_answers_stay_exactly(
        self, team: Team, municipality: Municipality, register: RegisterSays
    ) -> None:
        await answer(team, 1, 2, 3, 4)
        before = await measurement_state(team, "relational-capacity")
        await register.erased(("person", team.anne.person))
        after = await feed_state(municipality.stack, "survey", municipality.tenant, UUID(before["id"]))
        seats = [seat["id"] for seat in before["respondents"]]
        left = [place for place, each in enumerate(seats) if each != str(team.anne.id)]
        assert [seat["id"] for seat in after["respondents"]] == [seats[place] for place in left]
        assert after["version"] == before["version"] + 1
        assert np.array_equal(cube(after), cube(before)[np.ix_(left, left)])
        assert cube(after).any()
        assert after["submitted"] == [True, True]

    async def test_no_id_or_name_is_left(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        await answer(team, 1, 2, 3, 4)
        invitation = await invitation_of(team, team.anne.person)
        wanted = (team.anne.person, team.anne.id, invitation, f"P{team.anne.id.hex[:4]}")
        assert set(await traces(databases["survey"], *wanted)) == {
            "measurement",
            "invitation",
            "form",
            "idempotency_key",
            "named_in_round",
            "standing",
        }
        await register.erased(("person", team.anne.person), ("professional", team.anne.id))
        assert await traces(databases["survey"], *wanted) == {}

    async def test_a_leader_goes_with_what_was_said_of_them(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
        databases: dict[str, TestDatabase],
    ) -> None:
        await answer(team, 1, 2, 3, 4)
        leadership = await measurement_state(team, "coherent-leadership")
        network = await measurement_state(team, "relational-capacity")
        await register.erased(("professional", team.leader.id))
        told = await told_last(municipality)
        assert told[UUID(leadership["id"])] is None
        after = told[UUID(network["id"])]
        assert after is not None
        assert after["cells"] == network["cells"]
        assert [seat["leaderId"] for seat in after["respondents"]] == [None] * 3
        assert await traces(databases["survey"], team.leader.id, f"P{team.leader.id.hex[:4]}") == {}

    async def test_a_leader_known_from_one_round_goes_from_all(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
        databases: dict[str, TestDatabase],
    ) -> None:
        """Only a round the leader takes part in tells whose employment leads in the others."""
        case = await municipality.case([team.leader, team.doctor])
        await municipality.open_round(case)
        await register.erased(("person", team.leader.person))
        assert await traces(databases["survey"], team.leader.person, team.leader.id) == {}

    async def test_whom_a_form_left_out_is_no_longer_listed(
        self, team: Team, municipality: Municipality, register: RegisterSays
    ) -> None:
        assert [each["respondentId"] for each in team.round.view["notAsked"]] == [str(team.doctor.id)]
        await register.erased(("person", team.doctor.person))
        view = ok(await municipality.caller("survey").get(f"/v1/rounds/{team.round.id}"))
        assert view["notAsked"] == []
        assert view["version"] == team.round.view["version"] + 1

    async def test_their_link_is_like_an_unknown_one(self, team: Team, register: RegisterSays) -> None:
        anne = await team.round.respondent(team.anne.person)
        form = await team.form(anne, "network")
        stranger = team.round.municipality.stack.bearer("survey", "rt_unknown")
        await register.erased(("person", team.anne.person))
        unknown = without_trace(await stranger.get("/v1/response"))
        assert without_trace(await anne.get("/v1/response")) == unknown
        assert without_trace(await submit(anne, form, 4)) == unknown

    async def test_others_go_on_answering_without_them(
        self, team: Team, municipality: Municipality, register: RegisterSays
    ) -> None:
        bo = await team.round.respondent(team.bo.person)
        form = await team.form(bo, "network")
        draft = {"formId": form["id"], "revision": 0, "ratings": ratings(form, 4)}
        ok(await bo.put("/v1/response/draft", draft))
        await register.erased(("person", team.anne.person))
        left = await team.form(bo, "network")
        assert isinstance(left["draft"], dict)
        assert left["draft"]["revision"] == 2
        assert [each["subjectId"] for each in left["draft"]["ratings"]] == [str(team.doctor.id)]
        assert refused(await submit(bo, form, 4), 422, "broken-rule")
        ok(await submit(bo, left, 5))
        state = await measurement_state(team, "relational-capacity")
        assert sorted(cube(state).ravel()) == [0] * 18 + [5] * 6

    async def test_of_two_people_one_measures_nothing(
        self, municipality: Municipality, register: RegisterSays
    ) -> None:
        one, other = [await municipality.employee() for _ in range(2)]
        opened = await municipality.open_round(await municipality.case([one, other], citizens=0))
        await register.erased(("person", one.person))
        assert [state for state in (await told_last(municipality)).values() if state] == [
            {"version": 2, "id": str(opened.id), "caseId": opened.view["caseId"], "wave": "baseline"}
            | {"groupId": None, "state": "open"}
        ]
        assert await opened.invitations() == []


class TestCitizen:
    async def test_one_of_a_family_goes_and_the_other_stays(
        self, municipality: Municipality, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        members = [await municipality.employee() for _ in range(2)]
        opened = await municipality.open_round(await municipality.case(members, citizens=2))
        await opened.answer_all(4)
        citizens = [each for each in await opened.invitations() if each["kind"] == "citizen"]
        gone, kept = (UUID(each["respondentId"]) for each in citizens)
        await register.erased(("citizen", gone))
        assert await traces(databases["survey"], gone, UUID(citizens[0]["id"])) == {}
        states = [state for state in (await told_last(municipality)).values() if state]
        (state,) = [each for each in states if each.get("form") == "citizen"]
        assert [seat["id"] for seat in state["respondents"]] == [str(kept)]
        assert (cube(state) == 4).all()

    async def test_the_only_one_takes_the_measurement_along(
        self, team: Team, municipality: Municipality, register: RegisterSays
    ) -> None:
        await answer(team, 1, 2, 3, 4)
        quality = await measurement_state(team, "citizen-experienced-quality")
        network = await measurement_state(team, "relational-capacity")
        await register.erased(("citizen", UUID(quality["respondents"][0]["id"])))
        told = await told_last(municipality)
        assert told[UUID(quality["id"])] is None
        assert told[UUID(network["id"])] == network


class TestRepeating:
    async def test_again_does_nothing(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
        databases: dict[str, TestDatabase],
    ) -> None:
        await register.erased(("person", team.anne.person))
        once = await feed_events(municipality.stack, "survey", municipality.tenant)
        await register.erased(("person", team.anne.person), ("case.erased", uuid4()), ("citizen", uuid4()))
        assert await feed_events(municipality.stack, "survey", municipality.tenant) == once
        assert len(await audited(databases["survey"], team.anne.person)) == 1

    async def test_whoever_is_interrupted_begins_again(
        self,
        team: Team,
        municipality: Municipality,
        register: RegisterSays,
        databases: dict[str, TestDatabase],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await municipality.open_round(await municipality.case([team.anne, team.bo]))
        clear = Eraser.clear
        cleared: list[UUID] = []

        async def interrupted(eraser: Eraser, clearance: Any) -> None:
            if cleared:
                raise ConnectionError
            await clear(eraser, clearance)
            cleared.append(clearance.round_id)

        with monkeypatch.context() as patched:
            patched.setattr(Eraser, "clear", interrupted)
            with pytest.raises(ConnectionError):
                await register.erased(("person", team.anne.person))
        assert await traces(databases["survey"], team.anne.person) != {}
        await register.erased(("person", team.anne.person))
        assert await traces(databases["survey"], team.anne.person, team.anne.id) == {}

    async def test_a_person_and_their_case_at_once(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        case = UUID(team.round.view["caseId"])
        await register.erased(("person", team.anne.person), ("case.erased", case))
        assert set(await traces(databases["survey"], register.tenant)) == {"erasure_count"}

    async def test_another_tenants_person_stays(
        self, team: Team, register: RegisterSays, databases: dict[str, TestDatabase]
    ) -> None:
        stranger = RegisterSays(register.database, uuid4())
        await stranger.erased(
            ("person", team.anne.person), ("case.erased", UUID(team.round.view["caseId"]))
        )
        assert len(await team.round.invitations()) == 4
        found = await rows(
            databases["survey"], "SELECT version FROM survey_round WHERE id = $1", team.round.id
        )
        assert found == [{"version": 1}]
