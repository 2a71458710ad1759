"""A store in Redis (or Valkey), over the few commands of its protocol that it takes (RESP2), without a library.

What always holds: ``SET NX`` decides who was first; counting is one script, so a limit is never passed. Redis must be
set not to evict (``maxmemory-policy noeviction``) and to keep what it was told (``appendonly yes``, ``appendfsync
always``; with ``everysec`` a crash forgets up to two seconds, which our races showed); otherwise what was
spent may be forgotten early.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from threading import Lock
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

_TAKE = (
    b"local n = tonumber(redis.call('GET', KEYS[1]) or '0') "
    b"if n >= tonumber(ARGV[1]) then return 0 end "
    b"redis.call('INCR', KEYS[1]) "
    b"if n == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 1"
)
_TIMEOUT_S = 2.0

Reply = bytes | int | None


class RedisTrouble(OSError):
    """Redis said no, or nothing."""


class RedisStore:
    """A Redis database.

    Args:
        url: ``redis://:password@host:port/number`` or ``unix:///path/to/socket``.
        prefix: goes before every name, so that several gates may share a database.
    """

    is_remote = True

    def __init__(self, url: str, prefix: str = "gate:") -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("redis", "unix"):
            raise ValueError("a Redis address begins with redis:// or unix://")
        self._prefix = prefix.encode()
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._stream: BinaryIO | None = None
        self._call([b"PING"])

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        lives_ms = until_ms - now_ms
        if lives_ms <= 0:
            return True
        return self._call([b"SET", self._key(name), b"1", b"NX", b"PX", b"%d" % lives_ms]) == b"OK"

    def is_spent(self, name: str, now_ms: int) -> bool:
        return self._call([b"EXISTS", self._key(name)]) == 1

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        words = [b"EVAL", _TAKE, b"1", self._key(name), b"%d" % limit]
        return self._call([*words, b"%d" % max(1, until_ms - now_ms)]) == 1

    def taken(self, name: str, now_ms: int) -> int:
        return int(self._call([b"GET", self._key(name)]) or 0)

    def sweep(self, now_ms: int) -> int:
        """Redis forgets by itself."""
        return 0

    def _key(self, name: str) -> bytes:
        return self._prefix + name.encode()

    def _call(self, words: Sequence[bytes]) -> Reply:
        """One command. A connection that fails is dropped, and nothing is tried twice: it may have counted."""
        message = b"*%d\r\n" % len(words)
        message += b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
        with self._lock:
            try:
                if self._stream is None:
                    self._open()
                assert self._socket is not None
                self._socket.sendall(message)
                return self._read()
            except (OSError, ValueError) as error:
                self._drop()
                raise RedisTrouble(f"Redis does not answer: {error}") from error

    def _open(self) -> None:
        parts = self._parts
        if parts.scheme == "unix":
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(_TIMEOUT_S)
            self._socket.connect(unquote(parts.path))
        else:
            address = parts.hostname or "127.0.0.1", parts.port or 6379
            self._socket = socket.create_connection(address, _TIMEOUT_S)
        self._stream = self._socket.makefile("rb")
        number = parts.path.strip("/") if parts.scheme == "redis" else ""
        for words in (
            [b"AUTH", unquote(parts.password).encode()] if parts.password else None,
            [b"SELECT", number.encode()] if number else None,
        ):
            if words:
                self._socket.sendall(
                    b"*2\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
                )
                self._read()

    def _drop(self) -> None:
        for thing in (self._stream, self._socket):
            if thing is not None:
                thing.close()
        self._stream = self._socket = None

    def _read(self) -> Reply:
        assert self._stream is not None
        line = self._stream.readline(65_536)
        kind, rest = line[:1], line[1:-2]
        if not line.endswith(b"\r\n"):
            raise ValueError("it hung up")
        if kind == b"-":
            raise ValueError(rest.decode("utf-8", "replace")[:200])
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self._stream.read(size + 2)[:-2]
        return rest
