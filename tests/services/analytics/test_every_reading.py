"""Whoever asks for somebody's results is recorded, also where there is nothing to see: on every route."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.analytics import looking
from services.analytics.scores import service as scores
from shared.access.principal import Role
from shared.audit import Access
from shared.database.connection import Transaction
from tests.support.databases import TestDatabase
from tests.support.records import audited
from tests.support.services import Stack

DOCUMENT = Path("docs/openapi/analytics.json")
SUBJECTS = ("{caseId}", "{groupId}", "{leaderId}", "{professionalId}", "{roundId}")
ASKED = {
    "wave": "baseline",
    "from": "baseline",
    "to": "follow-up",
    "purpose": "research",
    "content": "matrix",
}
"""What the routes' other keys are asked with; a new one must be added."""
OF_NOBODY = ("/v1/studies/{studyId}/effect", "/v1/studies/{studyId}/effect/chart")
ANYBODY = (Role.PROFESSIONAL, Role.LEADER, Role.ANALYST, Role.ADMINISTRATOR, Role.CASE_SYSTEM)


def paths() -> dict[str, dict[str, Any]]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return {path: of["get"] for path, of in document["paths"].items() if "get" in of}


def about_somebody() -> list[str]:
    return [path for path in paths() if any(subject in path for subject in SUBJECTS)]


def asked(path: str, subject: UUID) -> str:
    """Return the address of a subject's results."""
    required = [each for each in paths()[path]["parameters"] if each.get("required")]
    query = "&".join(f"{each['name']}={ASKED[each['name']]}" for each in required if each["in"] == "query")
    for name in SUBJECTS:
        path = path.replace(name, str(subject))
    return f"{path.replace('{content}', ASKED['content'])}?{query}"


async def unrecorded(stack: Stack, database: TestDatabase, tenant: UUID) -> list[str]:
    """Return the routes on which who finds nothing is not recorded."""
    reader = stack.caller("analytics", tenant, *ANYBODY, person=uuid4(), scopes=frozenset({"scores:live"}))
    found = []
    for path in about_somebody():
        subject = uuid4()
        answer = await reader.get(asked(path, subject), headers={"Accept": "*/*"})
        assert answer.status_code in {200, 404}, f"{path} {answer.text}"
        if answer.status_code == 200:
            assert "not-available" in answer.text
        if [each[3] for each in await audited(database, subject)] != ["tester"]:
            found.append(path)
    return found


async def test_who_finds_nothing_is_recorded(
    stack: Stack, databases: dict[str, TestDatabase], tenant: UUID
) -> None:
    assert len(about_somebody()) >= 17
    assert await unrecorded(stack, databases["analytics"], tenant) == []


async def test_the_control(
    stack: Stack, databases: dict[str, TestDatabase], tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgotten(_transaction: Transaction, _access: Access) -> None:
        return None

    for recording in (looking, scores):
        monkeypatch.setattr(recording, "record_access", forgotten)
    found = await unrecorded(stack, databases["analytics"], tenant)
    assert "/v1/cases/{caseId}/matrix" in found
    assert "/v1/cases/{caseId}/exports/{content}" in found
    assert "/v1/leaders/{leaderId}/scores" not in found


def test_a_route_with_another_subject_must_be_thought_of() -> None:
    """Every id in an address is somebody's whose results are read, or known to be nobody's."""
    others = [path for path in paths() if "Id}" in path and path not in about_somebody()]
    assert others == list(OF_NOBODY)


async def test_a_groups_indicators_are_recorded_too(
    stack: Stack, databases: dict[str, TestDatabase], tenant: UUID
) -> None:
    group = uuid4()
    reader = stack.caller("analytics", tenant, Role.PROFESSIONAL)
    await reader.get(f"/v1/indicators?from=baseline&to=follow-up&groupId={group}")
    assert len(await audited(databases["analytics"], group)) == 1
