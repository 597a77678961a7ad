"""Allocations over REST: whoever has no place is drawn one, and anybody can draw it again."""

import asyncio
from collections import Counter
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from services.cases.studies.allocation import Lottery
from tests.services.cases.studies.planning import PLACE, STUDY, known_study
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import feed_events, rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

ARMS = ("intervention", "control")


async def draw(analyst: CallerClient, study: UUID, cases: list[UUID], **more: Any) -> dict[str, Any]:
    body = {"caseIds": [str(case_id) for case_id in cases], **more}
    answer = await analyst.post(f"/v1/studies/{study}/allocations", body, key=uuid4().hex)
    assert answer.status_code == 201, answer.text
    drawn: dict[str, Any] = answer.json()
    return drawn


async def place(databases: dict[str, TestDatabase], case_id: UUID, municipality_code: str) -> None:
    """Say which municipality a case belongs to."""
    statement = "UPDATE citizen_case SET municipality_code = $2 WHERE id = $1"
    await rows(databases["cases"], statement, case_id, municipality_code)


def drawn_again(study: UUID, enrolments: list[dict[str, Any]]) -> dict[str, str]:
    """Draw the arms from nothing but what the enrolments tell."""
    arms: dict[str, str] = {}
    by_seed = sorted(
        enrolments, key=lambda each: (each["seed"], each["stratum"] or "", each["allocatedAt"])
    )
    for (seed, stratum), own in groupby(by_seed, key=lambda each: (each["seed"], each["stratum"] or "")):
        taken = 0
        for _, together in groupby(own, key=lambda each: each["allocatedAt"]):
            cases = [UUID(each["caseId"]) for each in together]
            drawn = Lottery(study, seed, ARMS).allocate(cases, stratum, taken)
            arms |= {str(case_id): arm for case_id, arm in drawn.items()}
            taken += len(cases)
    return arms


