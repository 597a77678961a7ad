"""Exchanges a verified caller for an internal token: for one service, a minute at most.

The same token is used again until it nears its end, so that services verify it once.
"""

import time

from services.gateway.tokens.authentication import Authenticated
from services.gateway.tokens.remembered import Remembered
from shared.access.tokens import LIFETIME_SECONDS, TokenSigner

_MARGIN_SECONDS = 20
_REMEMBERED_TOKENS = 20_000


class TokenExchange:
    """Makes internal tokens in the gateway's name."""

    def __init__(self, signer: TokenSigner) -> None:
        self._signer = signer
        self._made: Remembered[tuple[bytes, str], str] = Remembered(_REMEMBERED_TOKENS)

    def internal_token(self, caller: Authenticated, audience: str) -> str:
        """Return a token by which a service knows the caller."""
        key = (caller.digest, audience)
        made = self._made.get(key)
        if made is not None:
            return made
        now = time.time()
        lifetime = max(1, min(LIFETIME_SECONDS, int(caller.expires - now)))
        token = self._signer.sign(caller.principal, audience, lifetime)
        self._made.put(key, token, now + lifetime - _MARGIN_SECONDS)
        return token
