"""What the register needs to start."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    """Settings of `cases`; variables begin with ``CASES_``."""

    model_config = SettingsConfigDict(env_prefix="CASES_")
