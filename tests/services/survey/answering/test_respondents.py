"""What respondents may do beside submitting: correct, decline, withdraw; and for whom others answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.survey.rounds.tables import invitation, survey_round
from shared.access.principal import Role
from tests.services.survey.answering.measured import cube, measurement_state, network_of
from tests.services.survey.conftest import Team
from tests.services.survey.made_rounds import RoundMaker
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok, ratings, submit
from tests.support.records import audited, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

PAST = datetime(2026, 1, 1, tzinfo=UTC)
ANSWERS = (
    "SELECT number, cells FROM answer_set WHERE form_id = $1 "
    "UNION ALL SELECT number, body::bytea FROM text_answer WHERE form_id = $1 ORDER BY number"
)


async def correct(client: CallerClient, form: dict[str, Any], value: int, based_on: int) -> Any:
    body = {"formId": form["id"], "ratings": ratings(form, value), "basedOn": based_on}
    return await client.post("/v1/response/corrections", body, key=uuid4().hex)


async def changes(team: Team, databases: dict[str, TestDatabase]) -> list[str]:
    """Return what happened in the team's tenant, in order."""
    logged = "SELECT type FROM change_log WHERE tenant_id = $1 ORDER BY id"
    found = await rows(databases["survey"], logged, team.round.municipality.tenant)
    return [each["type"] for each in found]


async def citizen_of(team: Team) -> tuple[CallerClient, dict[str, Any]]:
    citizen = await team.round.respondent()
    return citizen, await team.form(citizen, "citizen")


async def invitation_of(team: Team, person: UUID) -> str:
    (found,) = [each for each in await team.round.invitations() if each["respondentId"] == str(person)]
    return str(found["id"])


class TestGetResponse:
    async def test_how_far_one_has_come(self, team: Team, databases: dict[str, TestDatabase]) -> None:
        anne = await team.round.respondent(team.anne.person)
        invited = UUID(await invitation_of(team, team.anne.person))
        opened = "SELECT opened_at FROM invitation WHERE id = $1"
        assert (await rows(databases["survey"], opened, invited))[0]["opened_at"] is None
        seen = ok(await anne.get("/v1/response"))
        assert (seen["invitationState"], seen["languages"], seen["answerUntil"]) == (
            "opened",
            ["da", "en"],
            None,
        )
        first = (await rows(databases["survey"], opened, invited))[0]["opened_at"]
        assert first is not None
        ok(await submit(anne, await team.form(anne, "network"), 4))
        assert ok(await anne.get("/v1/response"))["invitationState"] == "started"
        ok(await submit(anne, await team.form(anne, "own-leader"), 4))
        assert ok(await anne.get("/v1/response"))["invitationState"] == "submitted"
        assert (await rows(databases["survey"], opened, invited))[0]["opened_at"] == first

    async def test_the_effort_is_told_and_what_is_promised(self, team: Team) -> None:
        anne = await team.round.respondent(team.anne.person)
        seen = ok(await anne.get("/v1/response"))
        assert seen["judgements"] == sum(
            len(form["subjects"]) * len(form["statements"]) for form in seen["forms"]
        )
        assert seen["legalBasis"].startswith("Databeskyttelsesforordningen")
        (network,) = [form for form in seen["forms"] if form["form"] == "network"]
        assert network["pages"] == [[subject["id"] for subject in network["subjects"]]]
        assert not network["mayShareWithTeam"]
        assert not network["mayBeAnsweredOnBehalf"]

    async def test_what_was_submitted_is_there_to_be_corrected(self, team: Team) -> None:
        anne, form = await network_of(team)
        bo = {"subjectId": str(team.bo.id), "doesNotWorkWith": False}
        bo["answers"] = [{"itemId": form["statements"][0]["id"], "value": "dont-know"}]
        doctor = {"subjectId": str(team.doctor.id), "doesNotWorkWith": True, "answers": []}
        body = {"formId": form["id"], "ratings": [bo, doctor]}
        ok(await anne.post("/v1/response", body, key=uuid4().hex))
        (seen, _) = ok(await anne.get("/v1/response"))["forms"]
        assert (seen["form"], seen["version"]) == ("network", 1)
        found = {each["subjectId"]: each for each in seen["answers"]["ratings"]}
        assert found == {str(team.bo.id): bo, str(team.doctor.id): doctor}


