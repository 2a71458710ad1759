"""Fetching from where strangers say: the wall before private networks, and bounds on everything that comes back."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from eclosion.gate.errors import SignatureUnverified
from eclosion.gate.signatures import Fetched
from eclosion.gate.signatures.fetching import Fetcher

HERE = (ipaddress.ip_network("127.0.0.0/8"),)
GOOD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x+json; a=b\r\nCache-Control: public, max-age=90"
    b'\r\n\r\n{"keys": []}'
)


@asynccontextmanager
async def serving(*pieces: bytes, pause_s: float = 0.0) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that says these pieces to everybody; gives its port and what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause_s)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


def fetch(
    *pieces: bytes, pause_s: float = 0.0, path: str = "/keys", **more: Any
) -> tuple[Fetched, list[bytes]]:
    async def run() -> tuple[Fetched, list[bytes]]:
        async with serving(*pieces, pause_s=pause_s) as (port, asked):
            given = {"allowed": HERE, "allow_http": True, "wait_s": 30.0, **more}
            return await Fetcher(**given)(f"http://127.0.0.1:{port}{path}"), asked

    return asyncio.run(run())


def test_a_document_is_fetched_plainly() -> None:
    found, asked = fetch(GOOD)
    assert found == Fetched("application/x+json", b'{"keys": []}', 90)
    assert asked[0].startswith(b"GET /keys HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"ookie" not in asked[0]
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n0\r\n\r\n"
    assert fetch(chunked)[0] == Fetched("", b"{}\n", None)
    assert fetch(*[bytes([one]) for one in GOOD])[0].max_age_s == 90


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),
        (b"nonsense\r\n\r\n",),
        (b"HTTP/1.1 404 No\r\n\r\n{}",),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/x\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\n\r\n", *[b"z" * 60_000] * 5),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",),
    ],
)
def test_anything_else_is_nothing(pieces: tuple[bytes, ...]) -> None:
    with pytest.raises(SignatureUnverified):
        fetch(*pieces)


def test_a_server_that_takes_its_time_is_not_waited_for() -> None:
    with pytest.raises(SignatureUnverified):
        fetch(*[bytes([one]) for one in GOOD], pause_s=0.1, wait_s=0.3)


PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "100.100.100.200",
    "0.0.0.0",
    "::1",
    "::ffff:127.0.0.1",
    "fd00::1",
    "fe80::1%eth0",
    "64:ff9b::7f00:1",
]


@pytest.mark.parametrize(
    "addresses", [[one] for one in PRIVATE] + [["93.184.216.34", "10.0.0.1"], []]
)
def test_nothing_private_is_reached_by_any_name(addresses: Sequence[str]) -> None:
    """All addresses of a name are judged: one that is private spoils it. No connection is tried."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("bot.example", 443)
        return addresses

    async def run() -> None:
        await Fetcher(resolve=resolve, wait_s=1.0)("https://bot.example/x")

    with pytest.raises(SignatureUnverified):
        asyncio.run(run())


def test_the_address_that_was_judged_is_the_one_that_is_reached() -> None:
    """A name that changes its mind between two questions gains nothing: it is asked once (DNS rebinding)."""
    asked: list[str] = []

    async def run() -> Fetched:
        async with serving(GOOD) as (port, _):

            async def resolve(host: str, _: int) -> Sequence[str]:
                asked.append(host)
                return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

            fetcher = Fetcher(allowed=HERE, allow_http=True, resolve=resolve, wait_s=1.0)
            return await fetcher(f"http://bot.example:{port}/x")

    assert asyncio.run(run()).max_age_s == 90
    assert asked == ["bot.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example/x",
        "ftp://bot.example/x",
        "file:///etc/passwd",
        "https:///x",
        "https://a@bot.example/x",
        "https://bot.example:99999/x",
        "https://[::1/x",
        "bot.example",
    ],
)
def test_odd_addresses_are_not_asked(url: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(SignatureUnverified):
        asyncio.run(Fetcher(resolve=resolve)(url))


def test_certificates_are_checked() -> None:
    """Something that speaks no TLS, and a name that does not resolve."""

    async def run(url: str) -> None:
        async with serving(b"hello") as (port, _):
            trust = ssl.create_default_context()
            await Fetcher(allowed=HERE, trust=trust, wait_s=2.0)(url.format(port=port))

    for url in ("https://127.0.0.1:{port}/x", "https://no-such-name.invalid/x"):
        with pytest.raises(SignatureUnverified):
            asyncio.run(run(url))
