"""Where we may be sent by others: browsers name the address of their pushes, people that of a webhook. Anybody can name any,
so nothing of our own network is reached by it."""

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

MAX_LENGTH = 1000
_HTTPS_PORT = 443
# Of a host's addresses; they share the time.
_TRIES = 3
# Names that are somewhere in one's own house (RFC 6761, 6762, 8375, 9476), whatever they resolve to.
_HOME = frozenset(
    (
        *(
            "localhost",
            "local",
            "localdomain",
            "internal",
            "intranet",
            "lan",
            "home",
            "corp",
            "private",
            "arpa",
        ),
        *("test", "example", "invalid", "onion", "alt"),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(ValueError):
    """Nothing is sent there."""


def check_endpoint(url: str) -> str:
    """Return `url` as it is, when it may be on the internet. Raises AddressRefused, saying why.

    https on its own port, a full name (an address in digits is none), no user, no fragment. What the
    name leads to is looked at each time it is connected to (`connect`): until then it could change.
    """
    if len(url) > MAX_LENGTH:
        raise AddressRefused("it is too long")
    # urlsplit takes line ends out, and browsers read a backslash as a slash: what is checked must be what is used.
    if not url.isascii() or any(sign <= " " or sign in '\\"<>^`{|}\x7f' for sign in url):
        raise AddressRefused("it holds signs that no address has")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused("it cannot be read") from error
    if not host or parts.username is not None or parts.password is not None or "#" in url:
        raise AddressRefused("it is no plain address")
    if settings.OUTGOING_ALLOW_LOCAL and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https":
        raise AddressRefused("it is not https")
    if parts.netloc.endswith(":") or port not in (None, _HTTPS_PORT):
        raise AddressRefused("it is not on the port of https")
    _check_name(host)
    return url


def _check_name(host: str) -> None:
    labels = host.split(".")
    last = labels[-1]
    if len(labels) < 2 or not all(labels) or len(host) > 253:
        raise AddressRefused("its host is no full name")
    # As browsers decide whether a host is an IPv4 address: by its last part (also hexadecimal, octal, or shortened).
    if last[0].isdigit() or "[" in host or ":" in host:
        raise AddressRefused("its host is a number")
    if last in _HOME:
        raise AddressRefused("its host is not on the internet")
    if not all(sign.isalnum() or sign in "-_." for sign in host):
        raise AddressRefused("its host is no name")


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """Connect to the first of `host`'s addresses that answers. Raises AddressRefused, if one of them is ours; OSError.

    The addresses that are checked are those that are connected to: a name that leads elsewhere a moment later gains nothing.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, where in found:
        check_address(str(where[0]))
    last: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, where in found[:_TRIES]:
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(timeout / _TRIES)
            made.connect(where)
            return made
        except OSError as error:
            made.close()
            last = error
    raise last


def check_address(address: str) -> None:
    """Raises AddressRefused for anything but a public address: private, loopback, link-local, multicast, and disguises."""
    if settings.OUTGOING_ALLOW_LOCAL:
        return
    for seen in _meant(ipaddress.ip_address(address.partition("%")[0])):
        if not seen.is_global or seen.is_multicast:
            raise AddressRefused(f"it leads to {address}")


def _meant(address: _Address) -> Iterator[_Address]:
    """The address, and those IPv4 ones that it wraps: a gateway or the system itself would unwrap them."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
            if inner is not None:
                yield inner
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
