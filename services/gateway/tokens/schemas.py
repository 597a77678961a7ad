"""The token endpoint on the wire: the words of RFC 6749, so snake_case here and nowhere else."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class TokenView(BaseModel):
    """A token to call with (RFC 6749, 5.1)."""

    model_config = ConfigDict(frozen=True)

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.", examples=[3600])
    scope: str


class GrantErrorView(BaseModel):
    """A refusal (RFC 6749, 5.2)."""

    model_config = ConfigDict(frozen=True)

    error: str = Field(examples=["invalid_client"])
    error_description: str


class PublicKeysView(BaseModel):
    """The keys that the gateway's tokens are signed with (RFC 7517)."""

    model_config = ConfigDict(frozen=True)

    keys: list[dict[str, str]]


GRANT_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "client_credentials"},
                        "client_id": {
                            "type": "string",
                            "description": "`<tenantId>.<clientId>`; or send both as HTTP Basic.",
                        },
                        "client_secret": {"type": "string", "format": "password"},
                        "scope": {
                            "type": "string",
                            "description": "Scopes, separated by blanks; without it all the client has.",
                        },
                    },
                },
                "example": {
                    "grant_type": "client_credentials",
                    "client_id": (
                        "019a0000-0000-7000-8000-000000000001.019a0000-0000-7000-8000-000000000002"
                    ),
                    "client_secret": "the secret that was shown once",
                },
            }
        },
    }
}
"""The endpoint's form, for the document: it is read without FastAPI, which would answer as JSON APIs do."""
