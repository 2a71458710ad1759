"""Watchers that talk: nothing is to be said over a WebSocket, and whoever floods one is cut off and holds up nobody."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.serving import Serve

MASKED, FINAL = 0x80, 0x80
CONTINUED, TEXT, PING, PONG = 0, 1, 9, 10


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    folder: Path = tmp_path_factory.mktemp("sockets") / "data"
    server = Serve(f"sqlite:///{folder / 'network.db'}", folder)
    server.start()
    yield server
    server.stop()


def opened(serve: Serve) -> socket.socket:
    """A WebSocket that watches, by hand."""
    line = socket.create_connection(("127.0.0.1", serve.port), timeout=60)
    line.sendall(
        b"GET /api/v1/events/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert line.recv(4_096).startswith(b"HTTP/1.1 101")
    return line


def frame(code: int, body: bytes, final: int = FINAL) -> bytes:
    return struct.pack("BB4x", final | code, MASKED | len(body)) + body


def is_cut(line: socket.socket) -> bool:
    """Whether the other side ends it soon."""
    deadline = time.monotonic() + 60
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < deadline:
            if not line.recv(65_536):
                return True
        return False
    return True


FLOODS: dict[str, Callable[[], bytes]] = {
    "pings whose answers nobody reads": lambda: frame(PING, b"x" * 125) * 20_000,
    "a message in empty pieces": lambda: frame(TEXT, b"", 0) + frame(CONTINUED, b"", 0) * 200_000,
    "messages": lambda: frame(TEXT, b"hi") * 100_000,
    "no text": lambda: frame(TEXT, b"\xff\xfe") * 100_000,
    "unasked pongs": lambda: frame(PONG, b"x") * 100_000,
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_cut_off_and_holds_up_nobody(serve: Serve, flood: Callable[[], bytes]) -> None:
    with opened(serve) as line, opened(serve) as other:
        with contextlib.suppress(ConnectionError):
            line.sendall(flood())
        began = time.monotonic()
        assert serve.ask("GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 10
        assert is_cut(line)
        other.sendall(frame(PING, b"still there"))
        heard = b""
        while b"still there" not in heard:
            part = other.recv(4_096)
            assert part, "another watcher was cut off too"
            heard += part


def test_a_few_words_are_not_heard_and_do_no_harm(serve: Serve) -> None:
    with opened(serve) as line:
        line.sendall(
            frame(TEXT, b"hello", 0) + frame(CONTINUED, b"\xff") + frame(PING, b"me again")
        )
        heard = b""
        while b"me again" not in heard:
            part = line.recv(4_096)
            assert part, "it was cut off"
            heard += part
