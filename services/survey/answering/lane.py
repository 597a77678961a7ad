"""The way of submissions in a rush: what is plain is taken at once, all else goes the declared way.

It answers with nothing but a 201. Whatever it doesn't know, and whatever is refused, is handed on untouched
to the route as it is declared, which reads it anew and says why: so nothing is taken or refused otherwise.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.survey.answering.policy import principal_of
from services.survey.answering.submitting import Submitting, Try
from services.survey.answering.tokens import TokenForged
from shared.database.failures import DATABASE_ERRORS
from shared.errors import Problem
from shared.idempotency import Attempt, fingerprint_of
from shared.observability import note_caller
from shared.representation import represent

_PATH = "/v1/response"
_KEY = re.compile(rb"[!-~]{8,128}")
_BEARER = b"Bearer "
_ACCEPTING = frozenset({b"*/*", b"application/json", b"application/json, text/plain, */*"})
"""What programs and browsers' libraries say; who says it otherwise goes the declared way."""


class SwiftLane:
    """Stands before the routes, inside of what bounds, watches and secures every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._route: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a plain submission; hand on everything else."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            first: Message | HTTPException = await receive()
        except HTTPException as refusal:
            first = refusal
        body = b"" if isinstance(first, HTTPException) or first.get("more_body") else first.get("body", b"")
        answer = await self._take(scope, body) if body else None
        if answer is None:
            await self._app(scope, _again(first, receive), send)
            return
        scope["route"] = self._route
        await answer(scope, receive, send)

    async def _take(self, scope: Scope, body: bytes) -> Response | None:
        headers = dict(scope["headers"])
        key, bearer = headers.get(b"idempotency-key", b""), headers.get(b"authorization", b"")
        is_plain = (
            len(headers) == len(scope["headers"])
            and headers.get(b"content-type") == b"application/json"
            and headers.get(b"accept", b"*/*") in _ACCEPTING
            and bearer.startswith(_BEARER)
            and _KEY.fullmatch(key)
            and not scope["query_string"]
        )
        if not is_plain:
            return None
        try:
            respondent = scope["app"].state.respondent_tokens.read(bearer[len(_BEARER) :].decode("latin-1"))
            wanted = orjson.loads(body)
        except (TokenForged, ValueError):
            return None
        app: FastAPI = scope["app"]
        submitting: Submitting = app.state.submitting
        principal = principal_of(respondent)
        note_caller(principal)
        self._route = self._route or _declared(app)
        fingerprint = fingerprint_of(app.state.settings, _PATH, body)
        attempt = Attempt(self._route.name, principal.subject, key.decode(), fingerprint)
        try:
            view = await submitting.submit_plain(Try(respondent, attempt), wanted)
        except (Problem, *DATABASE_ERRORS):
            # Whatever has become of it, the declared way finds it out by the key, or says 503.
            return None
        return represent(Request(scope), view, status=201) if view else None


def _declared(app: FastAPI) -> Any:
    """Return the route as it is declared: its name and path stand in keys and metrics."""
    return next(each for each in app.routes if _is_declared(vars(each)))


def _is_declared(route: Mapping[str, Any]) -> bool:
    return route.get("path") == _PATH and "POST" in route.get("methods", ())


def _again(first: Message | HTTPException, receive: Receive) -> Receive:
    """Give what was received already, then what comes."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        if isinstance(first, HTTPException):
            raise first
        return first

    return receive_again
