"""The token endpoint on the wire: the words of RFC 6749, so snake_case here and nowhere else."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.gateway.tokens.words import (
    ACCESS,
    CLIENT_CREDENTIALS,
    EXCHANGE,
    SIGNED_ASSERTION,
    SUBJECT_KINDS,
)

KeyMember = Annotated[str, StringConstraints(max_length=32)]
KeyText = Annotated[str, StringConstraints(max_length=2000)]


class TokenView(BaseModel):
    """A token to call with (RFC 6749, 5.1)."""

    model_config = ConfigDict(frozen=True)

    access_token: str = Field(
        max_length=8192, examples=["eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJmYWdzeXN0ZW0ifQ.c2lnbmF0dXI"]
    )
    token_type: Literal["Bearer"]
    expires_in: int = Field(ge=1, le=86_400, description="Seconds.", examples=[3600])
    scope: str = Field(max_length=4000, examples=["system:sbsys"])
    issued_token_type: Literal["urn:ietf:params:oauth:token-type:access_token"] | None = Field(
        default=None, description="After an exchange only (RFC 8693, 2.2)."
    )


class GrantErrorView(BaseModel):
    """A refusal (RFC 6749, 5.2)."""

    model_config = ConfigDict(frozen=True)

    error: str = Field(max_length=64, examples=["invalid_client"])
    error_description: str = Field(max_length=400, examples=["The client or its secret is not known."])


class PublicKeysView(BaseModel):
    """The keys that the gateway's tokens are signed with (RFC 7517)."""

    model_config = ConfigDict(frozen=True)

    keys: list[dict[KeyMember, KeyText]] = Field(
        max_length=20,
        examples=[[{"kty": "EC", "crv": "P-256", "kid": "samspil-2026", "x": "f83OJ3D2", "y": "x_FEzRu9"}]],
    )


GRANT_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": [CLIENT_CREDENTIALS, EXCHANGE]},
                        "client_id": {
                            "type": "string",
                            "maxLength": 200,
                            "description": "`<tenantId>.<clientId>`; or send both as HTTP Basic.",
                        },
                        "client_secret": {"type": "string", "format": "password", "maxLength": 400},
                        "client_assertion_type": {"type": "string", "const": SIGNED_ASSERTION},
                        "client_assertion": {
                            "type": "string",
                            "maxLength": 4096,
                            "description": (
                                "Instead of a secret: a JWT signed by a registered key (RFC 7523). `iss` "
                                "and `sub` are the client's id, `aud` is this address or the gateway's, "
                                "`exp` is five minutes ahead at most, and each `jti` is taken once."
                            ),
                        },
                        "subject_token_type": {"type": "string", "enum": list(SUBJECT_KINDS)},
                        "subject_token": {
                            "type": "string",
                            "maxLength": 8192,
                            "description": "To exchange: the person's token, by the tenant's own issuer.",
                        },
                        "requested_token_type": {"type": "string", "const": ACCESS},
                        "scope": {
                            "type": "string",
                            "maxLength": 4000,
                            "description": "Scopes, separated by blanks; without it all there are to have.",
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
