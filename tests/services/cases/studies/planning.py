"""A study for tests, and a case's place in it."""

from typing import Any
from uuid import UUID, uuid4

from tests.support.municipality import ok
from tests.support.services import CallerClient

STUDY: dict[str, Any] = {
    "name": "Ledelsesinterventioner",
    "arms": [
        {"code": "intervention", "name": "Netværksmøder", "control": False},
        {"code": "control", "name": "Som hidtil", "control": True},
    ],
    "waves": [
        {"code": "baseline", "ordinal": 1, "label": "Før netværksmøderne", "plannedAt": None},
        {"code": "follow-up", "ordinal": 2, "label": "Efter", "plannedAt": "2026-06-01T00:00:00Z"},
    ],
}
PLACE: dict[str, Any] = {
    "arm": "intervention",
    "stratum": "0766",
    "method": "stratified-random",
    "seed": 27,
    "allocatedAt": "2026-01-05T08:00:00Z",
    "selectedBy": "Hedensted Kommune",
    "selectionReason": "Mindst fem enheder",
}


async def known_study(analyst: CallerClient, **more: Any) -> UUID:
    """Plan a study."""
    study = uuid4()
    ok(await analyst.create(f"/v1/studies/{study}", {**STUDY, **more}))
    return study
