"""What a test names a collaboration group's people by."""

from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.support.municipality import ok
from tests.support.services import CallerClient


def member(professional: UUID, **more: Any) -> dict[str, Any]:
    """Return a member as it is sent."""
    return {"professionalId": str(professional), **more}


def group_body(*members: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the request that puts a group; a service effort unless told."""
    return {
        "kind": "service-effort",
        "name": "Demensindsatsen i Varde",
        "municipalityCode": "0573",
        "respondentLabel": "Samarbejdet om borgere med demens",
        "members": list(members),
        **more,
    }


class Group:
    """A collaboration group, put by one caller."""

    def __init__(self, client: CallerClient) -> None:
        self._client = client
        self.id = uuid4()
        self.path = f"/v1/collaboration-groups/{self.id}"

    async def create(self, *members: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Create it; it must succeed."""
        created: dict[str, Any] = ok(await self._client.create(self.path, group_body(*members, **more)))
        return created

    async def send(self, *members: dict[str, Any], **more: Any) -> httpx2.Response:
        """Put it, whatever is there."""
        return await self._client.put(self.path, group_body(*members, **more), If_Match="*")
