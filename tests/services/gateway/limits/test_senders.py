"""From which address a request was sent: only listed proxies are believed, from the right, in one field."""

from ipaddress import ip_network
from typing import Any

import pytest

from services.gateway.limits.senders import ForwardedField, Senders, counted_as, told_as

PROXIES = tuple(ip_network(each) for each in ("10.0.0.0/8", "2001:db8:ffff::/48"))
LEGACY = Senders(PROXIES)
STANDARD = Senders(PROXIES, ForwardedField.FORWARDED)


def request(peer: str | None, *fields: tuple[str, str]) -> dict[str, Any]:
    """Return a request of a connection with fields."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    return {"client": None if peer is None else (peer, 4711), "headers": headers}


def xff(*values: str) -> list[tuple[str, str]]:
    """Return the field in as many lines as there are values."""
    return [("X-Forwarded-For", value) for value in values]


def forwarded(*values: str) -> list[tuple[str, str]]:
    """Return the standard field."""
    return [("Forwarded", value) for value in values]


class TestXForwardedFor:
    @pytest.mark.parametrize(
        ("peer", "values", "expected"),
        [
            ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            ("10.0.0.1", ["192.0.2.1", "10.0.0.2"], "192.0.2.1"),
            ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
            ("2001:db8:ffff::1", ["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", ["192.0.2.1:51234"], "192.0.2.1"),
            ("10.0.0.1", ["[2001:db8::7]:443"], "2001:db8::7"),
            ("10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", [], "10.0.0.1"),
            # Whatever stands further left is the sender's own text.
            ("10.0.0.1", ["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["198.51.100.9", "192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["10.9.9.9, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["198.51.100.9, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", ["198.51.100.9, unknown"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.9,"], "10.0.0.1"),
            ("10.0.0.1", ["192.0.2.01"], "10.0.0.1"),
            ("10.0.0.1", ["127.1"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.9" + ",10.0.0.3" * 5000], "10.0.0.3"),
            # Nobody else is believed.
            ("192.0.2.9", ["198.51.100.9"], "192.0.2.9"),
            ("192.0.2.9", ["198.51.100.9, 10.0.0.2"], "192.0.2.9"),
        ],
    )
    def test_is_read_from_the_right(self, peer: str, values: list[str], expected: str) -> None:
        assert str(LEGACY.sender_of(request(peer, *xff(*values)))) == expected

    def test_counts_for_nothing_where_no_proxy_is_listed(self) -> None:
        assert str(Senders().sender_of(request("10.0.0.1", *xff("192.0.2.1")))) == "10.0.0.1"

    def test_the_other_field_counts_for_nothing(self) -> None:
        both = [*forwarded("for=198.51.100.9"), *xff("192.0.2.1"), ("X-Real-IP", "198.51.100.9")]
        assert str(LEGACY.sender_of(request("10.0.0.1", *both))) == "192.0.2.1"
        swapped = [*forwarded("for=192.0.2.1"), *xff("198.51.100.9")]
        assert str(STANDARD.sender_of(request("10.0.0.1", *swapped))) == "192.0.2.1"

    def test_a_connection_may_have_no_address(self) -> None:
        assert LEGACY.sender_of(request(None, *xff("192.0.2.1"))) is None
        assert counted_as(None) == told_as(None) == ""


class TestForwarded:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("for=192.0.2.1", "192.0.2.1"),
            ('For="192.0.2.1:4711";proto=https;by=10.0.0.1', "192.0.2.1"),
            ('proto=https; for="[2001:db8::7]:443" ;host="samspil.example"', "2001:db8::7"),
            ("for=192.0.2.1, for=10.0.0.2;by=10.0.0.1", "192.0.2.1"),
            ("for=198.51.100.9, for=192.0.2.1", "192.0.2.1"),
            ("for=198.51.100.9, for=unknown", "10.0.0.1"),
            ("for=198.51.100.9, for=_hidden", "10.0.0.1"),
            ("for=198.51.100.9, proto=https", "10.0.0.1"),
            ("for=198.51.100.9;for=192.0.2.1", "10.0.0.1"),
            # Quotes left open on purpose, or in a host, do not reach over what the proxy adds.
            ('for=198.51.100.9;host=", for=192.0.2.1', "192.0.2.1"),
            ('for=192.0.2.1;host="x, for=198.51.100.9"', "10.0.0.1"),
            ('for=192.0.2.1;host="x, for=198.51.100.9;y=";proto=https', "10.0.0.1"),
            ("for = 192.0.2.1", "10.0.0.1"),
            ("192.0.2.1", "10.0.0.1"),
            ("", "10.0.0.1"),
        ],
    )
    def test_is_read_from_the_right(self, value: str, expected: str) -> None:
        assert str(STANDARD.sender_of(request("10.0.0.1", *forwarded(value)))) == expected
        assert str(STANDARD.sender_of(request("192.0.2.9", *forwarded(value)))) == "192.0.2.9"
