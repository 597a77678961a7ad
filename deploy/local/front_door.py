"""Calls the house through its gateway as a patient client: what fails in passing is sent again."""

import asyncio
from typing import Any

import httpx2

_PASSING = {429, 502, 503, 504}
_ATTEMPTS = 60
_LONGEST_PAUSE = 1.0
_AT_ONCE = 12


class CallRefused(Exception):
    """The house refused a call for good."""

    def __init__(self, method: str, path: str, answer: httpx2.Response) -> None:
        super().__init__(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        self.status = answer.status_code
        self.code = _code_of(answer)


def _code_of(answer: httpx2.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except (ValueError, AttributeError):
        return ""


class FrontDoor:
    """Sends calls, a bounded number at once. Every call may be repeated: they are all idempotent."""

    def __init__(self, url: str) -> None:
        limits = httpx2.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
        self._http = httpx2.AsyncClient(base_url=url, timeout=30.0, limits=limits, trust_env=False)
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def call(
        self, token: str, method: str, path: str, body: object = None, **headers: str
    ) -> httpx2.Response:
        """Send one call until it is answered for good.

        Raises
        ------
        CallRefused
            On any status of 400 and above that will not pass.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {token}"
        answer = await self._until_answered(method, path, json=body, headers=sent)
        if answer.status_code >= 400:
            raise CallRefused(method, path, answer)
        return answer

    async def log_in(self, client_id: str, client_secret: str) -> str:
        """Return a program's token.

        Raises
        ------
        CallRefused
            The login is not honoured.
        """
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        answer = await self._until_answered("POST", "/oauth2/token", data=form)
        if answer.status_code >= 400:
            raise CallRefused("POST", "/oauth2/token", answer)
        token: str = answer.json()["access_token"]
        return token

    async def _until_answered(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        pause = 0.02
        async with self._places:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    answer = await self._http.request(method, path, **sent)
                    if attempt == _ATTEMPTS or not _passes(answer):
                        return answer
                except httpx2.TransportError:
                    if attempt == _ATTEMPTS:
                        raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        raise RuntimeError("unreachable: the last attempt returns or raises")

    async def get(self, token: str, path: str) -> Any:
        """Read something."""
        return (await self.call(token, "GET", path)).json()

    async def create(self, token: str, path: str, body: object) -> Any:
        """Put something at its own address; there already and equal, nothing changes."""
        return (await self.call(token, "PUT", path, body, If_None_Match="*")).json()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _passes(answer: httpx2.Response) -> bool:
    """Tell whether the same call may well succeed in a moment."""
    return answer.status_code in _PASSING or (answer.status_code == 409 and "retry-after" in answer.headers)
