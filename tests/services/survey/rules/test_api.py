"""Rules: put by administrators, read by case workers, and never another tenant's."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.principal import Role
from tests.support.municipality import Municipality, ok
from tests.support.refusals import refused

RULE: dict[str, Any] = {
    "name": "Baseline, når et forløb bliver komplekst",
    "beginsAt": "2026-01-01T00:00:00Z",
    "wave": {"code": "baseline", "ordinal": 1, "label": "Før netværksmøderne"},
    "visibility": "confidential",
    "purpose": "At styrke samarbejdet",
    "legalBasis": "Artikel 6, stk. 1, litra e",
    "answerDays": 14,
    "reminders": {"afterDays": [3, 7]},
}


async def put_rule(municipality: Municipality, **more: Any) -> UUID:
    """Put a rule as the municipality's administrator."""
    rule = uuid4()
    administrator = municipality.caller("survey", Role.ADMINISTRATOR)
    ok(await administrator.create(f"/v1/round-rules/{rule}", {**RULE, **more}))
    return rule


async def test_a_rule_is_put_changed_and_read(municipality: Municipality) -> None:
    rule = await put_rule(municipality)
    administrator = municipality.caller("survey", Role.ADMINISTRATOR)
    path = f"/v1/round-rules/{rule}"
    view = ok(await administrator.get(path))
    assert {name: view[name] for name in RULE} == RULE
    assert (view["levels"], view["active"], view["version"]) == (["complex"], True, 1)
    stopped = {**RULE, "active": False}
    changed = await administrator.put(path, stopped, If_Match='"1"')
    assert (ok(changed)["version"], changed.headers["etag"]) == (2, '"2"')
    worker = municipality.caller("survey", Role.CASE_WORKER)
    assert [each["id"] for each in ok(await worker.get("/v1/round-rules"))["items"]] == [str(rule)]
    refused(await administrator.put(path, RULE, If_Match='"1"'), 412, "precondition-failed")


@pytest.mark.parametrize("role", [Role.CASE_WORKER, Role.CASE_SYSTEM, Role.LEADER, Role.ANALYST])
async def test_only_administrators_put_rules(municipality: Municipality, role: Role) -> None:
    answer = await municipality.caller("survey", role).create(f"/v1/round-rules/{uuid4()}", RULE)
    refused(answer, 403, "forbidden")


async def test_another_tenants_rule_is_like_an_unknown_one(municipality: Municipality) -> None:
    rule = await put_rule(municipality)
    stranger = municipality.stack.caller("survey", uuid4(), Role.ADMINISTRATOR)
    for asked in (rule, uuid4()):
        for path in (f"/v1/round-rules/{asked}", f"/v1/round-rules/{asked}/cases"):
            refused(await stranger.get(path), 404, "not-found")
    assert ok(await stranger.get("/v1/round-rules"))["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": []},
        {"answerDays": 0},
        {"reminders": {"afterDays": [7, 3]}},
        {"caseId": str(UUID(int=1))},
        {"beginsAt": "yesterday"},
        {"instruments": [{"code": "relational-capacity", "version": each} for each in (1, 2)]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_makes_no_rule_is_refused(municipality: Municipality, wrong: dict[str, Any]) -> None:
    administrator = municipality.caller("survey", Role.ADMINISTRATOR)
    answer = await administrator.create(f"/v1/round-rules/{uuid4()}", {**RULE, **wrong})
    refused(answer, 400, "malformed-request")


async def test_a_rule_that_could_never_open_a_round_is_refused(municipality: Municipality) -> None:
    administrator = municipality.caller("survey", Role.ADMINISTRATOR)
    chosen = [
        {"code": "astrology", "version": 1},
        {"code": "relational-capacity", "version": 1, "focusItems": ["stars"]},
    ]
    answer = await administrator.create(f"/v1/round-rules/{uuid4()}", {**RULE, "instruments": chosen})
    assert refused(answer, 422, "broken-rule") == [
        ("/instruments/0", "unknown-instrument"),
        ("/instruments/1/focusItems/0", "unknown-item"),
    ]
