"""Settings every service reads from its environment; refuses missing, short and well-known secrets."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, PostgresDsn, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_SHORTEST_SECRET = 32
_PLACEHOLDER = re.compile(r"(change.?me|secret|password|example|default|12345|(.)\2{7})", re.IGNORECASE)


def _not_a_placeholder(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < _SHORTEST_SECRET or _PLACEHOLDER.search(text):
        raise ValueError("a secret must have 32 characters or more and be none of the usual examples")
    return value


Secret = Annotated[SecretStr, AfterValidator(_not_a_placeholder)]
"""A secret that was really chosen: at least 32 characters, no placeholder."""


class ServiceSettings(BaseSettings):
    """What every service needs to start.

    Variables are prefixed with the service's name, e.g. ``CASES_APP_DSN``. `trusted_keys` is a JSON
    object from issuer (``gateway``, ``survey``, ``analytics``) to its public JSON Web Key Set.
    A request must arrive within `receive_seconds`, a caller take its answer without a pause of
    `stall_seconds`; told to stop, the service is not ready for `drain_seconds` before it closes.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    metrics_port: int = Field(ge=0, le=65535)
    app_dsn: PostgresDsn
    feed_dsn: PostgresDsn
    fingerprint_key: Secret
    pool_size: int = Field(default=8, ge=1, le=100)
    trusted_keys: dict[str, dict[str, object]]
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    max_wide_body_bytes: int = Field(default=33_554_432, ge=1024)
    receive_seconds: float = Field(default=10.0, gt=0)
    audit_seal_seconds: float = Field(default=10.0, gt=0)
    stall_seconds: float = Field(default=30.0, gt=0)
    drain_seconds: float = Field(default=0.0, ge=0, le=60)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
