"""Tenants, issuers and clients on the wire; refuses private keys and roles no outsider may have."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from services.gateway.access.mapping import ClaimsMapping, OutsideRole, sorted_values
from services.gateway.tokens.keys import PRIVATE_MEMBERS, import_public_keys
from shared.wire import Line, Moment, WireModel

Scope = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+([:.-][a-z0-9]+)*$")]
Address = Annotated[str, StringConstraints(max_length=400, pattern=r"^https?://[!-~]+$")]
Algorithm = Literal["ES256", "RS256"]


class TenantState(StrEnum):
    """Whether anybody of a tenant is let in."""

    OPEN = "open"
    CLOSED = "closed"


class PutTenant(WireModel):
    """A tenant: one organisation with everything of its."""

    name: Line = Field(examples=["Hedensted Kommune"])
    sandbox: bool = Field(
        default=False,
        examples=[False],
        description="For trying out with made-up data; settled when the tenant is created.",
    )


class TenantView(PutTenant):
    """A tenant as it is stored."""

    id: UUID
    version: int
    state: TenantState = Field(description="`closed`: nobody of it is let in, for good.")
    closed_at: Moment | None = Field(description="When it was closed down.")


class CloseTenant(WireModel):
    """Close a tenant down for good; there is nothing to say but that."""


class PublicKey(WireModel):
    """A public JSON Web Key; members not named here are left out."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "kty": "EC",
                    "kid": "hedensted-2026",
                    "use": "sig",
                    "alg": "ES256",
                    "crv": "P-256",
                    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
                }
            ]
        },
    )

    kty: Literal["EC", "RSA"]
    kid: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    use: Literal["sig"] | None = None
    alg: Algorithm | None = None
    crv: Literal["P-256"] | None = None
    x: str | None = Field(default=None, max_length=100)
    y: str | None = Field(default=None, max_length=100)
    n: str | None = Field(default=None, max_length=2000)
    e: str | None = Field(default=None, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _refuse_private(cls, members: Any) -> Any:
        if isinstance(members, dict) and not PRIVATE_MEMBERS.isdisjoint(members):
            raise ValueError("must be a public key")
        return members


class PublicKeySet(WireModel):
    """A JSON Web Key Set of public signing keys."""

    keys: list[PublicKey] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _refuse_unusable(self) -> "PublicKeySet":
        import_public_keys(self.model_dump(mode="json", exclude_none=True))
        return self


class PutIssuer(WireModel):
    """An OpenID provider whose tokens the tenant wants honoured."""

    issuer: Address = Field(description="The `iss` of its tokens.", examples=["https://login.example.dk"])
    audience: Line = Field(description="The `aud` its tokens must name.", examples=["samspil"])
    algorithms: Annotated[list[Algorithm], AfterValidator(sorted_values)] = Field(
        min_length=1, max_length=2
    )
    jwks: PublicKeySet | None = Field(
        default=None,
        description="Its keys. Without them the gateway asks the issuer: "
        "`/.well-known/openid-configuration` below its `iss` names where they are.",
    )
    mapping: ClaimsMapping | None = Field(
        default=None,
        description="What its claims mean here. Without it they are `tenant`, `roles`, `personId`, "
        "`unitIds`, `scope` and `act`, in our own words.",
    )


class IssuerView(PutIssuer):
    """An issuer as it is stored."""

    id: UUID
    version: int
    found_at: Moment | None = Field(
        description="When its keys were last found by asking it; null: never, or they are registered."
    )


class PutClient(WireModel):
    """A program that may ask for tokens in the tenant's name."""

    name: Line = Field(examples=["Fagsystem, børn og unge"])
    roles: Annotated[list[OutsideRole], AfterValidator(sorted_values)] = Field(min_length=1, max_length=7)
    scopes: Annotated[list[Scope], AfterValidator(sorted_values)] = Field(
        examples=[["system:sbsys"]], default=[], max_length=50
    )
    jwks: PublicKeySet | None = Field(
        default=None,
        description="Keys by which it signs its own assertions (`private_key_jwt`), instead of a secret.",
    )
    acts_for_roles: Annotated[list[OutsideRole], AfterValidator(sorted_values)] = Field(
        default=[],
        max_length=7,
        examples=[["case-worker", "leader"]],
        description="Roles of people it may act for by exchanging their tokens; none: for nobody.",
    )


class ClientView(PutClient):
    """A client as it is stored."""

    id: UUID
    version: int
    client_id: str = Field(
        examples=["0199c0de-0000-7000-8000-000000000766.0199c0de-0000-7000-8000-00000000c11e"],
        description="What the client sends as `client_id`.",
    )
    active_secrets: int = Field(examples=[1], description="How many secrets work at the moment: 0, 1 or 2.")


class SecretView(WireModel):
    """A new secret; it is shown this once and stored nowhere."""

    client_id: str = Field(
        examples=["0199c0de-0000-7000-8000-000000000766.0199c0de-0000-7000-8000-00000000c11e"]
    )
    client_secret: str = Field(examples=["vises-kun-denne-ene-gang"])
