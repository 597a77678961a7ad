"""Rule sets over REST: written, tried on all cases, put to use, and never changed after that."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality, ok
from tests.support.records import rows
from tests.support.refusals import refused, without_trace
from tests.support.services import CallerClient

PATH = "/v1/rule-sets/hedensted/revisions/1"
ORDINARY = {"code": "ordinary", "minUnits": 0, "minAuthorityFunctions": 0}
COMPLEX = {"code": "complex", "minUnits": 3, "minAuthorityFunctions": 1}


def rules(*levels: dict[str, Any], external: bool = True) -> dict[str, Any]:
    return {"levels": [ORDINARY, *levels], "externalUnitsCount": external}


def level(code: str, units: int, authorities: int) -> dict[str, Any]:
    return {"code": code, "minUnits": units, "minAuthorityFunctions": authorities}


@pytest.fixture
def admin(municipality: Municipality) -> CallerClient:
    """Give the municipality's administrator."""
    return municipality.caller("cases", Role.ADMINISTRATOR)


async def activate(admin: CallerClient, code: str = "hedensted", revision: int = 1) -> dict[str, Any]:
    tag = (await admin.get("/v1/active-rule-set")).headers["etag"]
    body = {"code": code, "revision": revision}
    active: dict[str, Any] = ok(await admin.put("/v1/active-rule-set", body, If_Match=tag))
    return active


async def case_of(municipality: Municipality, units: int, authorities: int, **more: Any) -> UUID:
    parts = [
        (await municipality.unit(**more), "authority" if number < authorities else "provider")
        for number in range(units)
    ]
    return await municipality.case([], parts)


async def classified(cases: CallerClient, case_id: UUID, **headers: str) -> dict[str, Any]:
    path = f"/v1/cases/{case_id}/classification"
    found: dict[str, Any] = ok(await cases.get(path, headers=headers))
    return found


class TestPutRuleSet:
    async def test_is_created_read_and_listed(self, admin: CallerClient, cases: CallerClient) -> None:
        made = await admin.create(PATH, rules(COMPLEX))
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        view = ok(made)
        assert view == {
            "version": 1,
            "code": "hedensted",
            "revision": 1,
            "usedAt": None,
            **rules(COMPLEX),
        }
        assert ok(await cases.get(PATH)) == view
        ok(await admin.create("/v1/rule-sets/hedensted/revisions/2", rules(COMPLEX, external=False)))
        listed = ok(await cases.get("/v1/rule-sets"))["items"]
        assert [(each["revision"], each["externalUnitsCount"]) for each in listed] == [
            (1, True),
            (2, False),
        ]

    async def test_changes_on_the_version_one_has_seen_only(self, admin: CallerClient) -> None:
        ok(await admin.create(PATH, rules(COMPLEX)))
        refused(await admin.put(PATH, rules()), 428, "precondition-required")
        refused(await admin.put(PATH, rules(), If_Match='"7"'), 412, "precondition-failed")
        refused(await admin.create(PATH, rules()), 412, "precondition-failed")
        again = await admin.create(PATH, rules(COMPLEX))
        assert (again.status_code, again.headers["etag"]) == (200, '"1"')
        changed = await admin.put(PATH, rules(), If_Match='"1"')
        assert (ok(changed)["levels"], changed.headers["etag"]) == ([ORDINARY], '"2"')
        unmade = "/v1/rule-sets/hedensted/revisions/9"
        refused(await admin.put(unmade, rules(), If_Match="*"), 412, "precondition-failed")

    async def test_once_used_never_changes(self, admin: CallerClient) -> None:
        ok(await admin.create(PATH, rules(COMPLEX)))
        await activate(admin)
        refused(await admin.put(PATH, rules(), If_Match="*"), 409, "rule-set-in-use")
        await activate(admin, "default")
        refused(await admin.put(PATH, rules(), If_Match="*"), 409, "rule-set-in-use")
        kept = ok(await admin.put(PATH, rules(COMPLEX), If_Match="*"))
        assert kept["levels"] == [ORDINARY, COMPLEX]
        assert kept["usedAt"] is not None

    async def test_many_at_once_make_one(self, admin: CallerClient) -> None:
        answers = await asyncio.gather(
            *(admin.create(PATH, rules(level("complex", number, 1))) for number in range(1, 9))
        )
        assert sorted(answer.status_code for answer in answers) == [201, *[412] * 7]
        assert len(ok(await admin.get("/v1/rule-sets"))["items"]) == 1

    async def test_the_built_in_one_is_there_and_stays_as_it_is(self, admin: CallerClient) -> None:
        found = ok(await admin.get("/v1/rule-sets/default/revisions/1"))
        assert found["levels"] == [ORDINARY, level("complex", 5, 2)]
        assert found["externalUnitsCount"] is True
        for revision in (1, 2):
            answer = await admin.create(f"/v1/rule-sets/default/revisions/{revision}", rules())
            assert refused(answer, 422, "broken-rule") == [("/code", "reserved-code")]
        refused(await admin.get("/v1/rule-sets/default/revisions/2"), 404, "not-found")

    @pytest.mark.parametrize(
        ("levels", "places"),
        [
            (
                [level("complex", 5, 2)],
                [
                    ("/levels/0/minUnits", "first-level-asks"),
                    ("/levels/0/minAuthorityFunctions", "first-level-asks"),
                ],
            ),
            (
                [ORDINARY, level("a", 5, 2), level("b", 4, 1)],
                [("/levels/2/minUnits", "falling"), ("/levels/2/minAuthorityFunctions", "falling")],
            ),
            (
                [ORDINARY, level("a", 5, 2), level("b", 6, 1)],
                [("/levels/2/minAuthorityFunctions", "falling")],
            ),
            ([ORDINARY, level("a", 0, 0)], [("/levels/1", "not-rising")]),
            ([ORDINARY, level("ordinary", 5, 2)], [("/levels/1/code", "duplicate-level")]),
        ],
    )
    async def test_levels_rise_from_nothing(
        self, admin: CallerClient, levels: list[dict[str, Any]], places: list[tuple[str, str]]
    ) -> None:
        assert refused(await admin.create(PATH, {"levels": levels}), 422, "broken-rule") == places
        preview = await admin.post("/v1/rule-set-previews", {"rules": {"levels": levels}})
        assert refused(preview, 422, "broken-rule") == [(f"/rules{where}", code) for where, code in places]

    @pytest.mark.parametrize(
        "body",
        [
            {"levels": []},
            {"levels": [ORDINARY] * 21},
            {"levels": [{**ORDINARY, "minUnits": -1}]},
            {"levels": [{**ORDINARY, "code": "Ikke en kode"}]},
            {"levels": [ORDINARY], "more": 1},
            {},
        ],
    )
    async def test_refuses_what_is_no_rule_set(self, admin: CallerClient, body: dict[str, Any]) -> None:
        refused(await admin.create(PATH, body), 400, "malformed-request")

    async def test_only_administrators_write(self, municipality: Municipality, cases: CallerClient) -> None:
        refused(await cases.create(PATH, rules()), 403, "forbidden")
        analyst = municipality.caller("cases", Role.ANALYST)
        refused(await analyst.create(PATH, rules()), 403, "forbidden")
        body = {"code": "default", "revision": 1}
        refused(await analyst.put("/v1/active-rule-set", body, If_Match="*"), 403, "forbidden")

    async def test_is_another_tenants_no_more_than_one_that_is_not_there(
        self, municipality: Municipality, admin: CallerClient
    ) -> None:
        ok(await admin.create(PATH, rules(COMPLEX)))
        neighbour = municipality.stack.caller("cases", uuid4(), Role.ADMINISTRATOR)
        assert without_trace(await neighbour.get(PATH)) == without_trace(
            await neighbour.get("/v1/rule-sets/nobodys/revisions/1")
        )
        refused(await neighbour.get(PATH), 404, "not-found")
        assert ok(await neighbour.get("/v1/rule-sets"))["items"] == []
        answer = await neighbour.put(
            "/v1/active-rule-set", {"code": "hedensted", "revision": 1}, If_Match="*"
        )
        assert refused(answer, 422, "broken-rule") == [("/code", "unknown-rule-set")]


