"""Respondents' tokens: derived from a key, never stored, bound to one invitation and generation."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

PREFIX = "rt_"
_MAC_BYTES = 16
_BODY_BYTES = 16 + 16 + 4
_REMEMBERED = 20_000


class TokenForged(Exception):
    """The token is not one we made; deliberately without a reason."""


@dataclass(frozen=True, slots=True)
class RespondentToken:
    """Whom a token stands for; it is honoured while the invitation has this generation."""

    tenant: UUID
    invitation: UUID
    generation: int


class RespondentTokens:
    """Writes and reads tokens: tenant, invitation, generation and a 128-bit keyed MAC."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Who opens a form soon hands it in with the same token; forged ones are not remembered.
        self._genuine = lru_cache(maxsize=_REMEMBERED)(self._verified)

    def write(self, token: RespondentToken) -> str:
        """Return the text of a token, the same each time."""
        body = token.tenant.bytes + token.invitation.bytes + token.generation.to_bytes(4, "big")
        return _spelled(body + self._mac(body))

    def read(self, text: str) -> RespondentToken:
        """Return the token a text stands for.

        Raises
        ------
        TokenForged
            For every reason alike.
        """
        return self._genuine(text)

    def _verified(self, text: str) -> RespondentToken:
        try:
            encoded = text.removeprefix(PREFIX)
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise TokenForged from error
        body, mac = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
        genuine = hmac.compare_digest(mac, self._mac(body))
        if len(raw) != _BODY_BYTES + _MAC_BYTES or not genuine:
            raise TokenForged
        token = RespondentToken(
            UUID(bytes=body[:16]), UUID(bytes=body[16:32]), int.from_bytes(body[32:], "big")
        )
        if text != _spelled(raw):  # the same bytes, spelled as we never spell them
            raise TokenForged
        return token

    def link(self, page: str, token: RespondentToken) -> str:
        """Return the personal link to a page; the token stands in its fragment, which no server logs."""
        return f"{page}#{self.write(token)}"

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"respondent/1" + body, sha256)[:_MAC_BYTES]


def _spelled(raw: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")
