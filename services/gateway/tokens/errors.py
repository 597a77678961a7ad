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
    "invalid_request", 400, "Send a form with one grant_type and one proof of which client asks."
)
UNSUPPORTED_GRANT_TYPE = GrantError(
    "unsupported_grant_type", 400, "Only client_credentials and token-exchange are answered."
)
INVALID_CLIENT = GrantError("invalid_client", 401, "The client or its proof is not known.")
INVALID_GRANT = GrantError("invalid_grant", 400, "The client may not act by this subject_token.")
INVALID_TARGET = GrantError(
    "invalid_target", 400, "Tokens are for all of Samspil; name no audience and no resource."
)
INVALID_SCOPE = GrantError("invalid_scope", 400, "The client has not all of these scopes.")
