"""Who may call what in data protection: every role on every route."""

from uuid import uuid4

import pytest

from shared.access.principal import Role
from tests.services.cases.protection.people import TOLD, objection
from tests.support.municipality import Municipality
from tests.support.refusals import refused

STEWARDS = {Role.DATA_STEWARD, Role.ADMINISTRATOR}
RECORDERS = STEWARDS | {Role.CASE_SYSTEM, Role.CASE_WORKER}
CONCERNED = RECORDERS | {Role.PROFESSIONAL, Role.LEADER}
SUBJECT = {"subjectType": "citizen", "subjectId": str(uuid4())}
ABOUT = f"subjectType=citizen&subjectId={SUBJECT['subjectId']}"

ROUTES = [
    ("POST", "/v1/information-records", {**SUBJECT, **TOLD}, RECORDERS),
    ("GET", f"/v1/information-records?{ABOUT}", None, CONCERNED),
    ("PUT", f"/v1/objections/{uuid4()}", objection("citizen", uuid4()), CONCERNED),
    ("GET", f"/v1/objections/{uuid4()}", None, CONCERNED),
    ("GET", f"/v1/objections?{ABOUT}", None, CONCERNED),
    ("PUT", f"/v1/retention-rules/{uuid4()}", {"monthsAfterClosing": 12}, STEWARDS),
    ("GET", f"/v1/retention-rules/{uuid4()}", None, STEWARDS),
    ("GET", "/v1/retention-rules", None, STEWARDS),
    ("GET", "/v1/retention-due", None, STEWARDS),
    ("POST", "/v1/retention-runs", {"caseIds": [str(uuid4())]}, STEWARDS),
    ("DELETE", f"/v1/cases/{uuid4()}?reason=retention", None, STEWARDS),
    ("DELETE", f"/v1/citizens/{uuid4()}?reason=citizen-request", None, STEWARDS),
    ("DELETE", f"/v1/persons/{uuid4()}?reason=employee-request", None, STEWARDS),
    ("GET", "/v1/erasures", None, STEWARDS),
    ("POST", "/v1/data-exports", SUBJECT, CONCERNED),
    ("GET", "/v1/cases-audit-events", None, CONCERNED - {Role.CASE_SYSTEM}),
    ("GET", "/v1/me", None, CONCERNED | {Role.ANALYST}),
]

# Without the ids, which differ in each process.
NAMES = [
    f"{number} {method} {path.split('?')[0].split('/')[2]}"
    for number, (method, path, *_) in enumerate(ROUTES)
]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES, ids=NAMES)
async def test_each_role_passes_where_it_may_and_nowhere_else(
    municipality: Municipality, method: str, path: str, body: object, allowed: set[Role]
) -> None:
    for role in set(Role) - {Role.OPERATOR, Role.SERVICE}:
        caller = municipality.caller("cases", role, person=uuid4())
        headers = {"If-None-Match": "*", "Idempotency-Key": uuid4().hex} if method != "GET" else {}
        answer = await caller.request(method, path, json=body, headers=headers)
        if role in allowed:
            assert answer.status_code in {200, 201, 204, 207, 404, 422}, (role, answer.text)
        else:
            refused(answer, 403, "forbidden")


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES, ids=NAMES)
async def test_nobody_passes_without_a_token(
    municipality: Municipality, method: str, path: str, body: object, allowed: set[Role]
) -> None:
    nobody = municipality.stack.bearer("cases", "none")
    refused(await nobody.request(method, path, json=body), 401, "unauthenticated")
