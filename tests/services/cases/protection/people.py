"""A citizen, the files about them, and who answers for data protection."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2

from shared.access.principal import Role
from tests.support.municipality import Employee, Municipality, ok
from tests.support.services import CallerClient

TOLD = {"informedAt": "2026-01-05T08:00:00Z", "channel": "digital-post", "textVersion": "brev-2026-1"}


def steward(municipality: Municipality) -> CallerClient:
    """Return the municipality's data protection officer."""
    return municipality.caller("cases", Role.DATA_STEWARD, subject="dpo")


async def open_case(
    municipality: Municipality,
    citizens: Sequence[UUID] = (),
    members: Sequence[Employee] = (),
    case_id: UUID | None = None,
    **more: Any,
) -> UUID:
    """Register a case about citizens, with a file of its own."""
    case = case_id or uuid4()
    system = more.pop("system", "esdh")
    body = {
        "caseId": str(case),
        "sourceVersion": 1,
        "respondentLabel": "Forløb 27",
        "involvements": [{"unitId": str(each.unit), "role": "provider"} for each in members],
        "participants": [{"professionalId": str(each.id)} for each in members],
        "citizens": [
            {"citizenId": str(each), "relation": "citizen" if place == 0 else "parent"}
            for place, each in enumerate(citizens)
        ],
        **more,
    }
    path = f"/v1/registrations/{system}/{more.get('reference', case)}"
    sender = municipality.caller("cases", Role.CASE_SYSTEM, scopes=frozenset({f"system:{system}"}))
    ok(await sender.put(path, body))
    return case


async def told(caller: CallerClient, subject_type: str, subject_id: UUID, **more: Any) -> httpx2.Response:
    """Record that somebody was told."""
    body = {"subjectType": subject_type, "subjectId": str(subject_id), **TOLD, **more}
    return await caller.post("/v1/information-records", body, key=uuid4().hex)


def objection(subject_type: str, subject_id: UUID, **more: Any) -> dict[str, Any]:
    """Return an objection."""
    return {
        "subjectType": subject_type,
        "subjectId": str(subject_id),
        "objectedAt": "2026-02-01T09:30:00Z",
        **more,
    }


async def objects(municipality: Municipality, subject_type: str, subject_id: UUID) -> UUID:
    """Record an objection; return its id."""
    objection_id = uuid4()
    body = objection(subject_type, subject_id)
    ok(await steward(municipality).create(f"/v1/objections/{objection_id}", body))
    return objection_id


async def erase(caller: CallerClient, path: str, reason: str = "citizen-request") -> httpx2.Response:
    """Erase what a path names."""
    return await caller.request("DELETE", f"{path}?reason={reason}")