class TestActivateRuleSet:
    async def test_the_built_in_one_is_active_from_the_beginning(self, cases: CallerClient) -> None:
        answer = await cases.get("/v1/active-rule-set")
        active = ok(answer)
        assert answer.headers["etag"] == '"1"'
        assert (active["code"], active["revision"], active["activatedAt"]) == ("default", 1, None)
        assert active["levels"][1] == level("complex", 5, 2)

    async def test_judges_new_cases_at_once_and_the_others_in_the_background(
        self, municipality: Municipality, admin: CallerClient, cases: CallerClient
    ) -> None:
        before = await case_of(municipality, 3, 1)
        assert (await classified(cases, before))["current"]["level"] == "ordinary"
        ok(await admin.create(PATH, rules(COMPLEX)))
        active = await activate(admin)
        assert (active["code"], active["levels"]) == ("hedensted", [ORDINARY, COMPLEX])
        after = await case_of(municipality, 3, 1)
        for case_id in (before, after):
            current = (await classified(cases, case_id))["current"]
            assert (current["level"], current["ruleSet"]) == ("complex", "hedensted/1")
        async with asyncio.timeout(60):
            while len((await classified(cases, before))["history"]) < 2:
                await asyncio.sleep(0.02)
        history = (await classified(cases, before, **{"Accept-Language": "en"}))["history"]
        told = [(each["reason"], each["classification"]["level"]) for each in history]
        assert told == [("registration", "ordinary"), ("rule-set-changed", "complex")]
        assert history[1]["description"] == "The municipality put another rule set to use."
        danish = (await classified(cases, before))["history"]
        assert danish[1]["description"] == "Kommunen har taget et andet regelsæt i brug."

    async def test_on_the_state_one_has_seen_only(self, admin: CallerClient) -> None:
        ok(await admin.create(PATH, rules(COMPLEX)))
        wanted = {"code": "hedensted", "revision": 1}
        refused(await admin.put("/v1/active-rule-set", wanted), 428, "precondition-required")
        refused(await admin.put("/v1/active-rule-set", wanted, If_Match='"2"'), 412, "precondition-failed")
        assert ok(await admin.put("/v1/active-rule-set", wanted, If_Match='"1"'))["version"] == 2
        again = await admin.put("/v1/active-rule-set", wanted, If_Match='"1"')
        assert (ok(again)["version"], again.headers["etag"]) == (2, '"2"')

    async def test_what_is_not_there_can_not_be_used(self, admin: CallerClient) -> None:
        for code, revision in (("hedensted", 1), ("default", 2)):
            body = {"code": code, "revision": revision}
            answer = await admin.put("/v1/active-rule-set", body, If_Match="*")
            assert refused(answer, 422, "broken-rule") == [("/code", "unknown-rule-set")]

    async def test_says_who_did_it_and_when(
        self, admin: CallerClient, municipality: Municipality, databases: dict[str, TestDatabase]
    ) -> None:
        ok(await admin.create(PATH, rules(COMPLEX)))
        await activate(admin)
        await activate(admin, "default")
        found = await rows(
            databases["cases"],
            "SELECT rule_set_id, at, actor FROM rule_set_activation WHERE tenant_id = $1 ORDER BY at",
            municipality.tenant,
        )
        assert [row["rule_set_id"] is None for row in found] == [False, True]
        assert all(row["actor"] for row in found)
        assert (await admin.get("/v1/active-rule-set")).headers["etag"] == '"3"'


