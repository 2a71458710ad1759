"""Which addresses on the internet may be sent to, and how they have to be written.

An agent that chooses where this machine connects to must not reach what only this machine can: its own services, its
network, the metadata of its cloud (server-side request forgery, CWE-918). So a host is judged by the addresses that
its name has at this moment, all of them, and written only in the plain way: what parsers read differently is refused.
The tables follow IANA's special-purpose registries (RFC 6890) as of 2026.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from eclosion.webhooks.errors import AddressRefused

URL_MAX = 2_048
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' NAT, and Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's metadata
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols' own, and Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# Only 2000::/3 is handed out to the public. Outside of it: loopback, unspecified, mapped and compatible IPv4, NAT64,
# unique local (and AWS's metadata), link-local, multicast.
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocols' own: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
]
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # the WHATWG's "ends in a number"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Place(NamedTuple):
    """Where a URL leads: ``url`` in its plain form, ``host`` a name in ASCII or an address without brackets."""

    url: str
    scheme: str
    host: str
    port: int


def read_place(text: str, *, allow_http: bool) -> Place:
    """Read a URL to send to.

    Raises:
        AddressRefused: it is not written in the plain way, or not HTTPS, or leads to an odd port.
    """
    import httpx2

    text = text.strip()
    if not 0 < len(text) <= URL_MAX:
        raise AddressRefused(f"A URL has 1 to {URL_MAX:,} characters.")
    if "\\" in text or not text.isprintable():
        raise AddressRefused("This is not a URL that everybody reads the same way.")
    try:
        found = httpx2.URL(text)
        host, port = found.raw_host.decode("ascii").lower(), found.port
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise AddressRefused(
            "This is not a URL.", "Write it like https://example.org/hook."
        ) from None
    if found.scheme not in ("https", "http"):
        raise AddressRefused("A webhook's URL starts with https://.")
    if found.scheme == "http" and not allow_http:
        raise AddressRefused("This network sends webhooks over https:// only.")
    authority = re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]
    if found.userinfo or "@" in authority:
        raise AddressRefused(
            "A webhook's URL holds no name and password.", "The signature shows who has sent it."
        )
    if found.fragment:
        raise AddressRefused("A webhook's URL has no part after #: it would never be sent.")
    port = _DEFAULT_PORTS[found.scheme] if port is None else port
    if port not in (80, 443) and not 1_024 <= port <= 65_535:
        raise AddressRefused("Webhooks go to port 80, 443, or one from 1024 on.")
    _check_host(host)
    return Place(str(found), found.scheme, host, port)


def literal(host: str) -> Address | None:
    """The address that a host is, if it is one and no name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, whatever might be inside of it."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def may_send_to(address: Address, allowed: tuple[Network, ...]) -> bool:
    """Whether an address is public, or in a network that the operator has named."""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return False
    return is_public(address) or any(address in network for network in allowed)


def _check_host(host: str) -> None:
    """Refuse hosts that some read as another than others do.

    Raises:
        AddressRefused: it is one.
    """
    address = literal(host)
    if address is not None:
        if str(address) != host and isinstance(address, ipaddress.IPv4Address):
            raise AddressRefused("Write the address in the plain way, as in 192.0.2.1.")
        if "%" in host:
            raise AddressRefused("An address with a zone leads nowhere but on one's own machine.")
        return
    if _NUMBER.fullmatch(host.removesuffix(".")):
        raise AddressRefused("Write the address in the plain way, as in 192.0.2.1.")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise AddressRefused(
            "This is not a host's name.", "Write it like https://example.org/hook."
        )
