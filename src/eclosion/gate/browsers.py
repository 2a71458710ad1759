"""Telling browsers from other software by what a page cannot leave out.

A page's script can neither forge nor drop ``Origin`` and ``Sec-Fetch-*`` (Fetch standard, forbidden request headers),
and cannot put ``Authorization`` on a WebSocket. Somebody who runs a proxy or an extension runs a program, and that is
what we let in.
"""

from __future__ import annotations

from collections.abc import Iterable

from eclosion.gate.errors import NotForBrowsers

_ALWAYS = {b"origin", b"cookie"}
_BEGINNING = b"sec-fetch-"


def refuse_browsers(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse a request by its headers (names in any case).

    Raises:
        NotForBrowsers: it bears the marks of a browser.
    """
    for name, _ in headers:
        lower = name.lower()
        if lower in _ALWAYS or lower.startswith(_BEGINNING):
            raise NotForBrowsers(
                hint="Send the request from a program without a browser in between; see docs/gate.md."
            )
