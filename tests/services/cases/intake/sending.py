"""What a source system sends of a case, and how often."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.support.services import CallerClient


def registration(
    case_id: UUID,
    source_version: int = 1,
    units: Sequence[tuple[UUID, str]] = (),
    professionals: Sequence[UUID] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return all that one source says of a case."""
    return {
        "caseId": str(case_id),
        "sourceVersion": source_version,
        "respondentLabel": "Forløb 27",
        "involvements": [{"unitId": str(unit), "role": role} for unit, role in units],
        "participants": [{"professionalId": str(each)} for each in professionals],
        **more,
    }


class Source:
    """One source system's file about one case."""

    def __init__(self, client: CallerClient, case_id: UUID | None = None, system: str = "esdh") -> None:
        self._client = client
        self.case_id = case_id or uuid4()
        self.path = f"/v1/registrations/{system}/{uuid4()}"

    async def send(
        self,
        source_version: int = 1,
        units: Sequence[tuple[UUID, str]] = (),
        professionals: Sequence[UUID] = (),
        **more: Any,
    ) -> httpx2.Response:
        """Send the file."""
        body = registration(self.case_id, source_version, units, professionals, **more)
        return await self._client.put(self.path, body)
