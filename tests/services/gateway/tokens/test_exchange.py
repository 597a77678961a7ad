"""Internal tokens: what services accept, for one of them, short, and the same again while it lasts."""

import base64
import json
import time
from uuid import uuid4

import pytest

from services.gateway.tokens.authentication import Authenticated
from services.gateway.tokens.exchange import TokenExchange
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenRefused, TokenSigner, TokenVerifier, unverified_claim
from tests.services.gateway.outsiders import key_of, public_set
from tests.support.keys import private_key

PRINCIPAL = Principal("anne", "https://x", frozenset({Role.LEADER}), tenant=uuid4(), person=uuid4())


def make() -> TokenExchange:
    return TokenExchange(TokenSigner(GATEWAY, private_key("gateway-own")))


def verifier(audience: str) -> TokenVerifier:
    return TokenVerifier({GATEWAY: public_set(key_of("gateway-own"))}, audience)


def caller(seconds: float) -> Authenticated:
    return Authenticated(PRINCIPAL, uuid4().bytes, time.time() + seconds)


class TestInternalToken:
    def test_says_who_calls_to_one_service(self) -> None:
        token = make().internal_token(caller(3600), "cases")
        verified = verifier("cases").verify(token)
        assert (verified.subject, verified.roles) == ("anne", PRINCIPAL.roles)
        assert (verified.tenant, verified.person) == (PRINCIPAL.tenant, PRINCIPAL.person)
        with pytest.raises(TokenRefused):
            verifier("survey").verify(token)

    def test_lives_a_minute_at_most_and_no_longer_than_the_callers(self) -> None:
        assert 59 <= _lifetime(make().internal_token(caller(3600), "cases")) <= 60
        assert 28 <= _lifetime(make().internal_token(caller(30), "cases")) <= 30

    def test_is_the_same_again_until_it_nears_its_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tokens, who, start = make(), caller(3600), time.time()
        first = tokens.internal_token(who, "cases")
        assert tokens.internal_token(who, "cases") == first
        assert tokens.internal_token(who, "survey") != first
        assert tokens.internal_token(caller(3600), "cases") != first
        monkeypatch.setattr(time, "time", lambda: start + 41)
        assert tokens.internal_token(who, "cases") != first


def _lifetime(token: str) -> int:
    claims = json.loads(_payload(token))
    assert unverified_claim(token, "iss") == GATEWAY
    lifetime: int = claims["exp"] - claims["iat"]
    return lifetime


def _payload(token: str) -> bytes:
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
