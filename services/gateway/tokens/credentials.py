"""Reads a client's request for a token: a form, and one proof of who asks; refuses two at once.

A proof is a secret (in the form or as HTTP Basic) or an assertion the client signed itself (RFC 7523).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from starlette.datastructures import Headers

from services.gateway.tokens.client_name import client_name, parse_client_name
from services.gateway.tokens.errors import (
    INVALID_CLIENT,
    INVALID_REQUEST,
    INVALID_TARGET,
    UNSUPPORTED_GRANT_TYPE,
    GrantRefused,
)
from services.gateway.tokens.words import (
    ACCESS,
    CLIENT_CREDENTIALS,
    EXCHANGE,
    SIGNED_ASSERTION,
    SUBJECT_KINDS,
)
from shared.access.tokens import unverified_claim

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20
_GRANTS = frozenset({CLIENT_CREDENTIALS, EXCHANGE})
_TARGETS = frozenset({"audience", "resource"})

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Secret:
    """Proof by a secret that only the client has."""

    text: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """Proof by a signature with a key that only the client has."""

    token: str


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Who asks for a token, by which proof, for which scopes (None: all), and for whom (None: itself)."""

    tenant: UUID
    client: UUID
    proof: Secret | Assertion
    scopes: frozenset[str] | None
    subject_token: str | None = None

    @property
    def name(self) -> str:
        """The client's public name."""
        return client_name(self.tenant, self.client)


def read_grant_request(headers: Headers, body: bytes) -> GrantRequest:
    """Read a request for a token.

    Raises
    ------
    GrantRefused
        It is not one that could be granted to anybody.
    """
    form = _read_form(headers, body)
    if "grant_type" not in form:
        raise GrantRefused(INVALID_REQUEST, "no-grant-type")
    if form["grant_type"] not in _GRANTS:
        raise GrantRefused(UNSUPPORTED_GRANT_TYPE, "unsupported-grant-type")
    name, proof = _proof(headers.getlist("authorization"), form)
    try:
        tenant, client = parse_client_name(name)
    except ValueError as error:
        raise GrantRefused(INVALID_CLIENT, "malformed-client") from error
    subject = _subject_token(form) if form["grant_type"] == EXCHANGE else None
    scopes = form.get("scope")
    return GrantRequest(
        tenant, client, proof, None if scopes is None else frozenset(scopes.split()), subject
    )


def _read_form(headers: Headers, body: bytes) -> dict[str, str]:
    """Read a form; fields with no value count as left out, repeated ones are refused (RFC 6749, 3.2)."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise GrantRefused(INVALID_REQUEST, "not-a-form")
    try:
        fields = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise GrantRefused(INVALID_REQUEST, "malformed-form") from error
    if len({name for name, _ in fields}) != len(fields):
        raise GrantRefused(INVALID_REQUEST, "repeated-field")
    return dict(fields)


def _subject_token(form: Form) -> str:
    """Return the token of whom the client wants to act for (RFC 8693)."""
    if not _TARGETS.isdisjoint(form):
        raise GrantRefused(INVALID_TARGET, "target-named")
    wanted = form.get("requested_token_type", ACCESS)
    kind, token = form.get("subject_token_type"), form.get("subject_token")
    if token is None or kind not in SUBJECT_KINDS or wanted != ACCESS or "actor_token" in form:
        raise GrantRefused(INVALID_REQUEST, "malformed-exchange")
    return token


def _proof(authorization: list[str], form: Form) -> tuple[str, Secret | Assertion]:
    if "client_assertion" in form or "client_assertion_type" in form:
        return _assertion(authorization, form)
    name, secret = _credentials(authorization, form)
    return name, Secret(secret)


def _assertion(authorization: list[str], form: Form) -> tuple[str, Assertion]:
    token = form.get("client_assertion")
    if authorization or "client_secret" in form:
        raise GrantRefused(INVALID_REQUEST, "two-credentials")
    if token is None or form.get("client_assertion_type") != SIGNED_ASSERTION:
        raise GrantRefused(INVALID_REQUEST, "malformed-assertion")
    name = unverified_claim(token, "sub") or ""
    if form.get("client_id", name) != name:
        raise GrantRefused(INVALID_CLIENT, "two-clients")
    return name, Assertion(token)


def _credentials(authorization: list[str], form: Form) -> tuple[str, str]:
    if not authorization:
        if "client_id" not in form or "client_secret" not in form:
            raise GrantRefused(INVALID_CLIENT, "no-credentials")
        return form["client_id"], form["client_secret"]
    name, secret = _basic(authorization)
    if "client_secret" in form or form.get("client_id", name) != name:
        raise GrantRefused(INVALID_REQUEST, "two-credentials")
    return name, secret


def _basic(authorization: list[str]) -> tuple[str, str]:
    scheme, _, encoded = authorization[0].partition(" ")
    if len(authorization) != 1 or scheme.lower() != "basic":
        raise GrantRefused(INVALID_CLIENT, "not-basic")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode("ascii")
    except ValueError as error:
        raise GrantRefused(INVALID_CLIENT, "malformed-basic") from error
    name, _, secret = decoded.partition(":")
    # Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
    return unquote_plus(name), unquote_plus(secret)
