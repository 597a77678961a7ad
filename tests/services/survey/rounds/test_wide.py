"""Rounds of groups, lists, previews, batches, and a round beside the one it is based on."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.services.survey.conftest import Team
from tests.services.survey.rounds.scenes import (
    FOLLOW_UP,
    network_form,
    objects,
    participants,
    planned_body,
    small_case,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, OpenedRound, group_round_body, ok, round_body
from tests.support.records import audited, feed_state, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient

RK = {"code": "relational-capacity", "version": 1}


@pytest.fixture
def worker(municipality: Municipality) -> CallerClient:
    return municipality.caller("survey", Role.CASE_WORKER)


class TestOpenGroupRound:
    async def test_members_rate_each_other_without_a_case_or_complexity(
        self, municipality: Municipality, worker: CallerClient
    ) -> None:
        members = [await municipality.employee() for _ in range(3)]
        group_id, round_id = await municipality.group(members), uuid4()
        view = ok(
            await worker.create(f"/v1/rounds/{round_id}", group_round_body(group_id, instruments=[RK]))
        )
        assert (view["caseId"], view["groupId"], view["measurements"][0]["judgements"]) == (
            None,
            str(group_id),
            3 * 2 * 6,
        )
        measured = UUID(view["measurements"][0]["id"])
        state = await feed_state(municipality.stack, "survey", municipality.tenant, measured)
        assert (state["caseId"], state["groupId"], state["level"]) == (None, str(group_id), None)
        told = await feed_state(municipality.stack, "survey", municipality.tenant, round_id)
        assert (told["caseId"], told["groupId"], told["state"]) == (None, str(group_id), "open")

    async def test_a_group_rates_its_subject_groups(
        self, municipality: Municipality, worker: CallerClient
    ) -> None:
        function, provider, other = [await municipality.employee() for _ in range(3)]
        group_id = await municipality.group(
            [function, provider, other],
            kind="authority-function",
            subjectGroups=[
                {"code": "function", "name": "Myndighed", "unitIds": [str(function.unit)]},
                {"code": "provider", "name": "Udfører", "unitIds": [str(provider.unit)]},
            ],
        )
        body = group_round_body(group_id, instruments=[RK], networkSubjects="groups")
        round_id = uuid4()
        view = ok(await worker.create(f"/v1/rounds/{round_id}", body))
        opened = OpenedRound(municipality, round_id, view)
        asked = {
            who.id: [each["label"] for each in (await network_form(opened, who))["subjects"]]
            for who in (function, provider, other)
        }
        assert asked == {
            function.id: ["Udfører"],
            provider.id: ["Myndighed"],
            other.id: ["Myndighed", "Udfører"],
        }

    async def test_has_no_citizen(self, municipality: Municipality, worker: CallerClient) -> None:
        resources = {"level": "low", "ratedBy": "sagsbehandler"}
        body = group_round_body(uuid4(), citizenResources=resources)
        answer = await worker.create(f"/v1/rounds/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [("/citizenResources", "no-citizen")]
        group_id = await municipality.group([await municipality.employee() for _ in range(2)])
        round_id = uuid4()
        ok(await worker.create(f"/v1/rounds/{round_id}", group_round_body(group_id)))
        rated = await worker.put(f"/v1/rounds/{round_id}/citizen-resources", resources)
        assert refused(rated, 422, "broken-rule") == [("", "no-citizen")]

    async def test_is_not_for_case_systems(self, municipality: Municipality, survey: CallerClient) -> None:
        group_id = await municipality.group([await municipality.employee() for _ in range(2)])
        for named in (group_id, uuid4()):
            answer = await survey.create(f"/v1/rounds/{uuid4()}", group_round_body(named))
            assert refused(answer, 422, "broken-rule") == [("/groupId", "unknown-group")]

    async def test_is_about_a_case_or_a_group_and_not_both(self, survey: CallerClient) -> None:
        both = round_body(uuid4(), groupId=str(uuid4()))
        neither = {name: value for name, value in both.items() if not name.endswith("Id")}
        for body in (both, neither):
            refused(await survey.create(f"/v1/rounds/{uuid4()}", body), 400, "malformed-request")

    async def test_only_a_group_has_no_citizen_to_inform(self, survey: CallerClient) -> None:
        body = round_body(uuid4())
        body["informed"] = {**body["informed"], "citizenInformedAt": None}
        answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [("/informed/citizenInformedAt", "not-informed-yet")]


class TestOpenRound:
    async def test_who_objected_is_left_out_with_the_reason(
        self, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        unit = await municipality.unit()
        anne, bo, carl = [await municipality.employee(unit) for _ in range(3)]
        case_id = await municipality.case([anne, bo, carl])
        await objects(municipality, carl)
        opened = await municipality.open_round(case_id, instruments=[RK])
        assert opened.view["notAsked"] == [
            {"instrument": None, "respondentId": str(carl.id), "reason": "objected"}
        ]
        assert opened.view["measurements"][0]["respondents"] == 2
        named = "SELECT named_id FROM named_in_round WHERE round_id = $1"
        ids = {each["named_id"] for each in await rows(databases["survey"], named, opened.id)}
        assert carl.id in ids

    async def test_a_seat_names_the_leaders_person(self, team: Team, municipality: Municipality) -> None:
        (measured,) = [each for each in team.round.view["measurements"] if each["form"] == "own-leader"]
        state = await feed_state(municipality.stack, "survey", municipality.tenant, UUID(measured["id"]))
        assert {each["leaderPersonId"] for each in state["respondents"]} == {str(team.leader.person)}


class TestWhoMayOpen:
    async def test_a_case_of_others_is_like_an_unknown_one(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        case_id = await small_case(municipality)
        others = municipality.caller("survey", scopes=frozenset({"system:police"}))
        unrelated = municipality.caller(
            "survey", Role.CASE_WORKER, units=frozenset({uuid4()}), subject="somebody else"
        )
        for caller in (others, unrelated):
            path = f"/v1/rounds/{uuid4()}"
            expected = [("/caseId", "unknown-case")]
            assert refused(await caller.create(path, round_body(case_id)), 422, "broken-rule") == expected
            preview = await caller.post("/v1/round-previews", round_body(case_id))
            assert refused(preview, 422, "broken-rule") == expected
        round_id = uuid4()
        ok(await survey.create(f"/v1/rounds/{round_id}", round_body(case_id)))
        for caller in (others, unrelated):
            refused(await caller.get(f"/v1/rounds/{round_id}"), 404, "not-found")
            refused(await caller.create(f"/v1/rounds/{round_id}", round_body(case_id)), 404, "not-found")
            refused(await caller.put(f"/v1/rounds/{round_id}/closure", {}), 404, "not-found")

    async def test_who_takes_part_reads_it_without_who_is_not_asked(
        self, team: Team, municipality: Municipality
    ) -> None:
        path = f"/v1/rounds/{team.round.id}"
        anne = municipality.caller("survey", Role.PROFESSIONAL, person=team.anne.person)
        view = ok(await anne.get(path))
        assert (view["id"], view["notAsked"], view["changes"]) == (str(team.round.id), None, None)
        leader = municipality.caller("survey", Role.LEADER, person=team.leader.person)
        assert ok(await leader.get(path))["notAsked"] is None
        stranger = municipality.caller("survey", Role.PROFESSIONAL, person=uuid4())
        refused(await stranger.get(path), 404, "not-found")


class TestListRounds:
    async def test_pages_and_filters(self, municipality: Municipality, survey: CallerClient) -> None:
        case_id, other = await small_case(municipality), await small_case(municipality)
        opened = [await municipality.open_round(each) for each in (case_id, other)]
        planned = uuid4()
        ok(await survey.create(f"/v1/rounds/{planned}", planned_body(case_id, wave=FOLLOW_UP)))

        async def listed(query: str) -> set[str]:
            return {each["id"] for each in ok(await survey.get(f"/v1/rounds?{query}"))["items"]}

        assert await listed(f"caseId={case_id}") == {str(opened[0].id), str(planned)}
        assert await listed("wave=follow-up") == {str(planned)}
        assert await listed("state=open") == {str(each.id) for each in opened}
        assert await listed(f"groupId={uuid4()}") == set()
        first = ok(await survey.get("/v1/rounds?pageSize=2"))
        rest = ok(await survey.get(f"/v1/rounds?pageSize=2&cursor={first['nextCursor']}"))
        assert len(first["items"]) + len(rest["items"]) == 3
        assert rest["nextCursor"] is None
        others = municipality.caller("survey", scopes=frozenset({"system:police"}))
        assert ok(await others.get("/v1/rounds"))["items"] == []


class TestFocusItems:
    async def test_are_kept_with_the_measurement_and_all_items_are_asked(
        self, municipality: Municipality
    ) -> None:
        chosen = [{**RK, "focusItems": ["innovation", "mutual-respect"]}]
        opened = await municipality.open_round(await small_case(municipality), instruments=chosen)
        (measured,) = opened.view["measurements"]
        assert (measured["focusItems"], measured["judgements"]) == (["innovation", "mutual-respect"], 12)
        state = await feed_state(municipality.stack, "survey", municipality.tenant, UUID(measured["id"]))
        assert (state["focusItems"], len(state["items"])) == (["innovation", "mutual-respect"], 6)

    async def test_are_items_of_the_instrument(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        chosen = [{**RK, "focusItems": ["innovation", "astrology"]}]
        body = round_body(await small_case(municipality), instruments=chosen)
        answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
        assert refused(answer, 422, "broken-rule") == [("/instruments/0/focusItems/1", "unknown-item")]


class TestPreviewRound:
    async def test_says_what_opening_would_make_and_stores_nothing(
        self,
        municipality: Municipality,
        survey: CallerClient,
        databases: dict[str, TestDatabase],
    ) -> None:
        case_id = await small_case(municipality)
        preview = ok(await survey.post("/v1/round-previews", round_body(case_id)))
        assert ok(await survey.get("/v1/rounds"))["items"] == []
        assert await audited(databases["survey"], case_id) == [
            ("preview", "case", "Bedre samarbejde omkring borgeren", "tester")
        ]
        view = (await municipality.open_round(case_id)).view
        shown = {each["instrument"]: each for each in preview["measurements"]}
        assert {each["instrument"]: each["judgements"] for each in view["measurements"]} == {
            name: each["judgements"] for name, each in shown.items()
        }
        assert (preview["judgements"], preview["notAsked"]) == (view["judgements"], view["notAsked"])
        assert preview["judgementsPerPerson"]["most"] == 6
        assert [each["judgements"] for each in shown["relational-capacity"]["respondents"]] == [6, 6]

    async def test_of_nobody_is_empty(self, municipality: Municipality, survey: CallerClient) -> None:
        empty = await municipality.case([], citizens=0)
        preview = ok(await survey.post("/v1/round-previews", round_body(empty)))
        assert (preview["measurements"], preview["judgementsPerPerson"]) == ([], {"most": 0, "mean": 0.0})


class TestOpenRounds:
    async def test_opens_each_or_says_why_not(
        self, municipality: Municipality, survey: CallerClient
    ) -> None:
        known = [await small_case(municipality) for _ in range(3)]
        await municipality.open_round(known[2])
        items = [{"roundId": str(uuid4()), "caseId": str(each)} for each in (*known, uuid4())]
        content = {name: value for name, value in round_body(uuid4()).items() if name != "caseId"}
        answer = await survey.post("/v1/round-batches", {"round": content, "items": items})
        assert answer.status_code == 207
        found = answer.json()["items"]
        assert [each["roundId"] for each in found] == [each["roundId"] for each in items]
        assert [(each["status"], each["state"]) for each in found] == [
            (201, "open"),
            (201, "open"),
            (409, None),
            (422, None),
        ]
        assert found[2]["problem"]["code"] == "round-exists"
        assert found[3]["problem"]["errors"][0]["code"] == "unknown-case"
        again = await survey.post("/v1/round-batches", {"round": content, "items": items[:2]})
        assert [each["status"] for each in again.json()["items"]] == [200, 200]

    async def test_names_no_round_twice_and_not_too_many(self, survey: CallerClient) -> None:
        content = {name: value for name, value in round_body(uuid4()).items() if name != "caseId"}
        item = {"roundId": str(uuid4()), "caseId": str(uuid4())}
        many = [{"roundId": str(uuid4()), "caseId": str(uuid4())} for _ in range(201)]
        for items in ([item, item], many, []):
            answer = await survey.post("/v1/round-batches", {"round": content, "items": items})
            refused(answer, 400, "malformed-request")


class TestBasedOn:
    async def test_tells_who_joined_and_left(
        self, team: Team, municipality: Municipality, cases: CallerClient, survey: CallerClient
    ) -> None:
        new = await municipality.employee(team.anne.unit, team.leader.id)
        await participants(cases, team.round.case, [team.anne, team.bo, new])
        body = round_body(team.round.case, wave=FOLLOW_UP, basedOn=str(team.round.id))
        view = ok(await survey.create(f"/v1/rounds/{uuid4()}", body))
        assert view["basedOn"] == str(team.round.id)
        changes = {
            name: [UUID(each["respondentId"]) for each in found] for name, found in view["changes"].items()
        }
        assert changes == {"joined": [new.id], "left": [team.doctor.id], "changedLeader": []}
        assert ok(await survey.get(f"/v1/rounds/{team.round.id}"))["changes"] is None

    async def test_is_an_earlier_wave_of_the_same(
        self, team: Team, municipality: Municipality, survey: CallerClient
    ) -> None:
        other = await small_case(municipality)
        for case_id, wave, earlier, code in (
            (other, FOLLOW_UP, team.round.id, "unknown-round"),
            (team.round.case, FOLLOW_UP, uuid4(), "unknown-round"),
            (team.round.case, {**FOLLOW_UP, "ordinal": 1}, team.round.id, "not-earlier"),
        ):
            body = round_body(case_id, wave=wave, basedOn=str(earlier))
            answer = await survey.create(f"/v1/rounds/{uuid4()}", body)
            assert refused(answer, 422, "broken-rule") == [("/basedOn", code)]


class TestCitizenResources:
    async def test_are_kept_with_the_round_and_told_in_the_feed(
        self, team: Team, municipality: Municipality, survey: CallerClient
    ) -> None:
        path = f"/v1/rounds/{team.round.id}/citizen-resources"
        wanted = {"level": "low", "ratedBy": "sagsbehandler"}
        first = ok(await survey.put(path, wanted))
        assert (first["citizenResources"], first["version"]) == (wanted, 2)
        assert ok(await survey.put(path, wanted)) == first
        measured = UUID(team.round.view["measurements"][0]["id"])
        state = await feed_state(municipality.stack, "survey", municipality.tenant, measured)
        assert (state["citizenResources"], state["version"]) == ("low", 2)

    async def test_may_be_told_at_opening(self, municipality: Municipality, survey: CallerClient) -> None:
        wanted: dict[str, Any] = {"level": "unknown", "ratedBy": "borgeren selv"}
        opened = await municipality.open_round(await small_case(municipality), citizenResources=wanted)
        assert opened.view["citizenResources"] == wanted


class TestCloseRound:
    async def test_says_why_and_deletes_drafts(
        self, team: Team, survey: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        bo = await team.round.respondent(team.bo.person)
        form = await network_form(team.round, team.bo)
        ratings = [{"subjectId": str(team.anne.id), "answers": [{"itemId": "innovation", "value": 2}]}]
        ok(await bo.put("/v1/response/draft", {"formId": form["id"], "revision": 0, "ratings": ratings}))
        kept = "SELECT id FROM form WHERE id = $1 AND (draft IS NOT NULL OR draft_texts IS NOT NULL)"
        assert len(await rows(databases["survey"], kept, UUID(form["id"]))) == 1
        path = f"/v1/rounds/{team.round.id}/closure"
        closed = ok(await survey.put(path, {"reason": "citizen-deceased"}))
        assert (closed["state"], closed["closedBecause"]) == ("closed", "citizen-deceased")
        assert await rows(databases["survey"], kept, UUID(form["id"])) == []
        assert ok(await survey.put(path, {}))["closedBecause"] == "citizen-deceased"

    async def test_only_people_s_reasons_are_taken(self, team: Team, survey: CallerClient) -> None:
        answer = await survey.put(f"/v1/rounds/{team.round.id}/closure", {"reason": "time"})
        refused(answer, 400, "malformed-request")
