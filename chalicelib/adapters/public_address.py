"""public_address: where a call to an address that people have written may go: over HTTPS to a server on the public internet, nowhere else.

A name is resolved once, what it leads to is looked at, and the connection is made to that; so a name that leads elsewhere a moment later
changes nothing. Around a function there are machines that answer whoever reaches them: its own runtime on the loopback interface, and
on link-local addresses what gives it its rights.
Sources: RFC 6890 and the IANA registries of special-purpose addresses; RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo).
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..model.web_address import web_address

PORT = 443
Resolve = Callable[..., list[Any]]
"""socket.getaddrinfo, or what stands in for it."""

# What Python 3.11 takes for public, and is not: ways from IPv6 into IPv4, addresses of groups, and what was taken back.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, (
    "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0/96", "fec0::/10", "100::/64", "2001:db8::/32",
    "3fff::/20", "5f00::/16", "192.88.99.0/24", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4", "0.0.0.0/8", "100.64.0.0/10",
)))


class AddressRefused(Exception):
    """An address that may not be called; the text says why, and names nobody."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a call is for (`host`), where it goes (`ip`), and what it asks for there."""

    host: str
    ip: str
    path: str


def target_of(url: str, resolve: Resolve = socket.getaddrinfo) -> Target:
    """Where a call to this address goes. AddressRefused; OSError when its name leads nowhere at present."""
    host, path = _read(url)
    found = resolve(host, PORT, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise OSError("the name leads nowhere")
    if not all(is_public(address) for address in addresses):
        raise AddressRefused("its name leads to a machine that is not on the public internet")
    return Target(host, addresses[0], path)


def is_public(address: str) -> bool:
    """Whether an address in one of the forms that the resolver gives is one server on the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return False
    return not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)


def _read(url: str) -> tuple[str, str]:
    """Host and path of an address of HTTPS on its own port, without a user's name in it."""
    if not url.isascii() or web_address(url) != url:
        raise AddressRefused("it is no web address in plain letters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("it is no web address") from None
    if parts.scheme != "https":
        raise AddressRefused("it is not https")
    if port not in (None, PORT):
        raise AddressRefused(f"its port is {port}, not {PORT}")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise AddressRefused("it names no host, or a user before it")
    return parts.hostname.rstrip("."), (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
