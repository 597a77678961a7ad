"""Secrets of subscriptions, and signatures by Standard Webhooks; a secret is derived and stored nowhere."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

_PREFIX = "whsec_"


class WebhookSecrets:
    """Derives the secrets of all subscriptions from one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def secret(self, tenant: UUID, subscription: UUID, generation: int) -> bytes:
        """Return one generation of a subscription's secret."""
        text = f"webhook-secret/1/{tenant}/{subscription}/{generation}"
        return hmac.digest(self._key, text.encode(), hashlib.sha256)


def written(secret: bytes) -> str:
    """Write a secret as receivers' libraries take it."""
    return _PREFIX + base64.b64encode(secret).decode()


def signature_headers(
    message_id: str, timestamp: int, body: bytes, secrets: Iterable[bytes]
) -> dict[str, str]:
    """Return the three headers of Standard Webhooks, signed with each of the secrets."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digests = (hmac.digest(secret, signed, hashlib.sha256) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in digests),
    }
