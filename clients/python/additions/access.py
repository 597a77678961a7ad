"""Who calls: a program by its id and secret, or somebody by a token; goes no further without a login."""

import time
from collections.abc import Generator

import httpx

from .client import AuthenticatedClient

_BEFORE_THE_END = 60.0
"""A token is asked for anew so many seconds before it ends, as a call may take some."""


class LoginRefusedError(Exception):
    """The gateway gave no token; `code` says why, as RFC 6749 names it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class ClientCredentials(httpx.Auth):
    """Sends each call with a token, asked for when there is none, kept until shortly before its end."""

    requires_response_body = True

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self._address = httpx.URL(f"{base_url.rstrip('/')}/oauth2/token")
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._token = ""
        self._until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Log in where that is needed; a token that is refused is asked for anew, once."""
        for _ in range(2):
            if time.monotonic() >= self._until:
                self._keep((yield httpx.Request("POST", self._address, data=self._form)))
            request.headers["Authorization"] = f"Bearer {self._token}"
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return
            self._until = 0.0

    def _keep(self, answer: httpx.Response) -> None:
        told = answer.json()
        if answer.status_code != httpx.codes.OK:
            raise LoginRefusedError(answer.status_code, str(told.get("error", told.get("code", ""))))
        self._token = told["access_token"]
        self._until = time.monotonic() + float(told["expires_in"]) - _BEFORE_THE_END


def program(base_url: str, client_id: str, client_secret: str) -> AuthenticatedClient:
    """Return a client for a program that logs in with its own id and secret."""
    auth = ClientCredentials(base_url, client_id, client_secret)
    return AuthenticatedClient(base_url=base_url, token="", httpx_args={"auth": auth})


def bearer(base_url: str, token: str) -> AuthenticatedClient:
    """Return a client for who has a token: of the own OpenID provider, or out of a respondent's link."""
    return AuthenticatedClient(base_url=base_url, token=token)
