"""An issuer's keys are found, kept, and asked for again: seldom, once at a time, and not in vain."""

import asyncio
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.outbound.fetching import FetchRefused
from services.gateway.tokens.issuer_keys import IssuerKeys, usable_keys
from shared.access.tokens import TokenRefused
from tests.services.gateway.outsiders import key_of, public_set, rsa_key_of

URL = "https://login.example"
FIRST, SECOND = public_set(key_of("first")), public_set(key_of("second"))
KID = key_of("first").kid


class Provider:
    """An issuer that is asked over no network; `keys` None is down."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] | None = FIRST
        self.described: dict[str, Any] = {"issuer": URL, "jwks_uri": f"{URL}/keys"}
        self.asked = 0
        self.kept: list[tuple[UUID, UUID, dict[str, Any]]] = []

    async def fetch(self, address: str) -> dict[str, Any]:
        await asyncio.sleep(0)
        if self.keys is None:
            self.asked += 1
            raise FetchRefused("down")
        if address.endswith("/.well-known/openid-configuration"):
            self.asked += 1
            return self.described
        assert address == f"{URL}/keys"
        return self.keys

    async def keep(self, tenant: UUID, issuer: UUID, found: dict[str, Any]) -> None:
        self.kept.append((tenant, issuer, found))

    def known(self, pause: float = 30) -> IssuerKeys:
        return IssuerKeys(self.fetch, self.keep, pause)


def row(found: dict[str, Any] | None = None, seconds_ago: float = 0, issuer: str = URL) -> Any:
    at = None if found is None else datetime.fromtimestamp(time.time() - seconds_ago, UTC)
    return SimpleNamespace(
        tenant_id=UUID(int=1), id=UUID(int=2), issuer=issuer, found_keys=found, found_at=at
    )


async def kids(keys: IssuerKeys, wanted: str | None = KID, of: Any = None) -> list[str | None]:
    return [key.kid for key in (await keys.keys_of(of or row(), wanted)).keys]


class TestKeysOf:
    async def test_asks_once_and_keeps_what_it_found(self) -> None:
        provider = Provider()
        keys = provider.known()
        assert await asyncio.gather(*(kids(keys) for _ in range(20))) == [[KID]] * 20
        assert (provider.asked, len(provider.kept)) == (1, 1)
        assert [key["kid"] for key in provider.kept[0][2]["keys"]] == [KID]

    async def test_unknown_keys_make_it_ask_no_more_often_than_its_pause(self) -> None:
        provider = Provider()
        keys = provider.known()
        await kids(keys)
        for _ in range(50):
            with pytest.raises(TokenRefused):
                await kids(keys, str(uuid4()))
        assert provider.asked == 1
        patient = provider.known(pause=0)
        for _ in range(3):
            with pytest.raises(TokenRefused):
                await kids(patient, "unknown")
        assert provider.asked == 4

    async def test_finds_a_new_key_when_a_token_names_it(self) -> None:
        provider = Provider()
        keys = provider.known(pause=0)
        await kids(keys)
        provider.keys = SECOND
        assert await kids(keys, key_of("second").kid) == [key_of("second").kid]
        with pytest.raises(TokenRefused):
            await kids(keys)

    async def test_a_token_that_names_no_key_means_the_only_one(self) -> None:
        provider = Provider()
        keys = provider.known(pause=0)
        assert await kids(keys, None) == [KID]
        assert not await keys.have_changed(row())
        provider.keys = SECOND
        assert await keys.have_changed(row())
        provider.keys = public_set(key_of("first"), key_of("second"))
        assert await keys.have_changed(row())
        with pytest.raises(TokenRefused):
            await kids(keys, None)

    async def test_goes_on_with_what_it_knows_while_the_issuer_is_down(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        provider, start = Provider(), time.time()
        keys = provider.known()
        await kids(keys)
        provider.keys = None
        monkeypatch.setattr(time, "time", lambda: start + 86_000)
        assert await kids(keys) == [KID]
        await asyncio.sleep(0.01)
        assert provider.asked == 2
        monkeypatch.setattr(time, "time", lambda: start + 86_500)
        with pytest.raises(TokenRefused):
            await kids(keys)

    async def test_goes_on_with_what_another_replica_found(self) -> None:
        provider = Provider()
        provider.keys = None
        assert await kids(provider.known(), of=row(FIRST, seconds_ago=3000)) == [KID]
        with pytest.raises(TokenRefused):
            await kids(provider.known(), of=row(FIRST, seconds_ago=90_000))

    async def test_asks_in_the_background_when_what_it_knows_is_old(self) -> None:
        provider = Provider()
        keys = provider.known()
        assert await kids(keys, of=row(FIRST, seconds_ago=700)) == [KID]
        await keys.keys_of(row(), KID)
        await asyncio.sleep(0.01)
        assert (provider.asked, len(provider.kept)) == (1, 1)
        assert await kids(provider.known(), of=row(FIRST, seconds_ago=10)) == [KID]
        assert provider.asked == 1

    async def test_what_cannot_be_kept_counts_nevertheless(self) -> None:
        provider = Provider()

        async def fail(*_: object) -> None:
            raise OSError

        assert await kids(IssuerKeys(provider.fetch, fail, 30)) == [KID]

    @pytest.mark.parametrize(
        "described",
        [
            {},
            {"issuer": URL},
            {"issuer": URL + "/", "jwks_uri": f"{URL}/keys"},
            {"issuer": "https://other.example", "jwks_uri": f"{URL}/keys"},
            {"issuer": URL, "jwks_uri": ["x"]},
        ],
    )
    async def test_refuses_a_description_of_something_else(self, described: dict[str, Any]) -> None:
        provider = Provider()
        provider.described = described
        with pytest.raises(TokenRefused):
            await kids(provider.known())
        assert provider.kept == []

    async def test_stops_asking_when_closed(self) -> None:
        async def never(_: str) -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        keys = IssuerKeys(never, Provider().keep, 30)
        waiting = asyncio.create_task(kids(keys))
        await asyncio.sleep(0.01)
        await keys.close()
        with pytest.raises((TokenRefused, asyncio.CancelledError)):
            await waiting


class TestUsableKeys:
    def test_takes_only_what_can_prove_something(self) -> None:
        good, rsa = key_of("first").as_dict(private=False), rsa_key_of("first").as_dict(private=False)
        listed = [
            good,
            {**rsa, "use": "sig", "x5c": ["x"]},
            {**key_of("second").as_dict(private=False), "use": "enc"},
            key_of("third").as_dict(private=True),
            {name: value for name, value in rsa.items() if name != "kid"},
            {**good, "kid": good["kid"]},
            {"kty": "oct", "k": "c2VjcmV0", "kid": "s"},
            {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short"},
            "x",
            None,
        ]
        found = usable_keys({"keys": listed})["keys"]
        assert [key["kid"] for key in found] == [good["kid"], rsa["kid"]]
        assert "x5c" not in found[1]

    @pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": []}, {"keys": ["x"]}, {"keys": {}}])
    def test_refuses_a_set_of_none(self, document: dict[str, Any]) -> None:
        with pytest.raises(FetchRefused):
            usable_keys(document)
