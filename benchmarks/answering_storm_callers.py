"""Those who answer in the storm: they send again, with their key, until they are told what came of it."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from benchmarks.answering_storm_paper import Paper, fill_in
from benchmarks.answering_storm_town import Asked
from shared.errors import IDEMPOTENCY_IN_FLIGHT, UNAVAILABLE

_PATIENCE = aiohttp.ClientTimeout(total=120)
_LOST = "connection lost"
_PAUSE_SECONDS = (0.1, 0.4)


class Manner(StrEnum):
    """How somebody answers."""

    CALM = "calm"
    IMPATIENT = "impatient"  # sends the same thing twice at once
    TORN = "torn"  # sends two different things at once
    DRAFTS = "drafts"  # keeps a draft first
    CORRECTS = "corrects"  # corrects afterwards
    HESITATES = "hesitates"  # keeps a draft and never submits


_MANNERS = (
    *(Manner.CALM,) * 9,
    *(Manner.IMPATIENT, Manner.TORN, Manner.DRAFTS) * 2,
    *(Manner.CORRECTS,) * 4,
    Manner.HESITATES,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller was told in the end."""

    status: int
    code: str
    body: dict[str, Any]


@dataclass
class Ledger:
    """What was promised to callers, and every answer they saw."""

    kept: dict[tuple[UUID, int], list[Paper]] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    drafts: dict[UUID, Paper] = field(default_factory=dict)
    seen: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    lost_connections: int = 0
    odd: list[str] = field(default_factory=list)

    @property
    def promises(self) -> int:
        """How many submissions and corrections were acknowledged."""
        return sum(map(len, self.kept.values()))

    def promise(self, asked: Asked, number: int, paper: Paper, key: str) -> None:
        """Note an acknowledgement, once for each key."""
        if key not in self.keys:
            self.keys[key] = asked.id
            self.kept.setdefault((asked.id, number), []).append(paper)


class Crowd:
    """Everybody who answers, so many at once."""

    def __init__(self, http: aiohttp.ClientSession, source: random.Random) -> None:
        self.ledger = Ledger()
        self._http = http
        self._source = source

    async def answer(self, forms: list[Asked], at_once: int) -> None:
        """Answer all forms."""
        waiting = iter(forms)

        async def go_on() -> None:
            for asked in waiting:
                await self._answer(asked)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(go_on())

    async def rush(self, forms: list[Asked], times: int) -> None:
        """Answer each form so many times at once, each time differently and with a key of its own."""
        for asked in forms:
            async with asyncio.TaskGroup() as group:
                for _ in range(times):
                    group.create_task(self._submit(asked, fill_in(asked, self._source), uuid4().hex))

    async def _answer(self, asked: Asked) -> None:
        manner, paper, key = self._source.choice(_MANNERS), fill_in(asked, self._source), uuid4().hex
        if manner in {Manner.DRAFTS, Manner.HESITATES}:
            await self._draft(asked, paper)
        if manner is Manner.HESITATES:
            self.ledger.drafts[asked.id] = paper
            return
        again = self._submit(asked, paper, key)
        if manner is Manner.IMPATIENT:
            await asyncio.gather(again, self._submit(asked, paper, key))
        elif manner is Manner.TORN:
            await asyncio.gather(again, self._submit(asked, fill_in(asked, self._source), uuid4().hex))
        else:
            await again
        if manner is Manner.CORRECTS:
            await self._correct(asked, fill_in(asked, self._source))

    async def _draft(self, asked: Asked, paper: Paper) -> None:
        await self._send("PUT", "/v1/response/draft", asked, paper.body(asked, revision=0))

    async def _submit(self, asked: Asked, paper: Paper, key: str) -> None:
        told = await self._send("POST", "/v1/response", asked, paper.body(asked), key)
        if told.status == 201:
            self._check(told, asked, version=1)
            self.ledger.promise(asked, 1, paper, key)

    async def _correct(self, asked: Asked, paper: Paper) -> None:
        key = uuid4().hex
        told = await self._send(
            "POST", "/v1/response/corrections", asked, paper.body(asked, basedOn=1), key
        )
        if told.status == 201:
            self._check(told, asked, version=2)
            self.ledger.promise(asked, 2, paper, key)
        else:
            self.ledger.odd.append(f"a correction was refused: {told.status} {told.code}")

    def _check(self, told: Told, asked: Asked, version: int) -> None:
        if told.body.get("formId") != str(asked.id) or told.body.get("version") != version:
            self.ledger.odd.append(f"version {version} of {asked.id} was answered with {told.body}")

    async def _send(
        self, method: str, path: str, asked: Asked, body: Mapping[str, Any], key: str = ""
    ) -> Told:
        """Send until there is an answer to keep."""
        headers = {"Authorization": f"Bearer {asked.token}"} | ({"Idempotency-Key": key} if key else {})
        while True:
            told = await self._send_once(method, path, headers, body)
            if told is not None and not self._is_passing(told):
                return told
            await asyncio.sleep(self._source.uniform(*_PAUSE_SECONDS))

    async def _send_once(
        self, method: str, path: str, headers: dict[str, str], body: Mapping[str, Any]
    ) -> Told | None:
        try:
            async with self._http.request(
                method, path, json=body, headers=headers, timeout=_PATIENCE
            ) as answer:
                content = await answer.read()
                said = json.loads(content)
        except (aiohttp.ClientError, OSError, TimeoutError):
            self.ledger.lost_connections += 1
            return None
        told = Told(answer.status, said.get("code", ""), said)
        self.ledger.seen[path, told.status, told.code] += 1
        if told.status == 503 and "Retry-After" not in answer.headers:
            self.ledger.odd.append("a 503 without Retry-After")
        return told

    def _is_passing(self, told: Told) -> bool:
        return told.code in {IDEMPOTENCY_IN_FLIGHT.code, UNAVAILABLE.code}
