"""Which addresses on the internet may be sent to, and how they have to be written.

An agent that chooses where this machine connects to must not reach what only this machine can: its own services, its
network, the metadata of its cloud (server-side request forgery, CWE-918). So a host is judged by the addresses that
its name has at this moment, all of them (the tables are in ``eclosion.kernel.addresses``), and written only in
the plain way: what parsers read differently is refused.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from eclosion.kernel.addresses import literal
from eclosion.webhooks.errors import AddressRefused

URL_MAX = 2_048
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
