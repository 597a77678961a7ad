"""What the token endpoint can refuse, in the words of RFC 6749, section 5.2."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GrantError:
    """One kind of refusal."""

    code: str
    status: int
    description: str


class GrantRefused(Exception):
    """A request for a token that is refused; `reason` is for the log and tells no outsider anything."""

    def __init__(self, error: GrantError, reason: str) -> None:
        super().__init__(error.code)
        self.error = error
        self.reason = reason


INVALID_REQUEST = GrantError(
    "invalid_request", 400, "Send one grant_type, client_id and client_secret as a form."
)
UNSUPPORTED_GRANT_TYPE = GrantError(
    "unsupported_grant_type", 400, "Only grant_type=client_credentials is answered."
)
INVALID_CLIENT = GrantError("invalid_client", 401, "Client or secret are not known.")
INVALID_SCOPE = GrantError("invalid_scope", 400, "The client has not all of these scopes.")
