"""Verifies tokens of tenants' own issuers: whose issuer it is, by which keys, and what its claims mean.

A token is looked up among the issuers of the tenant it names. One that names none is looked up by its `iss`
among issuers with a mapping, and refused unless exactly one tenant's is meant.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.gateway.access.repository import find_issuer, issuers_named, keep_found_keys
from services.gateway.outbound.fetching import fetch_json
from services.gateway.settings import GatewaySettings
from services.gateway.tokens.claims import is_of_tenant, mapped_principal
from services.gateway.tokens.issuer_keys import IssuerKeys
from services.gateway.tokens.keys import import_public_keys
from services.gateway.tokens.remembered import Remembered
from shared.access.principal import Principal
from shared.access.tokens import (
    MEDIA_TYPE,
    IssuerRules,
    TokenRefused,
    principal_from,
    unverified_claims,
    unverified_key_id,
    verified_claims,
)
from shared.database.connection import Database

_UNKNOWN_SECONDS = 10.0
_EVERY_TENANT_POOL_SIZE = 2
_MOST_UNKNOWN = 10_000


@asynccontextmanager
async def open_issuers(settings: GatewaySettings, database: Database) -> AsyncIterator["Issuers"]:
    """Open what tokens of tenants' own issuers are verified with."""

    async def fetch(address: str) -> dict[str, Any]:
        return await fetch_json(address, settings.issuer_addresses)

    async def keep(tenant: UUID, issuer_id: UUID, found: dict[str, Any]) -> None:
        async with database.transaction(tenant) as transaction:
            await keep_found_keys(transaction, issuer_id, found)

    every_tenant = Database(str(settings.feed_dsn), _EVERY_TENANT_POOL_SIZE)
    keys = IssuerKeys(fetch, keep, settings.issuer_pause_seconds)
    try:
        yield Issuers(database, every_tenant, keys)
    finally:
        await keys.close()
        await every_tenant.close()


class Issuers:
    """Every tenant's own issuers. `every_tenant` is a database whose role reads all tenants' issuers."""

    def __init__(self, database: Database, every_tenant: Database, keys: IssuerKeys) -> None:
        self._database = database
        self._every_tenant = every_tenant
        self._keys = keys
        self._unknown: Remembered[bytes, bool] = Remembered(_MOST_UNKNOWN)

    async def verify(self, token: str) -> tuple[Principal, float]:
        """Return the caller, and until when the token says so.

        Raises
        ------
        TokenRefused
            For every reason alike.
        """
        claimed = unverified_claims(token)
        row = await self._find(claimed)
        claims = await self._verified(token, row)
        if row.mapping is not None:
            return mapped_principal(row.mapping, claims, row.issuer, row.tenant_id), float(claims["exp"])
        principal = principal_from(claims, row.issuer)
        if principal.tenant != row.tenant_id:
            raise TokenRefused
        return principal, float(claims["exp"])

    def forget(self) -> None:
        """Forget which issuers nobody had."""
        self._unknown.forget()

    async def _find(self, claimed: Mapping[str, Any]) -> Row[Any]:
        """Find the one issuer that may vouch; nothing of the token is verified yet."""
        name, tenant = claimed.get("iss"), _uuid(claimed.get("tenant"))
        if not isinstance(name, str):
            raise TokenRefused
        asked = hashlib.sha256(f"{tenant} {name}".encode("utf-8", "replace")).digest()
        if self._unknown.get(asked):
            raise TokenRefused
        rows = await self._look_up(name, tenant)
        if not rows:
            self._unknown.put(asked, True, time.time() + _UNKNOWN_SECONDS)
        meant = [row for row in rows if row.mapping is None or is_of_tenant(row.mapping, claimed)]
        if len(meant) != 1:
            raise TokenRefused
        return meant[0]

    async def _look_up(self, name: str, tenant: UUID | None) -> list[Row[Any]]:
        if tenant is not None:
            async with self._database.transaction(tenant) as transaction:
                row = await find_issuer(transaction, name)
            if row is not None:
                return [row]
        return await issuers_named(self._every_tenant, name)

    async def _verified(self, token: str, row: Row[Any]) -> dict[str, Any]:
        key_id = unverified_key_id(token)
        try:
            return verified_claims(token, await self._rules(row, key_id))
        except TokenRefused:
            # Where tokens name no key, only failing tells that it may be a new one.
            if row.jwks is not None or key_id is not None or not await self._keys.have_changed(row):
                raise
        return verified_claims(token, await self._rules(row, key_id))

    async def _rules(self, row: Row[Any], key_id: str | None) -> IssuerRules:
        registered = row.jwks is not None
        keys = import_public_keys(row.jwks) if registered else await self._keys.keys_of(row, key_id)
        return IssuerRules(
            issuer=row.issuer,
            audience=row.audience,
            keys=keys,
            algorithms=tuple(row.algorithms),
            # Most providers have not heard of RFC 9068.
            media_types=(MEDIA_TYPE, "JWT"),
        )


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
