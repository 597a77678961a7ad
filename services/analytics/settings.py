"""What analytics needs to start."""

from pydantic import AnyHttpUrl, Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


class AnalyticsSettings(ServiceSettings):
    """Settings of `analytics`; variables begin with ``ANALYTICS_``.

    `minimum_group_size` is how many people an aggregate must be about before it leaves;
    `resident_megabytes` how much memory the data of tenants may take that are held to answer with;
    `remembered_megabytes` how much answers may take that are kept to be given again;
    `minimum_distribution_size` how many cases a part of a distribution must hold.
    """

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_")

    signing_key: Secret
    cases_url: AnyHttpUrl
    survey_url: AnyHttpUrl
    minimum_group_size: int = Field(default=5, ge=3, le=50)
    resident_megabytes: int = Field(default=1024, ge=1, le=1_048_576)
    remembered_megabytes: int = Field(default=64, ge=1, le=65_536)
    minimum_distribution_size: int = Field(default=8, ge=5, le=50)