class TestCorrectResponse:
    async def test_is_a_version_of_its_own(self, team: Team, databases: dict[str, TestDatabase]) -> None:
        anne, form = await network_of(team)
        made = ok(await submit(anne, form, 2))
        corrected = ok(await correct(anne, form, 5, 1))
        assert (made["version"], corrected["version"]) == (1, 2)
        assert corrected["submittedAt"] == made["submittedAt"] < corrected["correctedAt"]
        stored = await rows(databases["survey"], ANSWERS, UUID(form["id"]))
        assert [(each["number"], set(each["cells"])) for each in stored] == [(1, {0, 2}), (2, {0, 5})]
        assert cube(await measurement_state(team, "relational-capacity")).max() == 5
        assert (await team.form(anne, "network"))["correctedAt"] == corrected["correctedAt"]

    async def test_of_two_at_once_one_is_kept(self, team: Team) -> None:
        anne, form = await network_of(team)
        refused(await correct(anne, form, 3, 1), 409, "answers-changed")
        ok(await submit(anne, form, 2))
        answers = await asyncio.gather(*(correct(anne, form, value, 1) for value in (3, 4, 5)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        refused(await correct(anne, form, 3, 1), 409, "answers-changed")

    async def test_the_same_key_is_the_same_correction(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 2))
        body = {"formId": form["id"], "ratings": ratings(form, 3), "basedOn": 1}
        first, again = [await anne.post("/v1/response/corrections", body, key="k" * 20) for _ in range(2)]
        assert (again.status_code, again.text) == (201, first.text)
        other = {**body, "basedOn": 2}
        refused(
            await anne.post("/v1/response/corrections", other, key="k" * 20), 422, "idempotency-key-reused"
        )

    async def test_the_change_log_tells_it_from_a_submission(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 2))
        ok(await correct(anne, form, 3, 1))
        assert (await changes(team, databases))[-2:] == ["measurement.submitted", "measurement.corrected"]

    async def test_not_after_closing(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 2))
        await team.round.close()
        refused(await correct(anne, form, 3, 1), 409, "round-closed")


class TestDeadline:
    async def test_ones_own_counts_before_the_rounds(self, team: Team, maker: RoundMaker) -> None:
        anne, form = await network_of(team)
        bo = await team.round.respondent(team.bo.person)
        own = UUID(await invitation_of(team, team.bo.person))
        # First whoever has longer, as the clock closes a round that nobody may answer in.
        await maker.change(invitation, own, answer_until=datetime.now(UTC) + timedelta(days=1))
        await maker.change(survey_round, team.round.id, closes_at=PAST)
        refused(await submit(anne, form, 2), 409, "round-closed")
        draft = {"formId": form["id"], "revision": 0, "ratings": []}
        refused(await anne.put("/v1/response/draft", draft), 409, "round-closed")
        assert ok(await anne.get("/v1/response"))["invitationState"] == "expired"
        ok(await submit(bo, await team.form(bo, "network"), 2))

    async def test_who_left_is_not_asked_any_more(self, team: Team, maker: RoundMaker) -> None:
        anne, form = await network_of(team)
        own = UUID(await invitation_of(team, team.anne.person))
        await maker.change(invitation, own, left_at=PAST)
        refused(await submit(anne, form, 2), 409, "no-longer-asked")
        assert ok(await anne.put("/v1/response/withdrawal", {})) == {"state": "withdrawn"}

    async def test_what_was_answered_is_shown_while_it_can_be_corrected_and_never_after(
        self, team: Team
    ) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 2))
        seen = [each["answers"] for each in ok(await anne.get("/v1/response"))["forms"]]
        assert len([each for each in seen if each]) == 1
        await team.round.close()
        closed = ok(await anne.get("/v1/response"))["forms"]
        assert [each["answers"] for each in closed] == [None] * len(seen)
        assert [each["version"] for each in closed if each["id"] == form["id"]] == [1]


