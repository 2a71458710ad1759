"""Floods over a WebSocket: what is not read does not pile up, and who has nothing to say is not listened to."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from eclosion.gate.patience import PINGS_MAX
from eclosion.gate.solver import WebSocket
from tests.gate.serving import guarded, running
from tests.gate.test_serving import call
from tests.gate.world import entry_text, key

MASK = bytes(4)
PING = b"\x89\xfd" + MASK + b"x" * 125
EMPTY_PING = b"\x89\x80" + MASK
BEGINNING, PIECE = b"\x02\x80" + MASK, b"\x00\x80" + MASK
FLOOD_BYTES = 32 << 20


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with guarded() as (found, _):
        yield found


def entry(origin: str, seed: int) -> str:
    hello = json.loads(
        call(origin, "POST", "/gate/hello", json.dumps({"jwk": key(seed).jwk}).encode())[2]
    )
    return entry_text(hello, key(seed), origin)


def flood(line: socket.socket, frame: bytes, within_s: float = 2) -> int:
    """Send without reading until one is cut off, or the other end takes no more; how much went out."""
    line.settimeout(within_s)
    chunk, sent = frame * (65_536 // len(frame)), 0
    with suppress(OSError):
        while sent < FLOOD_BYTES:
            sent += line.send(chunk)
    return sent


def is_cut(line: socket.socket) -> bool:
    """Whether the other end has hung up."""
    line.settimeout(60)
    try:
        while line.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


@pytest.mark.parametrize(
    ("first", "frame"), [(b"", PING), (b"", EMPTY_PING), (BEGINNING, PIECE)], ids="psc"
)
def test_a_flood_ends_a_session(origin: str, first: bytes, frame: bytes) -> None:
    with closing(WebSocket(f"{origin}/gate/session", entry(origin, 11))) as session:
        session._socket.sendall(first)
        assert flood(session._socket, frame) < FLOOD_BYTES
        assert is_cut(session._socket)


def test_a_few_pings_are_answered(origin: str) -> None:
    with closing(WebSocket(f"{origin}/gate/session", entry(origin, 12))) as session:
        for _ in range(PINGS_MAX):
            session.send(b"hi", 9)
        assert session.receive()[:1] == b"P"


def test_before_it_is_accepted_nobody_is_listened_to(origin: str) -> None:
    """The price is being checked meanwhile; whoever only connects has paid nothing at all."""
    with socket.create_connection(("127.0.0.1", urlsplit(origin).port or 0)) as line:
        line.sendall(head("/gate/session", f"Authorization: {entry(origin, 13)}\r\n"))
        assert flood(line, EMPTY_PING) < FLOOD_BYTES
        assert is_cut(line)


def head(path: str, more: str = "") -> bytes:
    nonce = base64.b64encode(bytes(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n{more}\r\n"
    ).encode()


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """An application's own WebSocket, on which much may be said."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


def test_answers_that_nobody_reads_do_not_pile_up_before_an_application() -> None:
    """The application's limits are its own; what it has not asked for is bounded by what the other end reads."""
    with (
        running(lambda _: _echo) as origin,
        socket.create_connection(("127.0.0.1", urlsplit(origin).port or 0)) as line,
    ):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        line.sendall(head("/echo"))
        assert line.recv(12) == b"HTTP/1.1 101"
        sent = flood(line, PING, within_s=1)
        assert sent < FLOOD_BYTES // 2, "the kernel's buffers and ours, and no more"
        answered = 0
        line.settimeout(60)
        while answered < sent // len(PING) * 127:  # it goes on as soon as somebody reads
            answered += len(line.recv(1 << 20))
        assert answered > 0
