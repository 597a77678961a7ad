"""The people and programs of one tenant: sets the tenant up, and hands out their tokens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import httpx2

from deploy.local.front_door import FrontDoor
from deploy.local.vault import Jwk, Vault, new_signing_key, public_keys, sign
from deploy.operator_token import operator_token

PERSON_HOURS = 8
_AUDIENCE = "samspil"
SYSTEM = "esdh"
"""The source system that the sample's program speaks for."""

_CASE_SYSTEM = {
    "name": "Fagsystem",
    "roles": ["case-system"],
    "scopes": ["scores:live", f"system:{SYSTEM}"],
}
_RESEARCH = {"name": "Forskning", "roles": ["analyst"], "scopes": []}


@dataclass(frozen=True, slots=True)
class Client:
    """A program's login."""

    client_id: str
    client_secret: str


class Callers:
    """Tokens for one tenant's programs and people.

    Programs log in at the gateway. People log in at their municipality's OpenID provider; on this
    machine the runner is that provider, and the gateway knows its keys.
    """

    def __init__(self, url: str, tenant: UUID, vault: Vault, *, sandbox: bool = False) -> None:
        self._url = url
        self.tenant = tenant
        self._vault = vault
        self._sandbox = sandbox
        self._issuer = f"{url}/local-people/{tenant}"
        self._key: Jwk = vault.get("person-issuer-key", new_signing_key)

    async def set_up(self, operator_key: Jwk, name: str) -> None:
        """Create the tenant, its OpenID provider and its two programs, if they aren't there."""
        token = operator_token(operator_key, self._url, "local-runner")
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=self._url, headers=headers, trust_env=False) as http:
            await _put(http, f"/v1/tenants/{self.tenant}", {"name": name, "sandbox": self._sandbox})
            issuer = {
                "issuer": self._issuer,
                "audience": _AUDIENCE,
                "algorithms": ["ES256"],
                "jwks": public_keys(self._key),
            }
            await _put(http, f"/v1/tenants/{self.tenant}/issuers/{self._id('issuer')}", issuer)
            for kind, client in (("case-system", _CASE_SYSTEM), ("research", _RESEARCH)):
                await self._set_up_client(http, kind, client)

    async def _set_up_client(self, http: httpx2.AsyncClient, kind: str, client: dict[str, Any]) -> None:
        path = f"/v1/tenants/{self.tenant}/clients/{self._id(kind)}"
        await _put(http, path, client)
        if self._vault.find(self._secret_name(kind)) is None:
            answer = await http.post(f"{path}/secrets", json={})
            answer.raise_for_status()
            login = answer.json()
            self._vault.keep(self._secret_name(kind), [login["clientId"], login["clientSecret"]])

    def client(self, kind: str) -> Client:
        """Return a program's login."""
        return Client(*self._vault.find(self._secret_name(kind)))

    async def client_token(self, door: FrontDoor, kind: str) -> str:
        """Log a program in and return its token."""
        login = self.client(kind)
        return await door.log_in(login.client_id, login.client_secret)

    def person_token(self, person: UUID, *roles: str, scope: str = "") -> str:
        """Return the token a person gets by logging in; scopes are separated by spaces."""
        claims = {
            "iss": self._issuer,
            "sub": str(person),
            "aud": _AUDIENCE,
            "tenant": str(self.tenant),
            "personId": str(person),
            "roles": list(roles),
            "scope": scope,
        }
        return sign(self._key, claims, PERSON_HOURS * 3600)

    def _id(self, kind: str) -> UUID:
        return uuid5(self.tenant, f"access/{kind}")

    def _secret_name(self, kind: str) -> str:
        return f"client/{self.tenant}/{kind}"


async def _put(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await http.put(path, json=body, headers={"If-None-Match": "*"})
    if answer.status_code == 412:
        answer = await http.put(path, json=body, headers={"If-Match": "*"})
    answer.raise_for_status()