class TestDecline:
    async def test_is_taken_back_by_a_submission(self, team: Team) -> None:
        anne, form = await network_of(team)
        for _ in range(2):
            assert ok(await anne.put("/v1/response/declination", {})) == {"state": "declined"}
        assert ok(await anne.get("/v1/response"))["invitationState"] == "declined"
        ok(await submit(anne, form, 4))
        assert ok(await anne.get("/v1/response"))["invitationState"] == "started"

    async def test_whoever_has_submitted_all_has_nothing_to_decline(self, team: Team) -> None:
        citizen, form = await citizen_of(team)
        ok(await submit(citizen, form, 4))
        refused(await citizen.put("/v1/response/declination", {}), 409, "already-submitted")
        await team.round.close()
        anne = await team.round.respondent(team.anne.person)
        refused(await anne.put("/v1/response/declination", {}), 409, "round-closed")


class TestWithdraw:
    async def test_nothing_answered_is_left(self, team: Team, databases: dict[str, TestDatabase]) -> None:
        anne, form = await network_of(team)
        bo = await team.round.respondent(team.bo.person)
        ok(await submit(bo, await team.form(bo, "network"), 3))
        ok(await submit(anne, form, 5, key="withdrawn-key"))
        ok(await correct(anne, form, 4, 1))
        leader = await team.form(anne, "own-leader")
        ok(await anne.put("/v1/response/draft", {"formId": leader["id"], "revision": 0, "ratings": []}))
        before = await measurement_state(team, "relational-capacity")
        for _ in range(2):
            assert ok(await anne.put("/v1/response/withdrawal", {})) == {"state": "withdrawn"}
        assert await rows(databases["survey"], ANSWERS, UUID(form["id"])) == []
        after = await measurement_state(team, "relational-capacity")
        assert (after["version"], after["submitted"].count(True)) == (before["version"] + 1, 1)
        assert cube(after).max() == 3  # the negative control: Bo's answers are there
        assert (await changes(team, databases))[-1] == "measurement.withdrawn"
        left = ok(await anne.get("/v1/response"))
        assert left["invitationState"] == "withdrawn"
        assert [(each["version"], each["draft"], each["answers"]) for each in left["forms"]] == [
            (0, None, None)
        ] * 2
        refused(await submit(anne, form, 5, key="withdrawn-key"), 409, "response-withdrawn")
        refused(await correct(anne, form, 5, 2), 409, "response-withdrawn")

    async def test_who_withdrew_is_reached_nowhere_any_more(
        self, team: Team, maker: RoundMaker, databases: dict[str, TestDatabase]
    ) -> None:
        contacts = "SELECT contact FROM invitation WHERE id = ANY ($1) ORDER BY contact"
        both = [UUID(await invitation_of(team, each.person)) for each in (team.anne, team.bo)]
        for each in both:
            reached = {"channel": "e-mail", "contact": f"{each.hex}@hedensted.example"}
            await maker.change(invitation, each, **reached)
        anne = await team.round.respondent(team.anne.person)
        ok(await anne.put("/v1/response/withdrawal", {}))
        found = [row["contact"] for row in await rows(databases["survey"], contacts, both)]
        assert found == [f"{both[1].hex}@hedensted.example", None]

    async def test_a_repetition_that_meets_it_halfway_is_to_come_again(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 5, key="met-halfway"))
        await rows(databases["survey"], "DELETE FROM answer_set WHERE form_id = $1", UUID(form["id"]))
        refused(await submit(anne, form, 5, key="met-halfway"), 503, "unavailable")

    async def test_beside_submissions_nothing_comes_after(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        *_, withdrawn = await asyncio.gather(
            *(submit(anne, form, value) for value in (1, 2, 3)), anne.put("/v1/response/withdrawal", {})
        )
        assert ok(withdrawn) == {"state": "withdrawn"}
        assert await rows(databases["survey"], ANSWERS, UUID(form["id"])) == []

    async def test_after_closing_only_a_steward_can_and_says_why(
        self, team: Team, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 5))
        await team.round.close()
        refused(await anne.put("/v1/response/withdrawal", {}), 409, "round-closed")
        own = await invitation_of(team, team.anne.person)
        path, body = f"/v1/invitations/{own}/withdrawal", {"purpose": "withdrawn-consent"}
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.PROFESSIONAL, Role.LEADER, Role.ANALYST):
            refused(await municipality.caller("survey", role).put(path, body), 403, "forbidden")
        steward = municipality.caller("survey", Role.DATA_STEWARD)
        assert ok(await steward.put(path, body)) == {"state": "withdrawn"}
        assert await rows(databases["survey"], ANSWERS, UUID(form["id"])) == []
        assert ("withdraw", "invitation", "withdrawn-consent", "tester") in await audited(
            databases["survey"], UUID(own)
        )
        refused(await steward.put(f"/v1/invitations/{uuid4()}/withdrawal", body), 404, "not-found")

    async def test_another_tenants_steward_finds_nothing(self, team: Team, stack: Stack) -> None:
        own = await invitation_of(team, team.anne.person)
        foreign = stack.caller("survey", uuid4(), Role.DATA_STEWARD)
        answer = await foreign.put(f"/v1/invitations/{own}/withdrawal", {"purpose": "x"})
        refused(answer, 404, "not-found")


