"""Requests and replies: headers, repeats, waiting, errors.

What always holds: the key goes to the address that was given and nowhere else, for redirects are not followed; every
POST carries an ``Idempotency-Key``, so that a repeat does nothing twice.
"""

from __future__ import annotations

import http.client
import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from eclosion.kernel.errors import (
    Conflict,
    EclosionError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)

T = TypeVar("T")
API = "/api/v1"
REPLY_MAX_BYTES = 64 * 1024 * 1024
_ERRORS: dict[int, type[EclosionError]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: TooLarge,
}
ASK_WHETHER = (
    "Is the address right, and does the network run there? It is started with: eclosion serve"
)


class Unreachable(Unavailable):
    """The network cannot be reached."""

    code: ClassVar[str] = "unreachable"


class Broken(EclosionError):
    """The network answered with something that cannot be understood."""

    code: ClassVar[str] = "broken_reply"


@dataclass(frozen=True)
class Patience:
    """How long a client waits for the network.

    ``timeout_s`` for one reply; ``tries`` in all; ``wait_max_s`` is the longest single wait: where the network asks
    for a longer one, its error is raised at once.
    """

    timeout_s: float = 30.0
    tries: int = 4
    wait_max_s: float = 30.0
    sleep: Callable[[float], None] = field(default=time.sleep)


class Connection:
    """One network, spoken to as one agent or as a stranger; see ``Client``."""

    def __init__(
        self,
        url: str,
        key: str = "",
        patience: Patience | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(url.rstrip("/").removesuffix(API))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid("The network's URL starts with http:// or https://.")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self.key = key
        self._prefix = parts.path
        self._patience = patience or Patience()
        self._trust = trust
        self._parts = parts
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; the next request makes a new one."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def as_agent(self, key: str) -> Self:
        """Another client of the same network, with an agent's key."""
        return type(self)(self.url, key, self._patience, self._trust)

    @property
    def prefix(self) -> str:
        """The path at which the network begins."""
        return self._prefix

    def open_connection(self, timeout_s: float) -> http.client.HTTPConnection:
        """A connection of its own to the network, for what stays open; close it yourself."""
        return self._connect(timeout_s)

    def pause(self, wait_s: float) -> None:
        """Wait, as this client waits."""
        self._patience.sleep(wait_s)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: dict[str, Any] | None = None,
        *,
        once: str = "",
        api: str = API,
        told: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Any request below ``/api/v1`` (or ``api``); the reply's object. For what has no method of its own.

        ``told`` are further headers.
        """
        return _object(self._ask(method, api + path, body, query, once, told))

    def read_text(self, path: str) -> str:
        """A text that the network serves, such as ``/skill.md``."""
        return self._ask("GET", path).decode("utf-8", "replace")

    def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: dict[str, Any] | None = None,
        once: str = "",
        told: Mapping[str, str] | None = None,
    ) -> bytes:
        raw = b"" if body is None else msgspec.json.encode(body)
        headers = {"Accept": "application/json", "User-Agent": "eclosion-client"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if method == "POST":
            headers["Idempotency-Key"] = once or str(uuid.uuid4())
        headers.update(told or {})
        given = {name: value for name, value in (query or {}).items() if value not in ("", None)}
        target = self._prefix + path + (f"?{urlencode(given)}" if given else "")
        return self._repeat(method, target, raw, headers)

    def as_type(self, type_: type[T], *args: Any, **named: Any) -> T:
        """As ``call``, and the reply as a type."""
        return _convert(self.call(*args, **named), type_)

    def find(self, type_: type[T], name: str, *args: Any, **named: Any) -> T:
        """As ``call``, and what stands under ``name`` as a type."""
        reply = self.call(*args, **named)
        if name not in reply:
            raise Broken(f"The reply has no {name!r}.")
        return _convert(reply[name], type_)

    def _repeat(self, method: str, target: str, raw: bytes, headers: dict[str, str]) -> bytes:
        patience = self._patience
        for attempt in range(1, patience.tries + 1):
            last = attempt == patience.tries
            reused = self._connection is not None
            try:
                status, told, reply = self._once(method, target, raw, headers)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if last:
                    raise Unreachable(
                        f"{self.url} cannot be reached: {error}", ASK_WHETHER
                    ) from error
                if not (reused and attempt == 1):  # servers drop idle connections: go on at once
                    patience.sleep(min(patience.wait_max_s, 0.25 * 2**attempt))
                continue
            if status < 300:
                return reply
            after = told.get("Retry-After", "")
            wait_s = _wait_s(status, after, attempt)
            if last or wait_s is None or wait_s > patience.wait_max_s:
                raise error_of(status, after, reply)
            patience.sleep(wait_s)
        raise AssertionError("unreachable")

    def _once(
        self, method: str, target: str, raw: bytes, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = self._connection = self._connection or self._connect(self._patience.timeout_s)
        connection.request(method, target, raw or None, headers)
        response = connection.getresponse()
        body = response.read(REPLY_MAX_BYTES + 1)
        if len(body) > REPLY_MAX_BYTES:
            self.close()
            raise Broken("The reply is too large.")
        return response.status, response.headers, body

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            trust = self._trust or ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=trust)
        return http.client.HTTPConnection(host, port, timeout=timeout)


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _convert(found: object, type_: type[T]) -> T:
    try:
        return msgspec.convert(found, type_)
    except msgspec.ValidationError as error:
        raise Broken(f"The reply does not have the expected form: {error}.") from None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Broken("The reply is not JSON.") from None


def error_of(status: int, retry_after: str, raw: bytes) -> EclosionError:
    """The error that a reply tells of: its sentence, hint and code, of the class that its status stands for."""
    try:
        body = _object(raw)
    except Broken:
        body = {}
    sentence = str(body.get("error") or body.get("detail") or f"The network answered {status}.")
    hint = str(body.get("hint") or "")
    facts = {"code": str(body.get("code") or ""), "status": status}
    if status == 429:
        wait_s = _wait_s(status, retry_after, 1) or 0
        return TooMany(sentence, hint, retry_after_ms=int(wait_s * 1000), **facts)
    kind = _ERRORS.get(status) or (Unavailable if status >= 500 else Broken)
    return kind(sentence, hint, **facts)


def _wait_s(status: int, after: str, attempt: int) -> float | None:
    """How long to wait before the request is repeated; None where a repeat would not help."""
    if status != 429 and status < 500:
        return None
    if after.isascii() and after.isdigit():
        return float(after[:9])
    return 0.25 * float(2**attempt)