class TestPreviewRuleSet:
    async def test_counts_what_would_change(
        self, municipality: Municipality, admin: CallerClient, cases: CallerClient
    ) -> None:
        small = await case_of(municipality, 2, 1)
        police = await case_of(municipality, 3, 1, external=True)
        large = await case_of(municipality, 5, 2)
        wanted = rules(COMPLEX, level("very-complex", 5, 2))
        found = ok(await admin.post("/v1/rule-set-previews", {"rules": wanted}))
        assert (found["cases"], found["changed"], found["ruleSet"]) == (3, 2, "preview/0")
        moves = {
            (each["fromLevel"], each["toLevel"]): (each["cases"], each["examples"])
            for each in found["transitions"]
        }
        assert moves == {
            ("ordinary", "ordinary"): (1, []),
            ("ordinary", "complex"): (1, [str(police)]),
            ("complex", "very-complex"): (1, [str(large)]),
        }
        within = ok(
            await admin.post("/v1/rule-set-previews", {"rules": {**wanted, "externalUnitsCount": False}})
        )
        assert within["changed"] == 1
        assert found["isSettled"] is True
        assert (await classified(cases, small))["current"]["ruleSet"] == "default/1"

    async def test_by_name_says_what_then_happens(
        self, municipality: Municipality, admin: CallerClient, cases: CallerClient
    ) -> None:
        case_id = await case_of(municipality, 3, 1)
        ok(await admin.create(PATH, rules(COMPLEX)))
        named = {"ruleSet": {"code": "hedensted", "revision": 1}}
        found = ok(await admin.post("/v1/rule-set-previews", named))
        assert (found["ruleSet"], found["changed"]) == ("hedensted/1", 1)
        await activate(admin)
        async with asyncio.timeout(60):
            while len((await classified(cases, case_id))["history"]) < 2:
                await asyncio.sleep(0.02)
        found = ok(await admin.post("/v1/rule-set-previews", named))
        assert (found["changed"], found["transitions"][0]["fromLevel"]) == (0, "complex")

    async def test_is_for_those_who_see_every_case(
        self, municipality: Municipality, cases: CallerClient
    ) -> None:
        body = {"ruleSet": {"code": "default", "revision": 1}}
        for role in (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.LEADER, Role.PROFESSIONAL):
            caller = municipality.caller("cases", role, person=uuid4())
            refused(await caller.post("/v1/rule-set-previews", body), 403, "forbidden")
        for role in (Role.ANALYST, Role.DATA_STEWARD, Role.ADMINISTRATOR):
            ok(await municipality.caller("cases", role).post("/v1/rule-set-previews", body))

    async def test_sees_no_other_tenants_cases(self, municipality: Municipality) -> None:
        await case_of(municipality, 3, 1)
        neighbour = municipality.stack.caller("cases", uuid4(), Role.ANALYST)
        found = ok(await neighbour.post("/v1/rule-set-previews", {"rules": rules(COMPLEX)}))
        assert (found["cases"], found["transitions"]) == (0, [])

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, ("/ruleSet", "no-rule-set")),
            ({"ruleSet": {"code": "nobodys", "revision": 1}}, ("/ruleSet/code", "unknown-rule-set")),
            (
                {"ruleSet": {"code": "default", "revision": 1}, "rules": rules(COMPLEX)},
                ("/rules", "two-rule-sets"),
            ),
        ],
    )
    async def test_needs_one_rule_set(
        self, admin: CallerClient, body: dict[str, Any], place: tuple[str, str]
    ) -> None:
        assert refused(await admin.post("/v1/rule-set-previews", body), 422, "broken-rule") == [place]
