"""What the survey needs to start."""

from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.survey.invitations.contacts import email_of
from services.survey.invitations.mail_server import Security
from shared.settings import Secret, ServiceSettings


class SurveySettings(ServiceSettings):
    """Settings of `survey`; variables begin with ``SURVEY_``.

    `signing_key` is the service's own EC P-256 private key (JSON Web Key), `respondent_key` makes
    respondents' tokens, `respondent_page` is where a respondent's link leads, `minimum_group_size` is how
    many people must have rated an employee before an export tells their number.

    Mails are sent once `smtp_host` and `smtp_from` are named; a login only over a protected connection. A
    variable that is empty is like one that isn't there. `contact_days` after a round has closed, the
    addresses in its invitations are deleted.
    """

    model_config = SettingsConfigDict(env_prefix="SURVEY_", env_ignore_empty=True)

    signing_key: Secret
    respondent_key: Secret
    cases_url: AnyHttpUrl
    respondent_page: AnyHttpUrl
    minimum_group_size: int = Field(default=5, ge=3, le=50)
    smtp_host: str | None = Field(default=None, min_length=1, max_length=253)
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Security = Security.STARTTLS
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = None
    smtp_from_name: str = Field(default="Samspil", min_length=1, max_length=100)
    contact_days: int = Field(default=14, ge=0, le=365)

    @model_validator(mode="after")
    def _can_send_mail_or_does_not_try(self) -> Self:
        if (self.smtp_host is None) != (self.smtp_from is None):
            raise ValueError("a mail server needs an address to send from, and the other way round")
        if self.smtp_from is not None and email_of(self.smtp_from) != self.smtp_from:
            raise ValueError("mails can't be sent from this address")
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise ValueError("a login has a name and a password")
        if self.smtp_username is not None and self.smtp_security is Security.NONE:
            raise ValueError("a password is never sent over an open connection")
        return self
