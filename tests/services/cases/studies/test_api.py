"""Studies and enrolments over REST: an arm once given stays, and a case leaves with a reason."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.services.cases.studies.planning import PLACE, STUDY, known_study
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import audited
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack


class TestPutStudy:
    async def test_creates_reads_and_repeats(self, analyst: CallerClient) -> None:
        study = await known_study(analyst)
        assert ok(await analyst.get(f"/v1/studies/{study}")) == {**STUDY, "id": str(study), "version": 1}
        assert (await analyst.create(f"/v1/studies/{study}", STUDY)).status_code == 200

    async def test_names_each_arm_and_wave_once_and_one_control(self, analyst: CallerClient) -> None:
        arms, waves = STUDY["arms"], STUDY["waves"]
        mistakes: list[dict[str, Any]] = [
            {"arms": [arms[0]] * 2},
            {"arms": []},
            {"arms": [{**arm, "control": True} for arm in arms]},
            {"waves": [waves[0], {**waves[1], "code": "baseline"}]},
            {"waves": [waves[0], {**waves[1], "ordinal": 1}]},
        ]
        for wrong in mistakes:
            answer = await analyst.create(f"/v1/studies/{uuid4()}", {**STUDY, **wrong})
            refused(answer, 400, "malformed-request")

    async def test_arms_are_fixed_once_a_case_is_in(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}"
        third: dict[str, Any] = {
            **STUDY,
            "arms": [*STUDY["arms"], {"code": "third", "name": "T", "control": False}],
        }
        assert ok(await analyst.put(path, third, If_Match='"1"'))["version"] == 2
        ok(await analyst.create(f"{path}/enrolments/{case_id}", PLACE))
        refused(await analyst.put(path, STUDY, If_Match='"1"'), 412, "precondition-failed")
        refused(await analyst.put(path, STUDY, If_Match='"2"'), 409, "arms-fixed")
        swapped = {**third, "arms": [{**arm, "control": not arm["control"]} for arm in third["arms"][:2]]}
        refused(await analyst.put(path, swapped, If_Match="*"), 409, "arms-fixed")
        renamed = {**third, "arms": [{**arm, "name": "Gruppe"} for arm in third["arms"]], "waves": []}
        assert ok(await analyst.put(path, renamed, If_Match='"2"'))["version"] == 3

    async def test_lists_studies(self, analyst: CallerClient) -> None:
        studies = [await known_study(analyst) for _ in range(2)]
        items = ok(await analyst.get("/v1/studies"))["items"]
        assert [each["id"] for each in items] == sorted(str(each) for each in studies)


class TestPutEnrolment:
    async def test_keeps_arm_stratum_method_and_time(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments"
        placed = await analyst.create(f"{path}/{case_id}", PLACE)
        assert placed.status_code == 201
        items = ok(await analyst.get(path))["items"]
        assert items == [placed.json()]
        assert {name: items[0][name] for name in PLACE} == PLACE
        assert (await analyst.create(f"{path}/{case_id}", PLACE)).status_code == 200

    async def test_a_place_that_is_given_stays(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{case_id}"
        ok(await analyst.create(path, PLACE))
        for other in (
            {"arm": "control"},
            {"stratum": "0730"},
            {"method": "random"},
            {"seed": 28},
            {"allocatedAt": "2026-01-06T08:00:00Z"},
        ):
            moved = {**PLACE, **other}
            refused(await analyst.create(path, moved), 412, "precondition-failed")
            refused(await analyst.put(path, moved, If_Match="*"), 409, "allocation-fixed")
        assert ok(await analyst.get(path))["version"] == 1

    async def test_how_it_was_chosen_may_be_said_better(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{case_id}"
        ok(await analyst.create(path, PLACE))
        said = {
            **PLACE,
            "selectedBy": "Forskergruppen",
            "selectionReason": "Alle parter fandt det relevant",
        }
        assert ok(await analyst.put(path, said, If_Match='"1"'))["selectedBy"] == "Forskergruppen"

    async def test_method_stratum_and_seed_fit(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{case_id}"
        chosen = {**PLACE, "method": "chosen"}
        answer = await analyst.create(path, chosen)
        assert refused(answer, 422, "broken-rule") == [("/seed", "not-drawn")]
        answer = await analyst.create(path, {**PLACE, "stratum": None})
        assert refused(answer, 422, "broken-rule") == [("/stratum", "stratum-missing")]
        refused(await analyst.create(path, {**PLACE, "seed": 2**53}), 400, "malformed-request")
        ok(await analyst.create(path, {**chosen, "seed": None}))

    async def test_refuses_an_arm_the_study_has_not(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        answer = await analyst.create(
            f"/v1/studies/{study}/enrolments/{case_id}", {**PLACE, "arm": "third"}
        )
        assert refused(answer, 422, "broken-rule") == [("/arm", "unknown-arm")]

    async def test_study_and_case_must_be_there(
        self, municipality: Municipality, analyst: CallerClient, stack: Stack
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        foreign = await Municipality(stack, uuid4()).case([])
        for path in (
            f"/v1/studies/{uuid4()}/enrolments/{case_id}",
            f"/v1/studies/{study}/enrolments/{uuid4()}",
            f"/v1/studies/{study}/enrolments/{foreign}",
        ):
            refused(await analyst.create(path, PLACE), 404, "not-found")
        refused(await analyst.get(f"/v1/studies/{uuid4()}/enrolments"), 404, "not-found")


WITHDRAWAL = {"withdrawnAt": "2026-03-01T00:00:00Z", "reason": "Familien er flyttet"}


class TestWithdrawCase:
    async def enrolled(self, municipality: Municipality, analyst: CallerClient) -> tuple[UUID, str]:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{case_id}"
        ok(await analyst.create(path, PLACE))
        return study, path

    async def test_keeps_the_row_and_its_arm(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        _, path = await self.enrolled(municipality, analyst)
        withdrawn = await analyst.create(f"{path}/withdrawal", WITHDRAWAL)
        assert (withdrawn.status_code, withdrawn.headers["etag"]) == (201, '"2"')
        assert (await analyst.create(f"{path}/withdrawal", WITHDRAWAL)).status_code == 200
        seen = ok(await analyst.get(path))
        assert (seen["arm"], seen["withdrawnAt"], seen["withdrawalReason"]) == (
            "intervention",
            WITHDRAWAL["withdrawnAt"],
            WITHDRAWAL["reason"],
        )
        moved = {**PLACE, "arm": "control"}
        refused(await analyst.put(path, moved, If_Match='"2"'), 409, "allocation-fixed")

    async def test_builds_upon_a_state(self, municipality: Municipality, analyst: CallerClient) -> None:
        _, path = await self.enrolled(municipality, analyst)
        path = f"{path}/withdrawal"
        refused(await analyst.put(path, WITHDRAWAL), 428, "precondition-required")
        refused(await analyst.put(path, WITHDRAWAL, If_Match='"9"'), 412, "precondition-failed")
        ok(await analyst.put(path, WITHDRAWAL, If_Match='"1"'))
        better = {**WITHDRAWAL, "reason": "Familien er flyttet til Vejle"}
        refused(await analyst.create(path, better), 412, "precondition-failed")
        assert ok(await analyst.put(path, better, If_Match='"2"'))["version"] == 3

    async def test_comes_after_the_allocation(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        _, path = await self.enrolled(municipality, analyst)
        early = {**WITHDRAWAL, "withdrawnAt": "2025-12-31T00:00:00Z"}
        answer = await analyst.create(f"{path}/withdrawal", early)
        assert refused(answer, 422, "broken-rule") == [("/withdrawnAt", "before-allocation")]

    async def test_only_of_a_case_that_is_in(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        study, _ = await self.enrolled(municipality, analyst)
        other = await municipality.case([])
        path = f"/v1/studies/{study}/enrolments/{other}"
        refused(await analyst.create(f"{path}/withdrawal", WITHDRAWAL), 404, "not-found")
        refused(await analyst.get(path), 404, "not-found")


class TestListEnrolments:
    async def test_by_arm_and_withdrawal(self, municipality: Municipality, analyst: CallerClient) -> None:
        study = await known_study(analyst)
        path = f"/v1/studies/{study}/enrolments"
        cases = [await municipality.case([]) for _ in range(3)]
        for case_id, arm in zip(cases, ("intervention", "control", "control"), strict=True):
            ok(await analyst.create(f"{path}/{case_id}", {**PLACE, "arm": arm}))
        ok(await analyst.create(f"{path}/{cases[2]}/withdrawal", WITHDRAWAL))

        async def listed(query: str) -> set[str]:
            return {each["caseId"] for each in ok(await analyst.get(f"{path}{query}"))["items"]}

        ids = [str(case_id) for case_id in cases]
        assert await listed("?arm=control") == {ids[1], ids[2]}
        assert await listed("?withdrawn=true") == {ids[2]}
        assert await listed("?withdrawn=false&arm=control") == {ids[1]}
        assert await listed("") == set(ids)

    async def test_every_use_is_audited(
        self, municipality: Municipality, analyst: CallerClient, databases: dict[str, TestDatabase]
    ) -> None:
        study, case_id = await known_study(analyst), await municipality.case([])
        path = f"/v1/studies/{study}/enrolments"
        ok(await analyst.create(f"{path}/{case_id}", PLACE))
        ok(await analyst.get(f"{path}/{case_id}"))
        ok(await analyst.get(path))
        seen = [each[:3] for each in await audited(databases["cases"], case_id)]
        assert seen[-2:] == [("write", "case", "study"), ("read", "case", "study")]
        assert [each[:3] for each in await audited(databases["cases"], study)] == [
            ("read", "study", "study")
        ]


class TestTogether:
    async def test_arms_change_or_a_case_comes_in_but_not_both(
        self, municipality: Municipality, analyst: CallerClient
    ) -> None:
        case_id = await municipality.case([])
        only = {**STUDY, "arms": [STUDY["arms"][1]]}
        for _ in range(5):
            study = await known_study(analyst)
            placed, changed = await asyncio.gather(
                analyst.create(f"/v1/studies/{study}/enrolments/{case_id}", PLACE),
                analyst.put(f"/v1/studies/{study}", only, If_Match='"1"'),
            )
            assert sorted([placed.is_success, changed.is_success]) == [False, True]
            assert {placed.status_code, changed.status_code} in ({201, 409}, {200, 422})
