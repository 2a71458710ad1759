"""Fetches a key directory from where a stranger says, and from nowhere that only this machine can reach.

What always holds: a host's name is looked up once, all its addresses are judged, and the connection goes to one of the
very addresses that were judged, so that a name that changes its mind in between gains nothing (DNS rebinding);
certificates are checked against the name. One GET, no redirects, no proxies, no cookies; little is read, and all of it
is bounded in time. Standard library only; the port ``Fetch`` may be filled by anything else.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

from eclosion.gate.errors import SignatureUnverified
from eclosion.gate.signatures.directories import DOCUMENT_BYTES_MAX, Fetched
from eclosion.gate.signatures.signing import DIRECTORY_TYPE
from eclosion.kernel.addresses import Address, Network, may_send_to

FETCH_S = 5.0
AT_ONCE = 8
_HEAD_BYTES_MAX = 16_384
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=([0-9]{1,9})(?:[,\s]|$)")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Fetcher:
    """Fills the port ``Fetch``.

    Args:
        allowed: networks beside the public internet that may be reached, by the operator's word.
        allow_http: whether to fetch without TLS, for tests.
        resolve: a host's addresses; the system's resolver by default.
        trust: a TLS context; by default certificates that the system trusts.
        wait_s: for the whole of one fetch.
    """

    def __init__(
        self,
        *,
        allowed: tuple[Network, ...] = (),
        allow_http: bool = False,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
        wait_s: float = FETCH_S,
    ) -> None:
        self._allowed, self._allow_http = allowed, allow_http
        self._resolve = resolve or _Resolver()
        self._trust, self._wait_s = trust, wait_s
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, url: str) -> Fetched:
        """The document at a URL.

        Raises:
            SignatureUnverified: it cannot be had; one sentence for all reasons, for they are nobody's business.
        """
        try:
            async with asyncio.timeout(self._wait_s), self._turns:
                return await self._fetch(url)
        except (OSError, ValueError, TimeoutError, http.client.HTTPException, EOFError):
            raise SignatureUnverified("The key directory cannot be fetched.") from None

    async def _fetch(self, url: str) -> Fetched:
        parts = urlsplit(url)
        schemes = {"https": 443, "http": 80} if self._allow_http else {"https": 443}
        if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
            raise ValueError("no address to fetch from")
        port = parts.port or schemes[parts.scheme]
        address = await self._address(parts.hostname, port)
        secure = parts.scheme == "https"
        trust = (self._trust or ssl.create_default_context()) if secure else None
        reader, writer = await asyncio.open_connection(
            str(address), port, ssl=trust, server_hostname=parts.hostname if secure else None
        )
        try:
            writer.write(_request(parts.netloc, parts.path))
            raw = await reader.read(_HEAD_BYTES_MAX)
            while len(raw) <= _HEAD_BYTES_MAX + 2 * DOCUMENT_BYTES_MAX:
                piece = await reader.read(65_536)
                if not piece:
                    return _read(raw)
                raw += piece
            raise ValueError("too long")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _address(self, host: str, port: int) -> Address:
        """The first address of a host, if every one may be connected to."""
        texts = await self._resolve(host, port)
        found = [ipaddress.ip_address(text) for text in texts]
        if not found or not all(may_send_to(one, self._allowed) for one in found):
            raise ValueError("not public")
        return found[0]


def _request(netloc: str, path: str) -> bytes:
    lines = (
        f"GET {path or '/'} HTTP/1.1",
        f"Host: {netloc}",
        f"Accept: {DIRECTORY_TYPE}, application/json",
        "Accept-Encoding: identity",
        "User-Agent: eclosion-gate",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


class _Heard:
    """What came, in the place of a socket."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._raw)


def _read(raw: bytes) -> Fetched:
    reply = http.client.HTTPResponse(_Heard(raw))  # type: ignore[arg-type]
    reply.begin()
    if reply.status != 200 or reply.getheader("Content-Encoding", "identity") != "identity":
        raise ValueError("no plain 200")
    body = reply.read()
    age = _MAX_AGE.search(reply.getheader("Cache-Control", "").lower())
    media_type = reply.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(media_type, body, int(age[1]) if age else None)


class _Resolver:
    """The system's resolver, in threads of its own: names that take their time hold up nobody but each other."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, "resolve")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _look_up, host, port)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
