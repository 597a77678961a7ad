"""Asks the register who is around a case or in a group; never inside a transaction."""

from uuid import UUID

import httpx2

from services.survey.rounds.gathering import Gathering, Subject, around_case, in_group
from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner
from shared.contracts.register import GroupRoster, Roster
from shared.contracts.survey import About
from shared.errors import Problem, broken_rule, unavailable

UNKNOWN = {About.CASE: "unknown-case", About.COLLABORATION_GROUP: "unknown-group"}
"""How a case or group is refused that is not there, or not the caller's."""


def unknown(subject: Subject) -> Problem:
    """Refuse a case or group that there is none of, or that the caller may not see, both alike."""
    return broken_rule(f"/{subject.field}", UNKNOWN[subject.about], "There is no such thing.")


class CasesClient:
    """Calls the register as a service, for one tenant at a time."""

    def __init__(self, base_url: str, signer: TokenSigner) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=5.0, trust_env=False)
        self._signer = signer

    async def gather(self, tenant: UUID, subject: Subject) -> Gathering:
        """Return everybody around a case, or in a collaboration group, as it is now.

        Raises
        ------
        Problem
            422 if the tenant has no such thing, 503 if the register does not answer.
        """
        if subject.about is About.CASE:
            return around_case(await self.read_roster(tenant, subject.id))
        return in_group(await self.read_group_roster(tenant, subject.id))

    async def read_roster(self, tenant: UUID, case_id: UUID) -> Roster:
        """Return a case's roster as it is now."""
        subject = Subject(About.CASE, case_id)
        return Roster.model_validate_json(
            await self._read(tenant, subject, f"/internal/cases/{case_id}/roster")
        )

    async def read_group_roster(self, tenant: UUID, group_id: UUID) -> GroupRoster:
        """Return a collaboration group's roster as it is now."""
        subject = Subject(About.COLLABORATION_GROUP, group_id)
        return GroupRoster.model_validate_json(
            await self._read(tenant, subject, f"/internal/collaboration-groups/{group_id}/roster")
        )

    async def _read(self, tenant: UUID, subject: Subject, path: str) -> bytes:
        service = Principal(
            subject="survey", issuer="survey", roles=frozenset({Role.SERVICE}), tenant=tenant
        )
        headers = {"Authorization": f"Bearer {self._signer.sign(service, 'cases')}"}
        try:
            answer = await self._http.get(path, headers=headers)
        except (httpx2.HTTPError, AttributeError) as error:
            # AttributeError: what anyio raises on uvloop when the peer dies while it connects.
            raise unavailable() from error
        if answer.status_code == 404:
            raise unknown(subject)
        if answer.status_code != 200:
            raise unavailable()
        return answer.content

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
