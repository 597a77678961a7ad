"""From which address a request was sent: the connection's own, or what a listed proxy says of it.

A field that anybody can write is believed only from the right, and only as far as listed proxies wrote it.
One field counts, the one the proxy is set up to write: it would pass the other on from whoever sent it.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.types import Scope

from services.gateway.outbound.addresses import IpAddress, Network

_MOST_HOPS = 20
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PAIR = re.compile(rf'\s*({_WORD})=(?:({_WORD})|"((?:[^"\\]|\\.)*)")\s*(?:;|$)')
_WITH_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?")

# What one line is usually given of IPv6, so that nobody has more than one.
_LINE_BITS = 64
_TOLD_BITS = {4: 24, 6: 48}


class ForwardedField(StrEnum):
    """The field in which the proxy before the gateway says for whom it asks."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Senders:
    """Finds out who sent a request; `proxies` are the networks whose word counts, none by default."""

    proxies: Sequence[Network] = ()
    field: ForwardedField = ForwardedField.X_FORWARDED_FOR

    def sender_of(self, scope: Scope) -> IpAddress | None:
        """Return the address; None where the connection has none."""
        client = scope.get("client")
        address = read_address(client[0]) if client else None
        if address is None or not self._is_proxy(address):
            return address
        for told in self._told(scope):
            before = read_address(told)
            if before is None:  # hidden or nonsense: whoever it was, this proxy let it in
                return address
            address = before
            if not self._is_proxy(address):
                return address
        return address

    def _is_proxy(self, address: IpAddress) -> bool:
        return any(address in network for network in self.proxies)

    def _told(self, scope: Scope) -> Iterator[str]:
        """Go through the field from the right, which is what the nearest proxy wrote."""
        name = self.field.encode("ascii")
        lines = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
        hops = reversed(",".join(lines).rsplit(",", _MOST_HOPS)) if lines else iter(())
        for hop in hops:
            yield hop if self.field is ForwardedField.X_FORWARDED_FOR else _for_in(hop)


def read_address(text: str) -> IpAddress | None:
    """Read an address, perhaps with a port; one of IPv4 within IPv6 is the one of IPv4.

    Examples
    --------
    >>> read_address("[2001:db8::1]:4711"), read_address("::ffff:192.0.2.1"), read_address("unknown")
    (IPv6Address('2001:db8::1'), IPv4Address('192.0.2.1'), None)
    """
    text = text.strip()
    found = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((found.group(1) or found.group(2)) if found else text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _for_in(element: str) -> str:
    """Return for whom an element of `Forwarded` (RFC 7239) is; nothing if it isn't written by its rules."""
    found, position = "", 0
    while position < len(element):
        pair = _PAIR.match(element, position)
        if pair is None:
            return ""
        position = pair.end()
        if pair.group(1).lower() == "for":
            if found:
                return ""
            found = pair.group(2) or pair.group(3) or ""
    return found


def counted_as(address: IpAddress | None) -> str:
    """Return by what an address is counted: itself, of IPv6 the line it belongs to (/64).

    Examples
    --------
    >>> counted_as(read_address("192.0.2.7")), counted_as(read_address("2001:db8::7"))
    ('192.0.2.7/32', '2001:db8::/64')
    """
    return _network(address, {4: 32, 6: _LINE_BITS})


def told_as(address: IpAddress | None) -> str:
    """Return what may be kept of an address: a network of many (/24, of IPv6 /48), no one's own.

    Examples
    --------
    >>> told_as(read_address("192.0.2.7")), told_as(read_address("2001:db8:1:2::7")), told_as(None)
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    return _network(address, _TOLD_BITS)


def _network(address: IpAddress | None, bits: dict[int, int]) -> str:
    if address is None:
        return ""
    # As a number: a zone at the end of an address would count as another one.
    number, kind = int(address), ipaddress.IPv4Network if address.version == 4 else ipaddress.IPv6Network
    return str(kind((number, bits[address.version]), strict=False))
