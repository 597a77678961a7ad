"""Which addresses that others chose may be called: public ones and an operator's own; never the inside."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yarl import URL

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2000
_WRITTEN = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[!$-;=@-\[\]_a-z~]*)?(\?[!$-;=?-\[\]_a-z~]*)?")

# Beyond what `ipaddress` knows not to be global.
_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",  # a cloud's own metadata, on a public address
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",
        "224.0.0.0/3",
        "2001::/23",  # Teredo, ORCHID and others: addresses within addresses
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address within
        "3fff::/20",
    )
)
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is routed of IPv6; outside are mapped and translated addresses, link-local and unique local."""


class UrlRefused(ValueError):
    """The address is none that may be told, whatever it resolves to."""


@dataclass(frozen=True, slots=True)
class AllowedAddresses:
    """Public addresses over https, and those in an operator's own networks, over http too."""

    networks: Sequence[Network] = ()

    def admits(self, address: IpAddress, *, encrypted: bool) -> bool:
        """Tell whether one address may be told."""
        return self._is_own(address) or (encrypted and is_public(address))

    def admit_all(self, addresses: Iterable[IpAddress], *, encrypted: bool) -> bool:
        """Tell whether a name with these addresses may be told: there is one, and each may."""
        found = list(addresses)
        return bool(found) and all(self.admits(each, encrypted=encrypted) for each in found)

    def read(self, text: str) -> URL:
        """Read an address to be told, as it will be asked for.

        Raises
        ------
        UrlRefused
            It is malformed, names a user, or can't be admitted whatever it resolves to.
        """
        url = _parsed(text)
        if url.scheme != "https" and not (url.scheme == "http" and self.networks):
            raise UrlRefused
        literal = literal_address(url.raw_host or "")
        if literal is not None and not self.admits(literal, encrypted=url.scheme == "https"):
            raise UrlRefused
        return url

    def _is_own(self, address: IpAddress) -> bool:
        return any(address in each for each in self.networks if each.version == address.version)


def _parsed(text: str) -> URL:
    if len(text) > LONGEST_URL or not _WRITTEN.fullmatch(text):
        raise UrlRefused
    try:
        url = URL(text)
        port = url.port
    except (ValueError, TypeError) as error:
        raise UrlRefused from error
    if not url.raw_host or not port:
        raise UrlRefused
    return url


def is_public(address: IpAddress) -> bool:
    """Tell whether an address is one of the public Internet's own, with none of another kind inside."""
    if address.version == 6 and (address.scope_id is not None or address not in _UNICAST):
        return False
    if any(address in each for each in _REFUSED if each.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def literal_address(host: str) -> IpAddress | None:
    """Return the address that a host is written as, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
