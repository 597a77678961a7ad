"""What a CPR number becomes before anything is done with it: pure, and never the number itself.

A digest can't be turned back without the key, which the database does not have. Keys have versions; the
highest is in use.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import SecretStr, StringConstraints
from pydantic.functional_validators import AfterValidator

_PURPOSE = b"samspil/citizen/1/"
_REPLACEMENT_DAYS = 60
"""Replacement numbers, for who has none, count the day from 61."""


def _is_possible(cpr: SecretStr) -> SecretStr:
    digits = cpr.get_secret_value()
    if not re.fullmatch(r"[0-9]{6}-?[0-9]{4}", digits):
        raise ValueError("a CPR number has ten digits")
    day, month = int(digits[:2]) % _REPLACEMENT_DAYS, int(digits[2:4])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        raise ValueError("a CPR number begins with a date")
    return cpr


Cpr = Annotated[SecretStr, StringConstraints(min_length=10, max_length=11), AfterValidator(_is_possible)]
"""A CPR number on its way in; never shown, stored or logged."""


class CitizenKeys:
    """The keys of pseudonyms, by version; the highest is in use."""

    def __init__(self, secrets: Mapping[int, SecretStr]) -> None:
        self._keys = {version: secrets[version].get_secret_value().encode() for version in secrets}

    def digests(self, tenant: UUID, cpr: SecretStr) -> list[tuple[int, bytes]]:
        """Return version and digest under each key, the newest first."""
        said = _PURPOSE + tenant.bytes + cpr.get_secret_value().replace("-", "").encode()
        return [
            (version, hmac.digest(self._keys[version], said, hashlib.sha256))
            for version in sorted(self._keys, reverse=True)
        ]
