"""Sends one message to one address, and nowhere else.

What always holds: a host's name is looked up once a message, all its addresses are judged, and the connection goes to
one of the very addresses that were judged, so that a name that changes its mind in between (DNS rebinding) gains
nothing; certificates are checked against the name. Redirects are not followed, proxies and other things in the
environment are ignored, nothing is kept from one message to the next (no connection, no cookie), little is read of
a reply, and all of it is bounded in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from eclosion.app.delivering.addresses import Place, read_place
from eclosion.kernel.addresses import Address, literal, may_send_to
from eclosion.kernel.clock import Clock
from eclosion.webhooks import Rules
from eclosion.webhooks.errors import AddressRefused, WebhooksOff
from eclosion.webhooks.model import Outcome

if TYPE_CHECKING:
    import ssl

    import httpx2

READ_MAX_BYTES = 4_096
TRIED_MOST = 3
LOOK_UP_S = 5.0
_LOOK_UPS = 16

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Courier:
    """Sends messages of one house.

    Args:
        resolve: a host's addresses; the system's resolver by default.
        trust: a TLS context; by default certificates that the system trusts.
    """

    def __init__(
        self,
        rules: Rules,
        clock: Clock,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._resolve = resolve or _Resolver()
        self._trust = trust
        self._allowed = tuple(ip_network(text) for text in rules.allow_private)
        self._transport: httpx2.AsyncHTTPTransport | None = None

    async def check(self, url: str) -> str:
        """Whether something may be sent to a URL now; its plain form. It is judged again at each sending.

        Raises:
            AddressRefused: no.
            WebhooksOff: nothing is sent from here.
        """
        if not self._rules.enabled:
            raise WebhooksOff(hint="Listen to /api/v1/events instead.")
        place = read_place(url, allow_http=self._rules.allow_http)
        await self._addresses(place)
        return place.url

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """POST a message; how it went. Never raises for what others do."""
        import httpx2

        try:
            async with asyncio.timeout(self._rules.timeout_ms / 1000):
                place = read_place(url, allow_http=self._rules.allow_http)
                addresses = await self._addresses(place)
                return await self._post(place, addresses, headers, body)
        except AddressRefused as refused:
            return Outcome(0, f"refused: {refused}")
        except (TimeoutError, httpx2.TimeoutException):
            seconds = self._rules.timeout_ms / 1000
            return Outcome(0, f"no complete reply within {seconds:g} s")
        except httpx2.ConnectError as error:
            tls = "certificate" in str(error).lower() or "ssl" in str(error).lower()
            return Outcome(
                0, "no secure connection: its certificate is not good" if tls else "no connection"
            )
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            return Outcome(0, "the connection broke, or what came back was not HTTP")

    async def close(self) -> None:
        """Let go of what is open."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def _addresses(self, place: Place) -> list[Address]:
        """The addresses that a place has now, if every one of them may be sent to.

        One sentence for all refusals: whether a name exists in the operator's own network is nobody's business.

        Raises:
            AddressRefused: one may not, or there are none.
        """
        one = literal(place.host)
        if one is not None:
            found = [one]
        else:
            try:
                async with asyncio.timeout(LOOK_UP_S):
                    texts = await self._resolve(place.host, place.port)
                found = [ip_address(text) for text in texts]
            except (OSError, UnicodeError, ValueError, TimeoutError):
                found = []
        if not found or not all(may_send_to(address, self._allowed) for address in found):
            raise AddressRefused(
                "This host has no public address, or also one that is not.",
                "Webhooks go to addresses on the public internet only.",
            )
        return list(dict.fromkeys(found))

    async def _post(
        self, place: Place, addresses: list[Address], headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        """Send to the first address that can be reached."""
        import httpx2

        tried = addresses[:TRIED_MOST]
        for address in tried:
            try:
                return await self._post_to(address, place, headers, body)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if address == tried[-1]:
                    raise
        raise AssertionError("unreachable")

    async def _post_to(
        self, address: Address, place: Place, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        import httpx2

        named = httpx2.URL(place.url)
        seconds = self._rules.timeout_ms / 1000
        extensions: dict[str, object] = {"timeout": httpx2.Timeout(seconds).as_dict()}
        if place.scheme == "https":
            extensions["sni_hostname"] = place.host
        request = httpx2.Request(
            "POST",
            named.copy_with(host=str(address)),
            headers={
                "host": named.netloc.decode("ascii"),
                "content-length": str(len(body)),
                **headers,
            },
            content=body,
            extensions=extensions,
        )
        response = await self._opened().handle_async_request(request)
        try:
            await _read_a_little(response)
        finally:
            await response.aclose()
        return self._outcome(response)

    def _outcome(self, response: httpx2.Response) -> Outcome:
        status = response.status_code
        if 200 <= status < 300:
            return Outcome(status)
        if 300 <= status < 400:
            return Outcome(status, f"answered {status}: redirects are not followed")
        after_ms = self._wait_ms(response.headers.get("retry-after", ""))
        return Outcome(status, f"answered {status}", after_ms)

    def _wait_ms(self, text: str) -> int:
        """How long a ``Retry-After`` asks for (RFC 9110, section 10.2.3): seconds or a date; 0 if it is neither."""
        if text.isascii() and text.isdigit():
            return int(text[:9]) * 1000
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            at_ms = int(parsedate_to_datetime(text).timestamp() * 1000)
            return max(0, at_ms - self._clock.now_ms())
        return 0

    def _opened(self) -> httpx2.AsyncHTTPTransport:
        """The transport. It keeps no connection, because one to an address may have been made for another name."""
        import httpx2

        if self._transport is None:
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
            self._transport = httpx2.AsyncHTTPTransport(
                verify=self._trust or True, trust_env=False, limits=limits
            )
        return self._transport


async def _read_a_little(response: httpx2.Response) -> None:
    """Let a short reply arrive as a whole, so that the other side is not cut off; a long one is."""
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size >= READ_MAX_BYTES:
            return


class _Resolver:
    """The system's resolver, in threads of its own: names that take their time hold up nobody but each other."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None

    async def __call__(self, host: str, port: int) -> list[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_LOOK_UPS, "resolve")
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(found))


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
