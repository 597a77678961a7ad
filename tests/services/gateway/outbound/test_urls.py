"""No address of the inside is told, however it is written; public ones and allowed ones are."""

import ipaddress
import socket

import pytest

from services.gateway.outbound.addresses import AllowedAddresses, UrlRefused, is_public, literal_address

ALLOWED = AllowedAddresses((ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd00:20::/64")))

REFUSED_AS_WRITTEN = [
    "http://receiver.example/",
    "https://127.0.0.1/",
    "https://127.8.8.8:8443/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://192.0.2.1/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[5f00::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://user@receiver.example/",
    "https://user:word@receiver.example/",
    "https://receiver.example@127.0.0.1/",
    "https://receiver.example/#fragment",
    "https://receiver.example\\@127.0.0.1/",
    "https://receiver.example\t/",
    "https://receiver.example/a b",
    "https://receiver.example/\r\nX-Injected: 1",
    "https:///nowhere",
    "https://receiver.example:0/",
    "https://receiver.example:99999/",
    "https://１２７.0.0.1/",
    "https://ⓛocalhost/",
    "ftp://receiver.example/",
    "file:///etc/passwd",
    "gopher://receiver.example/",
    "//receiver.example/",
    "receiver.example",
    "",
    "https://receiver.example/" + "a" * 2000,
]

REFUSED_AS_RESOLVED = [
    "127.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "2130706433",
    "0x7f000001",
    "localhost",
    "0",
]
"""Names by our reading that a system's resolver takes for addresses of the inside."""

TAKEN = [
    "https://receiver.example/",
    "https://receiver.example:8443/path?query=1&x=%20",
    "https://193.3.19.1/",
    "https://[2a00:1450:400f:80d::200e]:8443/hook",
    "https://xn--blbrgrd-exa.example/",
]


class TestAsWritten:
    @pytest.mark.parametrize("url", REFUSED_AS_WRITTEN)
    def test_hostile_ones_are_refused(self, url: str) -> None:
        with pytest.raises(UrlRefused):
            AllowedAddresses().read(url)

    @pytest.mark.parametrize("url", TAKEN)
    def test_public_ones_are_taken(self, url: str) -> None:
        assert str(AllowedAddresses().read(url)) == url


class TestAsResolved:
    @pytest.mark.parametrize("host", REFUSED_AS_RESOLVED)
    def test_other_ways_of_writing_the_inside(self, host: str) -> None:
        AllowedAddresses().read(f"https://{host}/")  # a name, as far as its writing tells
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
        assert not AllowedAddresses().admit_all(addresses, encrypted=True)

    def test_one_inside_spoils_all(self) -> None:
        public, inside = ipaddress.ip_address("193.3.19.1"), ipaddress.ip_address("10.0.0.1")
        assert AllowedAddresses().admit_all([public], encrypted=True)
        assert not AllowedAddresses().admit_all([public, inside], encrypted=True)
        assert not AllowedAddresses().admit_all([], encrypted=True)


class TestAllowedNetworks:
    @pytest.mark.parametrize(
        "url",
        [
            "http://10.20.3.4:8080/hook",
            "https://10.20.3.4/",
            "http://[fd00:20::7]/",
            "http://name.internal/",
        ],
    )
    def test_an_operators_own_are_taken(self, url: str) -> None:
        assert ALLOWED.read(url)

    @pytest.mark.parametrize("url", ["http://10.21.0.1/", "https://[fd00:21::7]/", "http://193.3.19.1/"])
    def test_what_is_beside_them_is_not(self, url: str) -> None:
        with pytest.raises(UrlRefused):
            ALLOWED.read(url)

    def test_a_public_address_needs_tls(self) -> None:
        public = ipaddress.ip_address("193.3.19.1")
        assert ALLOWED.admits(public, encrypted=True)
        assert not ALLOWED.admits(public, encrypted=False)


class TestIsPublic:
    """The table of `ipaddress` alone would not do: what it calls global and we refuse."""

    @pytest.mark.parametrize(
        "text", ["168.63.129.16", "192.88.99.1", "2002:7f00:1::", "64:ff9b::7f00:1", "224.0.1.1"]
    )
    def test_refuses_more_than_the_library(self, text: str) -> None:
        address = ipaddress.ip_address(text)
        assert address.is_global
        assert not is_public(address)

    @pytest.mark.parametrize("text", ["8.8.8.8", "193.3.19.1", "2a00:1450:400f:80d::200e"])
    def test_takes_public_ones(self, text: str) -> None:
        assert is_public(ipaddress.ip_address(text))

    def test_tells_names_from_addresses(self) -> None:
        assert literal_address("receiver.example") is None
        assert literal_address("[::1]") == ipaddress.ip_address("::1")
