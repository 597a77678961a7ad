"""Pseudonyms that hold within one export: the same person the same key, in another file another; pure."""

import hashlib
import secrets
from uuid import UUID

_DIGEST_BYTES = 8


class Pseudonyms:
    """Makes keys under a secret that nobody keeps."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def of(self, who: UUID | None) -> str | None:
        """Return somebody's key. It begins with letters, so that no spreadsheet takes it for a number."""
        if who is None:
            return None
        digest = hashlib.blake2b(who.bytes, key=self._secret, digest_size=_DIGEST_BYTES)
        return f"key-{digest.hexdigest()}"