class TestForACitizen:
    @pytest.mark.parametrize("by", ["relative", "interviewer", "paper"])
    async def test_others_may_answer_and_it_is_recorded(
        self, team: Team, databases: dict[str, TestDatabase], by: str
    ) -> None:
        citizen, form = await citizen_of(team)
        assert form["mayBeAnsweredOnBehalf"]
        assert form["mayShareWithTeam"]
        body = {"formId": form["id"], "ratings": ratings(form, 4), "answeredBy": by, "language": "en"}
        ok(await citizen.post("/v1/response", body, key=uuid4().hex))
        own = {"answeredBy": "self", "basedOn": 1, "language": None}
        ok(await citizen.post("/v1/response/corrections", {**body, **own}, key=uuid4().hex))
        stored = "SELECT answered_by, language FROM answer_set WHERE form_id = $1 ORDER BY number"
        found = await rows(databases["survey"], stored, UUID(form["id"]))
        assert [tuple(row.values()) for row in found] == [(by, "en"), ("self", "da")]
        (shared,) = await rows(
            databases["survey"], "SELECT share_with_team FROM form WHERE id = $1", UUID(form["id"])
        )
        assert shared == {"share_with_team": False}

    async def test_in_a_confidential_round_there_is_no_team_to_share_with(
        self, municipality: Municipality
    ) -> None:
        case_id = await municipality.case([await municipality.employee()])
        citizen = await (await municipality.open_round(case_id, visibility="confidential")).respondent()
        (form,) = ok(await citizen.get("/v1/response"))["forms"]
        assert not form["mayShareWithTeam"]
        assert form["mayBeAnsweredOnBehalf"]
        body = {"formId": form["id"], "ratings": ratings(form, 4), "shareWithTeam": True}
        answer = await citizen.post("/v1/response", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [("/shareWithTeam", "not-offered")]

    async def test_it_is_nobody_elses_choice(self, team: Team) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "ratings": ratings(form, 4), "language": "kl"}
        body |= {"answeredBy": "relative", "shareWithTeam": True}
        answer = await anne.post("/v1/response", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [
            ("/shareWithTeam", "not-offered"),
            ("/answeredBy", "not-offered"),
            ("/language", "not-offered"),
        ]


class TestManyTokens:
    async def test_a_hundred_submissions_of_each_are_one_answer_each(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        clients = [await team.round.respondent(each.person) for each in (team.anne, team.bo, team.doctor)]
        clients.append(await team.round.respondent())
        found = [(client, form) for client in clients for form in await _forms(client)][:5]
        assert len(found) == 5
        answers = await asyncio.gather(
            *(submit(client, form, 1 + number % 5) for number in range(100) for client, form in found)
        )
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 495
        stored = "SELECT form_id FROM answer_set WHERE form_id = ANY ($1)"
        ids = [UUID(form["id"]) for _, form in found]
        assert sorted(each["form_id"] for each in await rows(databases["survey"], stored, ids)) == sorted(
            ids
        )


async def _forms(client: CallerClient) -> list[dict[str, Any]]:
    forms: list[dict[str, Any]] = ok(await client.get("/v1/response"))["forms"]
    return forms
