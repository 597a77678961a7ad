"""Owns the secrets of the house on this machine: made once, kept in a 0600 file in the data folder."""

import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from joserfc import jwt
from joserfc.jwk import ECKey

Value = TypeVar("Value")
Jwk = dict[str, Any]

_PRIVATE = 0o600


def random_secret() -> str:
    """Return a fresh secret of 256 bits and more."""
    return secrets.token_urlsafe(48)


def new_signing_key() -> Jwk:
    """Return a fresh private EC P-256 key as JSON Web Key with a key id."""
    return dict(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))


def public_keys(private: Jwk) -> Jwk:
    """Return the key set that verifies what the private key signs."""
    return {"keys": [dict(ECKey.import_key(private).as_dict(private=False))]}


def sign(private: Jwk, claims: dict[str, Any], lifetime: int) -> str:
    """Return a signed ES256 token with the claims and its times."""
    now = int(time.time())
    header = {"alg": "ES256", "typ": "at+jwt", "kid": private["kid"]}
    return jwt.encode(header, {**claims, "iat": now, "exp": now + lifetime}, ECKey.import_key(private))


class Vault:
    """A file of named values; whoever asks for a name first makes its value."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """Return a value, made and kept if there is none."""
        if name not in self._values:
            self.keep(name, make())
        value: Value = self._values[name]
        return value

    def find(self, name: str) -> Any:
        """Return a value, or None."""
        return self._values.get(name)

    def keep(self, name: str, value: object) -> None:
        """Keep a value; the file is replaced in one step, so a kill leaves the old or the new."""
        self._values[name] = value
        draft = self._file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "w") as out:
            json.dump(self._values, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._file)
