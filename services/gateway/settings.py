"""What the gateway needs to start; refuses keys it could not sign or verify with."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    IPvAnyNetwork,
    RedisDsn,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from services.gateway.limits.senders import ForwardedField, Senders
from services.gateway.outbound.addresses import AllowedAddresses
from services.gateway.tokens.keys import import_public_keys, public_jwks
from shared.access.tokens import GATEWAY
from shared.settings import Secret, ServiceSettings

_DOCUMENT = Path(__file__).parents[2] / "docs/openapi/samspil.json"


def _signing_key(value: SecretStr) -> SecretStr:
    try:
        key = ECKey.import_key(json.loads(value.get_secret_value()))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ValueError("the signing key must be a JSON Web Key") from error
    if not key.is_private or key.curve_name != "P-256" or not key.kid:
        raise ValueError("the signing key must be a private EC P-256 key with a kid")
    return value


def published_keys(settings: "GatewaySettings") -> dict[str, Any]:
    """Return the public keys that our tokens may be signed with: the one in use, and those beside it."""
    listed = [*public_jwks(settings.signing_key.get_secret_value())["keys"]]
    used = {key["kid"] for key in listed}
    beside = cast("list[dict[str, Any]]", settings.trusted_keys.get(GATEWAY, {}).get("keys", []))
    return {"keys": [*listed, *({**key, "use": "sig"} for key in beside if key["kid"] not in used)]}


def _public_keys(value: dict[str, Any]) -> dict[str, Any]:
    import_public_keys(value)
    return value


Rate = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,6}/[1-9][0-9]{0,4}$")]
"""How often: requests, a slash, and in how many seconds."""


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
"""An origin as a browser writes it: scheme, host, port if it is not the usual one; no path, no pattern."""


class GatewaySettings(ServiceSettings):
    """Settings of `gateway`; variables begin with ``GATEWAY_``.

    `public_url` is the address callers use, and so `iss` and `aud` of the tokens issued here.
    `upstreams` is a JSON object from service to its address. `operator_keys` is the JSON Web Key
    Set of those who may set up tenants. `feeds_signing_key` signs the tokens by which the feeds of
    `follows` are read. Secrets of webhooks are derived from `webhook_key`. `webhook_networks` are
    networks whose addresses may be told although they are not public, also without TLS. `audit_heads` is a
    folder outside the database, where signed heads of the audit are kept. Public keys of issuer `gateway`
    in `trusted_keys` are honoured and published beside the signing key's: the next and the last one while
    keys are changed. `issuer_networks` are networks beside the open internet in which tenants' issuers may
    be asked for their keys, over plain HTTP there; no issuer is asked twice within `issuer_pause_seconds`.
    Rates are `requests/seconds`; with `limits_url`, the address of a Redis or Valkey, all replicas count
    together. Pages of `cross_origins` may call, and no others. A request's answer must begin within
    `request_seconds` of its arrival, whatever it waits for. Only of `trusted_proxies` is it believed, by
    their `forwarded_field`, for whose address they ask.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", env_ignore_empty=True)

    signing_key: Annotated[Secret, AfterValidator(_signing_key)]
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#/][^\s?#]*[^\s?#/]$")]
    upstreams: dict[str, HttpUrl]
    operator_keys: Annotated[dict[str, Any], AfterValidator(_public_keys)]
    feeds_signing_key: Annotated[Secret, AfterValidator(_signing_key)]
    webhook_key: Secret
    webhook_networks: list[IPvAnyNetwork] = Field(default=[])
    follows: list[Literal["cases", "survey", "analytics"]] = Field(default=["cases", "survey", "analytics"])
    event_days: int = Field(default=30, ge=7, le=366)
    issuer_networks: list[IPvAnyNetwork] = Field(default=[])
    issuer_pause_seconds: float = Field(default=30.0, ge=0)
    document: Path = _DOCUMENT
    request_seconds: float = Field(default=30.0, gt=0, le=3600)
    upstream_seconds: float = Field(default=30.0, gt=0)
    audit_heads: Path | None = None
    audit_head_seconds: float = Field(default=300.0, gt=0)
    upstream_places: int = Field(default=64, ge=1, le=10_000)
    upstream_waiting: int = Field(default=512, ge=0, le=100_000)
    upstream_waiting_seconds: float = Field(default=2.0, gt=0)
    client_rate: Rate = "6000/60"
    tenant_rate: Rate = "30000/60"
    respondent_rate: Rate = "120/60"
    login_rate: Rate = "60/60"
    address_rate: Rate = "6000/60"
    answering_rate: Rate = "30000/60"
    limits_url: RedisDsn | None = None
    trusted_proxies: list[IPvAnyNetwork] = Field(default=[])
    forwarded_field: ForwardedField = ForwardedField.X_FORWARDED_FOR
    cross_origins: list[Origin] = Field(default_factory=list)

    @property
    def webhook_addresses(self) -> AllowedAddresses:
        """The addresses that webhooks may be sent to."""
        return AllowedAddresses(tuple(self.webhook_networks))

    @property
    def issuer_addresses(self) -> AllowedAddresses:
        """The addresses where issuers may be asked for their keys."""
        return AllowedAddresses(tuple(self.issuer_networks))

    @property
    def senders(self) -> Senders:
        """Whose word counts for the address of a request."""
        return Senders(tuple(self.trusted_proxies), self.forwarded_field)

    @model_validator(mode="after")
    def _refuse_keys_of_no_use(self) -> "GatewaySettings":
        import_public_keys(published_keys(self))
        return self

    @model_validator(mode="after")
    def _refuse_less_time_than_a_request_takes_to_arrive(self) -> "GatewaySettings":
        if self.request_seconds <= self.receive_seconds:
            raise ValueError("a request's time must be more than it may take to arrive")
        return self
