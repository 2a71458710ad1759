"""How a process that only reads has its writes done: over a Unix socket, by the one that writes.

A request that changes something goes over whole, as one frame (its length in four bytes, then msgpack), and so does its
reply; many are under way on one connection. A GET that turns out to change something (reading a conversation marks
it as read) is answered by the reader's door with the header ``ELSEWHERE``, and goes over in its place. The socket
lies in a folder that only its owner can enter, and what comes over it is believed: also where the request came
from.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from eclosion.http.errors import ELSEWHERE
from eclosion.mcp import OUTERMOST, PATH

READING = ("GET", "HEAD", "OPTIONS")
FRAME_MAX = 64 * 2**20
ANSWER_WITHIN_S = 60

_log = logging.getLogger(__name__)


class Asked(msgspec.Struct, array_like=True):
    """A request on its way."""

    number: int
    method: str
    path: str
    raw_path: bytes
    scheme: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    client: tuple[str, int] | None
    server: tuple[str, int | None] | None
    body: bytes


class Answered(msgspec.Struct, array_like=True):
    """A reply on its way back."""

    number: int
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode_asked = msgspec.msgpack.Decoder(Asked).decode
_decode_answered = msgspec.msgpack.Decoder(Answered).decode


async def _read_frame(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(4))
    if size > FRAME_MAX:
        raise ConnectionError("a frame is too large")
    return await reader.readexactly(size)


def _write_frame(writer: asyncio.StreamWriter, frame: bytes) -> None:
    writer.write(len(frame).to_bytes(4) + frame)


class RelayServer:
    """In the writing process: answers what the readers send over.

    Args:
        app: the application that answers.
        path: where the socket is made.
    """

    def __init__(self, app: ASGIApp, path: Path) -> None:
        self._app = app
        self._path = path
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Listen no more, and finish what is under way."""
        if self._server:
            self._server.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = _decode_asked(await _read_frame(reader))
                task = asyncio.ensure_future(self._answer(asked, writer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        answered = Answered(asked.number, 500, [], b"")
        waiting: list[Any] = [{"type": "http.request", "body": asked.body, "more_body": False}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await asyncio.Event().wait()  # the reader stays until it is answered
            raise AssertionError("unreachable")

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.status = message["status"]
                answered.headers = list(message["headers"])
            elif message["type"] == "http.response.body":
                answered.body += message["body"]

        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": asked.method,
            "scheme": asked.scheme,
            "path": asked.path,
            "raw_path": asked.raw_path,
            "root_path": "",
            "query_string": asked.query,
            "headers": asked.headers,
            "client": asked.client,
            "server": asked.server,
            "state": {},
            "extensions": {},
        }
        try:
            await self._app(scope, receive, send)
        except Exception:  # noqa: BLE001 - logged; the reader gets the 500
            _log.exception("a relayed request failed")
        if not writer.is_closing():
            _write_frame(writer, _encode(answered))


class Relayed:
    """In a reading process: an application whose writes are done elsewhere.

    Args:
        app: the application that reads.
        path: the writer's socket.
        body_bytes_max: the longest body that is sent over; a longer one is refused by ``app`` itself.
        body_ms: how long a body may take; ``app`` refuses what takes longer, too.
    """

    def __init__(
        self, app: ASGIApp, path: Path, body_bytes_max: int, body_ms: int = 20_000
    ) -> None:
        self._app = app
        self._path = path
        self._body_bytes_max = body_bytes_max
        self._body_ms = body_ms
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Answered]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one request, here or over there."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == PATH:  # it asks us in turn, and only what writes goes over
            scope[OUTERMOST] = self
            await self._app(scope, receive, send)
        elif scope["method"] in READING:
            if await self._read_here(scope, receive, send):
                await self._write_there(scope, b"", send)
        else:
            body, rest = await self._take_body(receive)
            if body is None:
                await self._app(scope, rest, send)
            else:
                await self._write_there(scope, body, send)

    async def _read_here(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Answer a reading request; True if it turned out to write, and nothing was sent."""
        elsewhere = False

        async def unless_elsewhere(message: Message) -> None:
            nonlocal elsewhere
            if message["type"] == "http.response.start":
                elsewhere = any(name == ELSEWHERE for name, _ in message["headers"])
            if not elsewhere:
                await send(message)

        await self._app(scope, receive, unless_elsewhere)
        return elsewhere

    async def _take_body(self, receive: Receive) -> tuple[bytes | None, Receive]:
        """The body; or None and a ``receive`` that begins anew, if it is too long, late or broken off."""
        seen: list[Any] = []
        size, more = 0, True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._body_ms / 1000):
                while more and size <= self._body_bytes_max:
                    message: Any = await receive()
                    seen.append(message)
                    size += len(message.get("body", b""))
                    more = bool(message.get("more_body")) and message["type"] == "http.request"

        async def again() -> Any:
            return seen.pop(0) if seen else await receive()

        if more or seen[-1]["type"] != "http.request":
            return None, again
        return b"".join(message["body"] for message in seen), again

    async def _write_there(self, scope: HTTPScope, body: bytes, send: Send) -> None:
        asked = Asked(
            next(self._numbers),
            scope["method"],
            scope["path"],
            scope["raw_path"],
            scope["scheme"],
            scope["query_string"],
            [(bytes(name), bytes(value)) for name, value in scope["headers"]],
            scope["client"],
            scope["server"],
            body,
        )
        try:
            answered = await self._ask(asked)
        except (OSError, TimeoutError, ConnectionError):
            answered = Answered(0, 503, [(b"retry-after", b"1"), (b"content-length", b"0")], b"")
        start: Any = {
            "type": "http.response.start",
            "status": answered.status,
            "headers": answered.headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": answered.body, "more_body": False})

    async def _ask(self, asked: Asked) -> Answered:
        writer = await self._connect()
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._waiting[asked.number] = future
        try:
            _write_frame(writer, _encode(asked))
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await future
        finally:
            self._waiting.pop(asked.number, None)

    async def _connect(self) -> asyncio.StreamWriter:
        async with self._connecting:
            if self._writer is None or self._writer.is_closing():
                reader, self._writer = await asyncio.open_unix_connection(self._path)
                self._listener = asyncio.ensure_future(self._listen(reader, self._writer))
            return self._writer

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                answered = _decode_answered(await _read_frame(reader))
                future = self._waiting.get(answered.number)
                if future and not future.done():
                    future.set_result(answered)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            # The writer has gone: what waits may or may not have been done, and a retry with the same
            # Idempotency-Key finds out.
            writer.close()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the writing process went away"))
