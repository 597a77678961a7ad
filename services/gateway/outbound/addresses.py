"""Where the gateway may connect to when others named the host: the open internet, and listed networks.

Refuses loopback, private and link-local networks, clouds' metadata, and every IPv6 form that carries an
IPv4 address inside, for what is inside could be any of those.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_THE_INTERNET = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("224.0.0.0/3"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)


def may_connect(address: Address, listed: Iterable[Network]) -> bool:
    """Tell whether an address is on the open internet or in a network an operator listed.

    Examples
    --------
    >>> may_connect(ip_address("169.254.169.254"), []), may_connect(ip_address("9.9.9.9"), [])
    (False, True)
    """
    return is_listed(address, listed) or _is_public(address)


def is_listed(address: Address, listed: Iterable[Network]) -> bool:
    """Tell whether an address is in one of the networks."""
    return any(address in network for network in listed)


def as_address(host: str) -> Address | None:
    """Read a host that is an address already; None for a name."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not any(address in network for network in _NOT_THE_INTERNET)
