"""Calls the public operations of respondents, as any front end would; refuses nothing itself."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from services.survey.page.asked import Json
from shared.time_budget import told_budget
from shared.wire import Language

_TRIES = 20
_PAUSE_SECONDS = 0.1
_IN_FLIGHT = "idempotency-in-flight"
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """What a public call answered instead of doing it."""

    status: int
    code: str
    errors: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseCalls:
    """The calls one respondent's token is good for; all of them raise `Refused`.

    `accepted` is the browser's own Accept-Language, for as long as no language was chosen.
    """

    http: httpx2.AsyncClient
    token: str
    request_id: str
    accepted: str

    async def read(self, language: Language | None) -> Json:
        """Read what is asked, in the language chosen."""
        return await self._call("GET", "/v1/response", {"Accept-Language": language or self.accepted})

    async def keep_draft(self, draft: Json) -> None:
        """Keep a draft."""
        await self._call("PUT", "/v1/response/draft", {}, draft)

    async def submit(self, answers: Json, key: str) -> None:
        """Submit a form; once, however often the button was pressed."""
        await self._once("/v1/response", answers, key)

    async def correct(self, answers: Json, key: str) -> None:
        """Correct a form; once, however often the button was pressed."""
        await self._once("/v1/response/corrections", answers, key)

    async def decline(self) -> None:
        """Say that one doesn't want to answer."""
        await self._call("PUT", "/v1/response/declination", {}, {})

    async def withdraw(self) -> None:
        """Take back all one has answered."""
        await self._call("PUT", "/v1/response/withdrawal", {}, {})

    async def _once(self, path: str, answers: Json, key: str) -> None:
        """Post with a key; the first press may still be under way when the second one comes."""
        for tries_left in reversed(range(_TRIES)):
            try:
                await self._call("POST", path, {"Idempotency-Key": key}, answers)
            except Refused as refusal:
                if refusal.code != _IN_FLIGHT or not tries_left:
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    async def _call(
        self, method: str, path: str, headers: dict[str, str], body: Json | None = None
    ) -> Json:
        own = {"Authorization": f"Bearer {self.token}", "X-Request-Id": quote(self.request_id, safe="")}
        told = {**own, **told_budget(), **headers}
        answer = await self.http.request(method, path, headers=told, json=body)
        said: Any = answer.json() if answer.content else {}
        if answer.is_success:
            return dict(said)
        raise Refused(answer.status_code, str(said.get("code", UNREADABLE)), tuple(said.get("errors", ())))
