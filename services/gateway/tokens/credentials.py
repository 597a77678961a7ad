"""Reads a client's request for a token: a form with the secret, in it or as HTTP Basic, never in both."""

import base64
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from starlette.datastructures import Headers

from services.gateway.tokens.client_name import parse_client_name
from services.gateway.tokens.errors import (
    INVALID_CLIENT,
    INVALID_REQUEST,
    UNSUPPORTED_GRANT_TYPE,
    GrantRefused,
)

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Who asks for a token, with which secret, and for which scopes (None: all it has)."""

    tenant: UUID
    client: UUID
    secret: str
    scopes: frozenset[str] | None


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
    if form["grant_type"] != "client_credentials":
        raise GrantRefused(UNSUPPORTED_GRANT_TYPE, "unsupported-grant-type")
    name, secret = _credentials(headers.getlist("authorization"), form)
    try:
        tenant, client = parse_client_name(name)
    except ValueError as error:
        raise GrantRefused(INVALID_CLIENT, "malformed-client") from error
    scopes = form.get("scope")
    return GrantRequest(tenant, client, secret, None if scopes is None else frozenset(scopes.split()))


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


def _credentials(authorization: list[str], form: dict[str, str]) -> tuple[str, str]:
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
