"""Signatures are those of Standard Webhooks, by that project's own library; secrets are all different."""

import json
import time
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.gateway.webhooks.signing import WebhookSecrets, signature_headers, written

SECRETS = WebhookSecrets(b"k" * 48)
TENANT, WEBHOOK = UUID(int=1), UUID(int=2)
BODY = json.dumps({"type": "round.closed", "å": 1}, ensure_ascii=False).encode()


def headers(*secrets: bytes, at: int = 0) -> dict[str, str]:
    return signature_headers(str(uuid4()), at or int(time.time()), BODY, secrets)


class TestSignatures:
    def test_the_projects_library_verifies_them(self) -> None:
        secret = SECRETS.secret(TENANT, WEBHOOK, 1)
        assert Webhook(written(secret)).verify(BODY, headers(secret)) == json.loads(BODY)

    def test_each_of_two_secrets_is_enough(self) -> None:
        new, old = (SECRETS.secret(TENANT, WEBHOOK, each) for each in (2, 1))
        sent = headers(new, old)
        for secret in (new, old):
            assert Webhook(written(secret)).verify(BODY, sent)

    def test_the_example_of_the_specification(self) -> None:
        known = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        raw = known._whsecret
        message, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
        signed = signature_headers(message, 1614265330, body, [raw])
        assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @pytest.mark.parametrize("spoil", ["body", "id", "timestamp", "secret", "old"])
    def test_anything_else_is_refused(self, spoil: str) -> None:
        secret = SECRETS.secret(TENANT, WEBHOOK, 1)
        sent = headers(secret, at=int(time.time()) - 3600 if spoil == "old" else 0)
        if spoil == "id":
            sent["webhook-id"] = str(uuid4())
        if spoil == "timestamp":
            sent["webhook-timestamp"] = str(int(sent["webhook-timestamp"]) + 1)
        checked = SECRETS.secret(TENANT, WEBHOOK, 2) if spoil == "secret" else secret
        with pytest.raises(WebhookVerificationError):
            Webhook(written(checked)).verify(b"{}" if spoil == "body" else BODY, sent)


class TestSecrets:
    def test_all_are_different_and_long_enough(self) -> None:
        other = WebhookSecrets(b"o" * 48)
        made = {
            keys.secret(tenant, webhook, generation)
            for keys in (SECRETS, other)
            for tenant in (TENANT, UUID(int=3))
            for webhook in (WEBHOOK, UUID(int=4))
            for generation in (1, 2)
        }
        assert len(made) == 16
        assert {len(each) for each in made} == {32}
        assert SECRETS.secret(TENANT, WEBHOOK, 1) == WebhookSecrets(b"k" * 48).secret(TENANT, WEBHOOK, 1)
