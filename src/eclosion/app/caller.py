"""Where a request comes from: its key, and its network behind the proxies that are trusted by name."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import NamedTuple

from litestar.types import HTTPScope

from eclosion.app.house import House

KEY_MAX = 512
FORWARDED_MAX = 2_000


class Caller(NamedTuple):
    """Who asks.

    ``key`` is the API key or None; ``network`` the /24 or /48 it comes from; ``asker`` what its rate is counted by. No
    key can be made up that counts as somebody's network.
    """

    key: str | None
    network: str
    asker: str


def header(scope: HTTPScope, name: bytes) -> str:
    """A request header's value, or nothing; ``name`` in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def caller_of(house: House, scope: HTTPScope) -> Caller:
    """Read the caller off a request. A key longer than any of ours is cut, and so never valid."""
    key: str | None = None
    forwarded = ""
    for name, value in scope["headers"]:
        if name == b"authorization":
            word, _, rest = value.decode("latin-1").partition(" ")
            if word.lower() == "bearer" and rest.strip():
                key = rest.strip()[:KEY_MAX]
        elif name == b"x-forwarded-for":
            forwarded = f"{forwarded}, {value.decode('latin-1')}"
    client = scope.get("client")
    address = client[0] if client else ""
    trusted = tuple(house.settings.server.trusted_proxies)
    network = _network_of(_real_address(address, forwarded, trusted) if trusted else address)
    return Caller(key, network, "k" + key[-24:] if key else network)


def address_of(house: House, scope: HTTPScope) -> str:
    """The address a request comes from, behind the proxies that are trusted by name."""
    forwarded = ", ".join(
        value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
    )
    client = scope.get("client")
    address = client[0] if client else ""
    trusted = tuple(house.settings.server.trusted_proxies)
    return _real_address(address, forwarded, trusted) if trusted else address


def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of some networks; text that is no address lies nowhere."""
    found = _address(address)
    return found is not None and any(found in network for network in _networks(networks))


def _real_address(address: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    """The last address in the chain that no trusted proxy has. Of a chain beyond all measure only the end counts."""
    forwarded = forwarded[-FORWARDED_MAX:]
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not is_within(address, trusted):
            break
        address = hop
    return address


@lru_cache(maxsize=4096)
def _network_of(address: str) -> str:
    found = _address(address)
    if found is None:
        return "unknown"
    prefix = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network(f"{found}/{prefix}", strict=False))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address; IPv4 within IPv6, as a socket that takes both tells it, is IPv4. A zone does not matter."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=64)
def _networks(
    texts: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)
