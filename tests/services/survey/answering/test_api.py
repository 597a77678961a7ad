"""A respondent over REST: what is asked, and the one submission of each form."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.services.survey.answering.measured import cube, measurement_state, network_of
from tests.services.survey.conftest import Team
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok, ratings, submit
from tests.support.records import feed_events, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient


class TestGetResponse:
    async def test_asks_about_colleagues_the_own_leader_and_nobody_else(self, team: Team) -> None:
        anne = await team.round.respondent(team.anne.person)
        seen = ok(await anne.get("/v1/response"))
        asked = {form["form"]: {subject["id"] for subject in form["subjects"]} for form in seen["forms"]}
        assert asked == {
            "network": {str(team.bo.id), str(team.doctor.id)},
            "own-leader": {str(team.leader.id)},
        }

    async def test_who_has_no_leader_is_not_asked_about_one(self, team: Team) -> None:
        doctor = await team.round.respondent(team.doctor.person)
        forms = ok(await doctor.get("/v1/response"))["forms"]
        assert [form["form"] for form in forms] == ["network"]

    async def test_the_citizen_is_asked_about_the_help(self, team: Team) -> None:
        citizen = await team.round.respondent()
        (form,) = ok(await citizen.get("/v1/response"))["forms"]
        assert (form["form"], form["doesNotWorkWith"]) == ("citizen", None)
        assert [subject["label"] for subject in form["subjects"]] == ["Forløb 27"]
        assert len(form["statements"]) == 5

    async def test_promises_come_before_the_first_question(self, team: Team) -> None:
        anne = await team.round.respondent(team.anne.person)
        seen = ok(await anne.get("/v1/response"))
        assert (seen["visibility"], seen["purpose"]) == ("team-open", "Bedre samarbejde omkring borgeren")
        assert (seen["respondentLabel"], seen["wave"]) == ("Forløb 27", "Før netværksmøderne")
        assert seen["state"] == "open"

    @pytest.mark.parametrize(
        ("accepted", "language", "dont_know"),
        [
            ("en", "en", "Don't know"),
            ("da", "da", "Ved ikke"),
            ("de, en;q=0.5", "en", "Don't know"),
            ("", "da", "Ved ikke"),
        ],
    )
    async def test_in_the_language_asked_for(
        self, team: Team, accepted: str, language: str, dont_know: str
    ) -> None:
        anne = await team.round.respondent(team.anne.person)
        answer = await anne.get("/v1/response", headers={"Accept-Language": accepted})
        assert answer.headers["content-language"] == language
        assert ok(answer)["language"] == language
        assert {form["dontKnow"] for form in answer.json()["forms"]} == {dont_know}
        assert [option["value"] for option in answer.json()["forms"][0]["options"]] == [1, 2, 3, 4, 5]

    async def test_each_network_statement_has_a_place_for_the_subject(self, team: Team) -> None:
        _, form = await network_of(team)
        assert all("{subject}" in each["wording"] for each in form["statements"])
        assert len(form["statements"]) == 6


class TestSubmitResponse:
    async def test_is_stored_before_the_answer_leaves(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        answer = await submit(anne, form, 4)
        assert answer.status_code == 201
        assert answer.json()["formId"] == form["id"]
        stored = await rows(
            databases["survey"], "SELECT cells FROM answer_set WHERE form_id = $1", UUID(form["id"])
        )
        assert len(stored) == 1
        seen = await team.form(anne, "network")
        assert seen["submittedAt"] == answer.json()["submittedAt"]

    async def test_three_ways_of_not_rating_stay_apart(self, team: Team) -> None:
        anne, form = await network_of(team)
        items = [each["id"] for each in form["statements"]]
        answers = [
            {"itemId": items[0], "value": 5},
            {"itemId": items[1], "value": "dont-know"},
            {"itemId": items[5], "value": 1},
        ]
        body = {
            "formId": form["id"],
            "ratings": [
                {"subjectId": str(team.bo.id), "answers": answers},
                {"subjectId": str(team.doctor.id), "doesNotWorkWith": True},
            ],
        }
        ok(await anne.post("/v1/response", body, key=uuid4().hex))
        state = await measurement_state(team, "relational-capacity")
        assert state["items"] == items
        seats = [seat["id"] for seat in state["respondents"]]
        me, bo, doctor = (seats.index(str(each.id)) for each in (team.anne, team.bo, team.doctor))
        cells = cube(state)
        assert cells[me, bo].tolist() == [5, -1, 0, 0, 0, 1]
        assert cells[me, doctor].tolist() == [-2] * 6
        assert not cells[me, me].any()
        assert not cells[[bo, doctor]].any()
        assert [state["submitted"][place] for place in (me, bo, doctor)] == [True, False, False]

    async def test_each_submission_is_a_newer_version_of_the_measurement(
        self, team: Team, municipality: Municipality
    ) -> None:
        before = (await measurement_state(team, "relational-capacity"))["version"]
        anne, form = await network_of(team)
        ok(await submit(anne, form, 4))
        bo = await team.round.respondent(team.bo.person)
        ok(await submit(bo, await team.form(bo, "network"), 2))
        after = await measurement_state(team, "relational-capacity")
        assert after["version"] == before + 2
        events = await feed_events(municipality.stack, "survey", municipality.tenant)
        assert (
            max(event.subjectversion for event in events if event.subject == UUID(after["id"]))
            == before + 2
        )

    async def test_sent_again_with_its_key_it_is_the_same_answer(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        key = uuid4().hex
        first = await submit(anne, form, 4, key=key)
        again = await submit(anne, form, 4, key=key)
        assert (again.status_code, again.json()) == (201, first.json())
        await team.round.close()
        late = await submit(anne, form, 4, key=key)
        assert (late.status_code, late.json()) == (201, first.json())

    async def test_a_key_is_for_one_answer(self, team: Team) -> None:
        anne, form = await network_of(team)
        key = uuid4().hex
        ok(await submit(anne, form, 4, key=key))
        refused(await submit(anne, form, 5, key=key), 422, "idempotency-key-reused")

    async def test_two_respondents_may_use_one_key(self, team: Team) -> None:
        anne, form = await network_of(team)
        bo = await team.round.respondent(team.bo.person)
        key = uuid4().hex
        ok(await submit(anne, form, 4, key=key))
        ok(await submit(bo, await team.form(bo, "network"), 2, key=key))

    async def test_asks_for_a_key(self, team: Team) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "ratings": ratings(form, 4)}
        refused(await anne.post("/v1/response", body), 400, "idempotency-key-required")

    async def test_a_form_is_submitted_once(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 4))
        refused(await submit(anne, form, 4), 409, "already-submitted")
        assert cube(await measurement_state(team, "relational-capacity")).max() == 4

    async def test_the_other_form_of_the_same_token_is_still_open(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, 4))
        ok(await submit(anne, await team.form(anne, "own-leader"), 3))
        state = await measurement_state(team, "coherent-leadership")
        assert sorted(cube(state)[:, 0, 0].tolist()) == [0, 3]

    async def test_a_closed_round_takes_no_answer(self, team: Team) -> None:
        anne, form = await network_of(team)
        await team.round.close()
        refused(await submit(anne, form, 4), 409, "round-closed")
        assert ok(await anne.get("/v1/response"))["state"] == "closed"
        assert not cube(await measurement_state(team, "relational-capacity")).any()

    async def test_nobody_rates_themselves(self, team: Team) -> None:
        anne, form = await network_of(team)
        form["subjects"].append({"id": str(team.anne.id), "label": "me"})
        answer = await submit(anne, form, 4)
        assert refused(answer, 422, "broken-rule") == [("/ratings/2/subjectId", "self-rating")]

    async def test_nobody_rates_themselves_in_another_employment_either(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        unit = await municipality.unit()
        here, colleague = [await municipality.employee(unit) for _ in range(2)]
        there = await municipality.employee(unit)
        moved = {
            "personId": str(here.person),
            "unitId": str(unit),
            "professionalGroup": "Lærer",
            "validFrom": "2026-01-01T00:00:00Z",
        }
        ok(await cases.put(f"/v1/professionals/{there.id}", moved, If_Match='"1"'))
        opened = await municipality.open_round(
            await municipality.case([here, there, colleague], citizens=0)
        )
        client = await opened.respondent(here.person)
        forms = ok(await client.get("/v1/response"))["forms"]
        assert [[each["id"] for each in form["subjects"]] for form in forms] == [[str(colleague.id)]] * 2
        forms[0]["subjects"] += [{"id": str(here.id)}, {"id": str(there.id)}]
        assert refused(await submit(client, forms[0], 4), 422, "broken-rule") == [
            ("/ratings/1/subjectId", "self-rating"),
            ("/ratings/2/subjectId", "self-rating"),
        ]

    async def test_names_everything_that_does_not_fit(self, team: Team) -> None:
        anne, form = await network_of(team)
        item = form["statements"][0]["id"]
        body = {
            "formId": form["id"],
            "ratings": [
                {"subjectId": str(uuid4()), "answers": []},
                {
                    "subjectId": str(team.bo.id),
                    "answers": [{"itemId": item, "value": 6}, {"itemId": "unheard-of", "value": 3}],
                },
            ],
        }
        answer = await anne.post("/v1/response", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [
            ("/ratings/0/subjectId", "unknown-subject"),
            ("/ratings/1/answers/0/value", "outside-scale"),
            ("/ratings/1/answers/1/itemId", "unknown-item"),
        ]

    @pytest.mark.parametrize("value", [0, 6, -1])
    async def test_nothing_outside_the_scale(self, team: Team, value: int) -> None:
        anne, form = await network_of(team)
        found = refused(await submit(anne, form, value), 422, "broken-rule")
        assert {code for _, code in found} == {"outside-scale"}

    @pytest.mark.parametrize("value", [3.5, "3", True, None, "maybe"])
    async def test_nothing_that_is_no_answer(self, team: Team, value: Any) -> None:
        anne, form = await network_of(team)
        refused(await submit(anne, form, value), 400, "malformed-request")

    async def test_an_empty_form_is_no_answer(self, team: Team) -> None:
        anne, form = await network_of(team)
        for given in ([], [{"subjectId": str(team.bo.id), "answers": []}]):
            body = {"formId": form["id"], "ratings": given}
            answer = await anne.post("/v1/response", body, key=uuid4().hex)
            assert refused(answer, 422, "broken-rule") == [("/ratings", "nothing-answered")]

    async def test_dont_know_throughout_is_an_answer(self, team: Team) -> None:
        anne, form = await network_of(team)
        ok(await submit(anne, form, "dont-know"))
        assert set(cube(await measurement_state(team, "relational-capacity")).ravel().tolist()) == {0, -1}

    async def test_only_the_citizen_chooses_who_may_see(self, team: Team) -> None:
        anne, form = await network_of(team)
        body = {"formId": form["id"], "ratings": ratings(form, 4), "shareWithTeam": True}
        answer = await anne.post("/v1/response", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [("/shareWithTeam", "not-offered")]
        citizen = await team.round.respondent()
        form = await team.form(citizen, "citizen")
        body = {"formId": form["id"], "ratings": ratings(form, 4), "shareWithTeam": True}
        ok(await citizen.post("/v1/response", body, key=uuid4().hex))
        assert (await measurement_state(team, "citizen-experienced-quality"))["sharedWithTeam"] == [True]


class TestSubmitAtOnce:
    async def test_a_hundred_submissions_of_one_form_are_one_answer(
        self, team: Team, databases: dict[str, TestDatabase]
    ) -> None:
        anne, form = await network_of(team)
        before = (await measurement_state(team, "relational-capacity"))["version"]
        answers = await asyncio.gather(*(submit(anne, form, 1 + number % 5) for number in range(100)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 99
        lost = [answer for answer in answers if answer.status_code == 409]
        assert {answer.json()["code"] for answer in lost} == {"already-submitted"}
        stored = await rows(
            databases["survey"], "SELECT number FROM answer_set WHERE form_id = $1", UUID(form["id"])
        )
        assert len(stored) == 1
        after = await measurement_state(team, "relational-capacity")
        assert after["version"] == before + 1
        (won,) = [number for number, answer in enumerate(answers) if answer.status_code == 201]
        assert cube(after).max() == 1 + won % 5

    async def test_one_key_sent_at_once_is_one_answer(self, team: Team) -> None:
        anne, form = await network_of(team)
        key = uuid4().hex
        answers = await asyncio.gather(*(submit(anne, form, 4, key=key) for _ in range(20)))
        made = [answer for answer in answers if answer.status_code == 201]
        assert made
        assert len({answer.text for answer in made}) == 1
        others = {answer.json()["code"] for answer in answers if answer.status_code != 201}
        assert others <= {"idempotency-in-flight"}
        assert (await submit(anne, form, 4, key=key)).text == made[0].text

    async def test_closing_meanwhile_loses_no_answer_that_was_taken(self, team: Team) -> None:
        clients = [await team.round.respondent(each.person) for each in (team.anne, team.bo, team.doctor)]
        forms = [await team.form(client, "network") for client in clients]
        *answers, _ = await asyncio.gather(
            *(submit(client, form, 4) for client, form in zip(clients, forms, strict=True)),
            team.round.close(),
        )
        taken = [answer.status_code for answer in answers if answer is not None].count(201)
        state = await measurement_state(team, "relational-capacity")
        assert (state["roundState"], state["submitted"].count(True)) == ("closed", taken)

    async def test_looking_before_writing_would_not_be_enough(
        self, databases: dict[str, TestDatabase]
    ) -> None:
        """The negative control: two who look first and share no constraint both write."""
        taken = await _two_who_look_first(databases["survey"], "CREATE TABLE scratch_answer (form integer)")
        assert taken == [1, 1]

    async def test_a_constraint_lets_one_of_them_win(self, databases: dict[str, TestDatabase]) -> None:
        taken = await _two_who_look_first(
            databases["survey"], "CREATE TABLE scratch_answer (form integer PRIMARY KEY)"
        )
        assert taken == [1]


async def _two_who_look_first(database: TestDatabase, create: str) -> list[int]:
    """Let two look for an answer, then both add theirs; return the answers there are."""
    one, other = await asyncpg.connect(database.superuser), await asyncpg.connect(database.superuser)
    try:
        await one.execute(create)
        looks = [await each.fetchval("SELECT count(*) FROM scratch_answer") for each in (one, other)]
        for each, seen in zip((one, other), looks, strict=True):
            if seen == 0:
                try:
                    await each.execute("INSERT INTO scratch_answer VALUES (1)")
                except asyncpg.UniqueViolationError:
                    continue
        return [row["form"] for row in await one.fetch("SELECT form FROM scratch_answer")]
    finally:
        await one.execute("DROP TABLE IF EXISTS scratch_answer")
        await one.close()
        await other.close()
