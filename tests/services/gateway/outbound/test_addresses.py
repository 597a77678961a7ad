"""Only the open internet's addresses, and those an operator listed."""

from ipaddress import ip_address, ip_network

import pytest

from services.gateway.outbound.addresses import AllowedAddresses, is_public, literal_address

INSIDE = [
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:9.9.9.9",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::1",
    "2002:909:909::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
OUTSIDE = ["9.9.9.9", "193.162.153.164", "2606:4700::1111", "2a00:1450:400f:80d::200e"]


@pytest.mark.parametrize("address", INSIDE)
def test_refuses_what_is_not_the_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_takes_what_is(address: str) -> None:
    assert is_public(ip_address(address))


def test_takes_what_an_operator_listed_and_nothing_beside_it() -> None:
    allowed = AllowedAddresses((ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")))
    assert allowed.admits(ip_address("10.1.2.3"), encrypted=False)
    assert allowed.admits(ip_address("fd00:1::5"), encrypted=False)
    assert not allowed.admits(ip_address("10.2.0.1"), encrypted=True)


def test_reads_literal_hosts_and_no_names() -> None:
    assert literal_address("[::1]") == ip_address("::1")
    assert [literal_address(host) for host in ("localhost", "0x7f.1", "2130706433", "")] == [None] * 4
