"""The keys of issuers that are asked for them (OpenID Connect Discovery); the last known while one is down.

Refuses keys that could not prove anything, and to ask an issuer again within its pause, whatever tokens
say.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from joserfc.jwk import KeySet
from sqlalchemy import Row

from services.gateway.outbound.fetching import FetchRefused
from services.gateway.tokens.keys import import_public_keys
from shared.access.tokens import TokenRefused
from shared.time_budget import begin_budget

_log = structlog.get_logger()

Fetch = Callable[[str], Awaitable[dict[str, Any]]]
Keep = Callable[[UUID, UUID, dict[str, Any]], Awaitable[None]]

_PATH = "/.well-known/openid-configuration"
_FRESH_SECONDS = 600.0
_LONGEST_SECONDS = 86_400.0
_MOST_ISSUERS = 2000
_MOST_KEYS = 50
_MEMBERS = ("kty", "kid", "use", "alg", "crv", "x", "y", "n", "e")


@dataclass(slots=True)
class _Known:
    """What is known of one issuer; times are seconds of the epoch."""

    keys: KeySet | None = None
    ids: frozenset[str] = frozenset()
    found_at: float = 0.0
    ask_again_at: float = 0.0
    asking: "asyncio.Task[None] | None" = field(default=None)

    def has(self, key_id: str | None) -> bool:
        """Tell whether a token's key is known; one that names none means the only key there is."""
        return len(self.ids) == 1 if key_id is None else key_id in self.ids


class IssuerKeys:
    """Keeps each issuer's keys; asks again when they are old, or at once for a key that is new."""

    def __init__(self, fetch: Fetch, keep: Keep, pause_seconds: float) -> None:
        self._fetch = fetch
        self._keep = keep
        self._pause = pause_seconds
        self._known: OrderedDict[tuple[UUID, UUID, str], _Known] = OrderedDict()

    async def keys_of(self, row: Row[Any], key_id: str | None) -> KeySet:
        """Return the keys of an issuer that registered none.

        Raises
        ------
        TokenRefused
            It has no such key, or could not be asked for a day.
        """
        known = self._adopt(row)
        if not known.has(key_id):
            await self._ask_now(row, known)
        elif time.time() > known.found_at + _FRESH_SECONDS:
            self._start_asking(row, known)
        if known.keys is None or not known.has(key_id) or time.time() > known.found_at + _LONGEST_SECONDS:
            raise TokenRefused
        return known.keys

    async def have_changed(self, row: Row[Any]) -> bool:
        """Ask again, within the pause, and tell whether there are other keys now."""
        known = self._adopt(row)
        before = known.ids
        await self._ask_now(row, known)
        return known.ids != before

    async def close(self) -> None:
        """Stop asking."""
        for known in self._known.values():
            if known.asking is not None:
                known.asking.cancel()
                with suppress(asyncio.CancelledError):
                    await known.asking

    async def _ask_now(self, row: Row[Any], known: _Known) -> None:
        self._start_asking(row, known)
        if known.asking is not None:
            # Shielded: others wait for the same answer.
            await asyncio.shield(known.asking)

    def _start_asking(self, row: Row[Any], known: _Known) -> None:
        now = time.time()
        if now >= known.ask_again_at:
            known.ask_again_at = now + self._pause
            context = copy_context()
            context.run(
                begin_budget, None
            )  # others wait for the same answer, and each has a time of its own
            known.asking = asyncio.create_task(self._ask(row, known), context=context)

    def _adopt(self, row: Row[Any]) -> _Known:
        """Return what is known, with what another replica has found since."""
        name = (row.tenant_id, row.id, row.issuer)
        known = self._known.setdefault(name, _Known())
        self._known.move_to_end(name)
        if len(self._known) > _MOST_ISSUERS:
            self._known.popitem(last=False)
        if row.found_keys is not None and row.found_at.timestamp() > known.found_at:
            _learn(known, row.found_keys, row.found_at.timestamp())
        return known

    async def _ask(self, row: Row[Any], known: _Known) -> None:
        try:
            found = await self._find(row.issuer)
            _learn(known, found, time.time())
            await self._keep(row.tenant_id, row.id, found)
        except FetchRefused as refusal:
            _log.warning("issuer_keys_not_found", issuer_id=str(row.id), reason=str(refusal))
        except Exception as error:  # what was found counts, even if it can't be kept for others
            _log.warning("issuer_keys_not_kept", issuer_id=str(row.id), error_type=type(error).__name__)

    async def _find(self, issuer: str) -> dict[str, Any]:
        described = await self._fetch(issuer.rstrip("/") + _PATH)
        address = described.get("jwks_uri")
        if described.get("issuer") != issuer or not isinstance(address, str):
            raise FetchRefused("describes-another-issuer")
        return usable_keys(await self._fetch(address))


def usable_keys(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a set that can prove anything: public, named, for signatures.

    Raises
    ------
    FetchRefused
        There is none.
    """
    listed = document.get("keys")
    found: dict[str, dict[str, Any]] = {}
    for key in listed[:_MOST_KEYS] if isinstance(listed, list) else []:
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and _is_usable(key):
            found.setdefault(key["kid"], {name: key[name] for name in _MEMBERS if name in key})
    if not found:
        raise FetchRefused("no-usable-keys")
    return {"keys": list(found.values())}


def _is_usable(key: dict[str, Any]) -> bool:
    try:
        import_public_keys({"keys": [key]})
    except ValueError:
        return False
    return isinstance(key.get("kid"), str)


def _learn(known: _Known, found: dict[str, Any], at: float) -> None:
    known.keys = import_public_keys(found)
    known.ids = frozenset(str(key["kid"]) for key in found["keys"])
    known.found_at = at
