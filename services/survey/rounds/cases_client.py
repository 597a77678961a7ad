"""Asks the register who is around a case, once, before a round opens; never inside a transaction."""

from uuid import UUID

import httpx2

from shared.access.principal import Principal, Role
from shared.access.tokens import TokenSigner
from shared.contracts.register import Roster
from shared.errors import BROKEN_RULE, FieldError, Problem, unavailable


class CasesClient:
    """Calls the register as a service, for one tenant at a time."""

    def __init__(self, base_url: str, signer: TokenSigner) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=5.0, trust_env=False)
        self._signer = signer

    async def read_roster(self, tenant: UUID, case_id: UUID) -> Roster:
        """Return a case's roster as it is now.

        Raises
        ------
        Problem
            422 if the tenant has no such case, 503 if the register does not answer.
        """
        service = Principal(
            subject="survey", issuer="survey", roles=frozenset({Role.SERVICE}), tenant=tenant
        )
        headers = {"Authorization": f"Bearer {self._signer.sign(service, 'cases')}"}
        try:
            answer = await self._http.get(f"/internal/cases/{case_id}/roster", headers=headers)
        except (httpx2.HTTPError, AttributeError) as error:
            # AttributeError: what anyio raises on uvloop when the peer dies while it connects.
            raise unavailable() from error
        if answer.status_code == 404:
            unknown = FieldError("/caseId", "unknown-case", "There is no such case.")
            raise Problem(BROKEN_RULE, [unknown])
        if answer.status_code != 200:
            raise unavailable()
        return Roster.model_validate_json(answer.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
