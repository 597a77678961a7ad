"""What the survey needs to start."""

from pydantic import AnyHttpUrl, Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


class SurveySettings(ServiceSettings):
    """Settings of `survey`; variables begin with ``SURVEY_``.

    `signing_key` is the service's own EC P-256 private key (JSON Web Key), `respondent_key` makes
    respondents' tokens, `respondent_page` is where a respondent's link leads, `minimum_group_size` is how
    many people must have rated an employee before an export tells their number.
    """

    model_config = SettingsConfigDict(env_prefix="SURVEY_")

    signing_key: Secret
    respondent_key: Secret
    cases_url: AnyHttpUrl
    respondent_page: AnyHttpUrl
    minimum_group_size: int = Field(default=5, ge=3, le=50)
