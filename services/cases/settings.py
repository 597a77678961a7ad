"""What the register needs to start."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


class CasesSettings(ServiceSettings):
    """Settings of `cases`; variables begin with ``CASES_``.

    `citizen_keys` is a JSON object from version (1, 2, ...) to the secret that makes citizens' pseudonyms;
    the highest is in use, and older ones are kept until no pseudonym is written under them.
    """

    model_config = SettingsConfigDict(env_prefix="CASES_")

    citizen_keys: Annotated[dict[Annotated[int, Field(ge=1)], Secret], Field(min_length=1)]
