"""The gateway refuses to start with keys or addresses it could not work with."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from pydantic import ValidationError

from services.gateway.main import build
from services.gateway.proxy.routes import RoutesRefused
from services.gateway.settings import GatewaySettings
from tests.services.gateway.conftest import stub_document
from tests.services.gateway.outsiders import key_of, public_set
from tests.support.keys import private_key, random_secret


def settings(**changes: Any) -> GatewaySettings:
    values: dict[str, Any] = {
        "port": 0,
        "metrics_port": 0,
        "app_dsn": "postgresql://nobody@127.0.0.1/nothing",
        "feed_dsn": "postgresql://nobody@127.0.0.1/nothing",
        "fingerprint_key": random_secret(),
        "trusted_keys": {},
        "signing_key": private_key("gateway-own"),
        "public_url": "https://samspil.example",
        "upstreams": {},
        "operator_keys": public_set(key_of("operators")),
        "feeds_signing_key": private_key("gateway-feeds"),
        "webhook_key": random_secret(),
        "follows": [],
    }
    return GatewaySettings(**{**values, **changes})


def jwk(**changes: Any) -> str:
    key = {**key_of("gateway-own").as_dict(private=True), **changes}
    return json.dumps({name: value for name, value in key.items() if value is not None})


class TestGatewaySettings:
    def test_takes_good_ones(self) -> None:
        assert settings().public_url == "https://samspil.example"

    @pytest.mark.parametrize(
        "changes",
        [
            {"signing_key": "x" * 40},
            {"signing_key": jwk(d=None)},
            {"signing_key": jwk(kid=None)},
            {"signing_key": json.dumps(ECKey.generate_key("P-384", auto_kid=True).as_dict(private=True))},
            {"public_url": "https://samspil.example/"},
            {"public_url": "samspil.example"},
            {"public_url": "https://samspil.example?x"},
            {"operator_keys": {}},
            {"operator_keys": {"keys": [key_of("operators").as_dict(private=True)]}},
            {"upstreams": {"cases": "not an address"}},
            {"feeds_signing_key": "x" * 40},
            {"webhook_key": "short"},
            {"webhook_networks": ["not a network"]},
            {"follows": ["elsewhere"]},
            {"event_days": 1},
            {"trusted_keys": {"gateway": {"keys": [key_of("operators").as_dict(private=True)]}}},
            {"trusted_keys": {"gateway": {"keys": [{"kty": "oct", "kid": "x", "k": "c2VjcmV0"}]}}},
            {"issuer_networks": ["somewhere"]},
        ],
    )
    def test_refuses_others_without_repeating_them(self, changes: dict[str, Any]) -> None:
        with pytest.raises(ValidationError) as refusal:
            settings(**changes)
        assert str(key_of("gateway-own").as_dict(private=True)["d"]) not in str(refusal.value)


class TestBuild:
    def test_refuses_a_document_with_services_it_has_no_address_of(self, tmp_path: Path) -> None:
        document = tmp_path / "samspil.json"
        document.write_text(json.dumps(stub_document()), encoding="utf-8")
        with pytest.raises(RoutesRefused, match="analytics, broken, cases, survey"):
            build(settings(document=document))