class TestAllocateCases:
    async def test_draws_from_a_seed_that_it_keeps(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(7)]
        drawn = await draw(analyst, study, cases, selectedBy="Hedensted Kommune")
        listed = ok(await analyst.get(f"/v1/studies/{study}/enrolments"))["items"]
        assert drawn["enrolments"] == listed
        assert {each["caseId"] for each in listed} == {str(each) for each in cases}
        for each in listed:
            assert (each["method"], each["stratum"], each["seed"]) == ("random", None, drawn["seed"])
            assert (each["selectedBy"], each["allocatedAt"]) == ("Hedensted Kommune", drawn["allocatedAt"])
        assert {each["caseId"]: each["arm"] for each in listed} == drawn_again(study, listed)
        assert sorted(Counter(each["arm"] for each in listed).values()) == [3, 4]

    async def test_each_municipality_is_balanced_in_itself(
        self, municipality: Municipality, analyst: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(9)]
        for index, case_id in enumerate(cases):
            await place(databases, case_id, "0766" if index < 5 else "0730")
        drawn = await draw(analyst, study, cases, stratumBy="municipality")
        sizes = Counter((each["stratum"], each["arm"]) for each in drawn["enrolments"])
        assert abs(sizes["0766", "control"] - sizes["0766", "intervention"]) == 1
        assert (sizes["0730", "control"], sizes["0730", "intervention"]) == (2, 2)
        assert {each["method"] for each in drawn["enrolments"]} == {"stratified-random"}
        found = {each["caseId"]: each["arm"] for each in drawn["enrolments"]}
        assert found == drawn_again(study, drawn["enrolments"])

    async def test_by_level(
        self, municipality: Municipality, analyst: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(4)]
        statement = "UPDATE citizen_case SET level = 'complex' WHERE id = ANY($1)"
        await rows(databases["cases"], statement, cases[:2])
        drawn = await draw(analyst, study, cases, stratumBy="level")
        sizes = Counter((each["stratum"], each["arm"]) for each in drawn["enrolments"])
        assert sizes == {(level, arm): 1 for level in ("complex", "ordinary") for arm in ARMS}

    async def test_the_same_seed_goes_on_in_its_blocks(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(6)]
        for case_id in cases:
            await draw(analyst, study, [case_id], seed=27)
        listed = ok(await analyst.get(f"/v1/studies/{study}/enrolments"))["items"]
        assert {each["caseId"]: each["arm"] for each in listed} == drawn_again(study, listed)
        assert Counter(each["arm"] for each in listed) == {"intervention": 3, "control": 3}

    async def test_whoever_has_a_place_keeps_it(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(3)]
        path = f"/v1/studies/{study}/enrolments/{cases[0]}"
        before = ok(await analyst.create(path, PLACE))
        drawn = await draw(analyst, study, cases)
        assert drawn["alreadyEnrolled"] == [str(cases[0])]
        assert {each["caseId"] for each in drawn["enrolments"]} == {str(each) for each in cases[1:]}
        assert ok(await analyst.get(path)) == before
        again = await draw(analyst, study, cases)
        assert (again["seed"], again["allocatedAt"], again["enrolments"]) == (None, None, [])
        assert len(again["alreadyEnrolled"]) == 3

    async def test_is_drawn_once(self, municipality: Municipality, analyst: CallerClient) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(2)]
        path, body = f"/v1/studies/{study}/allocations", {"caseIds": [str(each) for each in cases]}
        first = await analyst.post(path, body, key="lodtraekning-1")
        again = await analyst.post(path, body, key="lodtraekning-1")
        assert (again.status_code, again.json()) == (201, first.json())
        other = {"caseIds": [str(cases[0])]}
        answer = await analyst.post(path, other, key="lodtraekning-1")
        refused(answer, 422, "idempotency-key-reused")
        refused(await analyst.post(path, body), 400, "idempotency-key-required")
        events = await feed_events(municipality.stack, "cases", municipality.tenant)
        assert len([event for event in events if event.type == "enrolment"]) == 2

    async def test_draws_in_parallel_share_their_blocks(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, cases = await known_study(analyst), [await municipality.case([]) for _ in range(8)]
        await asyncio.gather(*(draw(analyst, study, [case_id], seed=9) for case_id in cases))
        listed = ok(await analyst.get(f"/v1/studies/{study}/enrolments"))["items"]
        assert Counter(each["arm"] for each in listed) == {"intervention": 4, "control": 4}

    async def test_names_every_case_it_can_not_draw_for(
        self,
        municipality: Municipality,
        analyst: CallerClient,
        stack: Stack,
        databases: dict[str, TestDatabase],
    ) -> None:
        study = await known_study(analyst)
        cases = [
            await municipality.case([]),
            await municipality.case([]),
            uuid4(),
            await Municipality(stack, uuid4()).case([]),
        ]
        await place(databases, cases[0], "0766")
        await rows(
            databases["cases"], "UPDATE citizen_case SET municipality_code = NULL WHERE id = $1", cases[1]
        )
        body = {"caseIds": [str(each) for each in cases], "stratumBy": "municipality"}
        answer = await analyst.post(f"/v1/studies/{study}/allocations", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [
            ("/caseIds/1", "no-municipality"),
            ("/caseIds/2", "unknown-case"),
            ("/caseIds/3", "unknown-case"),
        ]
        assert ok(await analyst.get(f"/v1/studies/{study}/enrolments"))["items"] == []

    async def test_takes_a_study_two_arms_and_each_case_once(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        case_id = str(await municipality.case([]))
        one = await known_study(analyst, arms=[STUDY["arms"][0]])
        body = {"caseIds": [case_id]}
        answer = await analyst.post(f"/v1/studies/{one}/allocations", body, key=uuid4().hex)
        assert refused(answer, 422, "broken-rule") == [("", "one-arm")]
        answer = await analyst.post(f"/v1/studies/{uuid4()}/allocations", body, key=uuid4().hex)
        refused(answer, 404, "not-found")
        mistakes: list[dict[str, Any]] = [
            {"caseIds": [case_id, case_id]},
            {"caseIds": []},
            {**body, "seed": -1},
        ]
        for wrong in mistakes:
            answer = await analyst.post(f"/v1/studies/{one}/allocations", wrong, key=uuid4().hex)
            refused(answer, 400, "malformed-request")
