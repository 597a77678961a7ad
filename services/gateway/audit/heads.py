"""Keeps signed heads of every service's audit in a folder outside the databases; adds lines, never more."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Gauge

from services.gateway.audit.asking import ServicesBehind
from services.gateway.tokens.authentication import Authenticated
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, LIFETIME_SECONDS
from shared.audit_chain import Head
from shared.audit_heads import append_heads, head_file
from shared.audit_sealing import AuditChain
from shared.background import Rhythm, going_on, keep_at
from shared.inside import AuditHead, AuditHeads

SIGNED_AT = Gauge(
    "samspil_audit_heads_timestamp_seconds",
    "When a service's audit heads had last been signed and written.",
    ["audited"],
)
_ITSELF = Principal(subject="gateway", issuer=GATEWAY, roles=frozenset({Role.OPERATOR}))


class HeadKeeper:
    """Asks every service for its heads and signs those that have moved."""

    def __init__(self, chain: AuditChain, behind: ServicesBehind, folder: Path, private_jwk: str) -> None:
        self._chain = chain
        self._behind = behind
        self._folder = folder
        self._key = private_jwk

    async def run(self, seconds: float) -> None:
        """Keep heads for ever."""
        await keep_at("audit-heads", self.keep, Rhythm(seconds))

    async def keep(self) -> None:
        """Sign and write each service's heads; one that can't be asked is asked again the next time."""
        for service in (*self._behind.names, GATEWAY):
            with going_on("audit-heads", upstream=service):
                heads = await self._heads(service)
                file = head_file(self._folder, service)
                await asyncio.to_thread(append_heads, file, self._key, heads)
                SIGNED_AT.labels(service).set_to_current_time()

    async def _heads(self, service: str) -> list[Head]:
        if service == GATEWAY:
            return await self._chain.heads()
        # Of a digest of its own: no caller's token has it.
        itself = Authenticated(_ITSELF, b"the gateway itself", time.time() + LIFETIME_SECONDS)
        answer = await self._behind.ask(service, itself, "/internal/audit-heads", AuditHeads)
        return list(_read(answer.heads))


def _read(heads: Iterable[AuditHead]) -> Iterable[Head]:
    for each in heads:
        yield Head(each.tenant, each.sequence, each.total, bytes.fromhex(each.hash), each.sealed_at)
