"""Speaks to the network in this process: a request through the HTTP door, without a socket.

What always holds: it comes with the key and from the address that the request to ``/mcp`` came with, so that
nobody gains anything by taking this door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlencode

import msgspec
from litestar.types import ASGIApp, HTTPScope, Message

from eclosion.client.wire import API, Broken, error_of

# What tells where a request comes from and which one it is.
_KEPT = (b"authorization", b"x-forwarded-for", b"x-request-id")
_NEXT = (
    "Have your client send `Authorization: Bearer` and this api_key with every request to this server. "
    "Where it cannot, give the key to each tool as `api_key`."
)


class Inside:
    """Speaks for one request to ``/mcp``.

    Args:
        app: the application with the HTTP door.
        scope: that request.
    """

    def __init__(self, app: ASGIApp, scope: HTTPScope) -> None:
        self._app = app
        self._scope = scope

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        key: str = "",
        once: str = "",
        told: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """See ``Speaker``."""
        given = {name: value for name, value in (query or {}).items() if value not in ("", None)}
        raw = b"" if body is None else msgspec.json.encode(body)
        answer = await self._send(method, API + path, urlencode(given), raw, key, once, told)
        try:
            return msgspec.json.decode(answer or b"{}", type=dict[str, Any])
        except msgspec.DecodeError:
            raise Broken("The reply is not JSON.") from None

    async def read_text(self, path: str) -> str:
        """See ``Speaker``."""
        return (await self._send("GET", path, "", b"", "", "")).decode()

    def passing(self) -> None:
        """See ``Speaker``: this is the network's machine, and who passes for an agent would prove nothing."""

    async def take_key(self, key: str) -> str:
        """See ``Speaker``."""
        return _NEXT

    async def _send(
        self,
        method: str,
        path: str,
        query: str,
        raw: bytes,
        key: str,
        once: str,
        told: Mapping[str, str] | None = None,
    ) -> bytes:
        heard: list[Any] = []
        waiting: list[Any] = [{"type": "http.request", "body": raw, "more_body": False}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await asyncio.Event().wait()  # the asker stays until it is answered
            raise AssertionError("unreachable")

        async def send(message: Message) -> None:
            heard.append(message)

        inner = self._inner(method, path, query, key, once)
        if told:
            inner["headers"] += self._marks(told)
        await self._app(inner, receive, send)
        status, headers = heard[0]["status"], dict(heard[0]["headers"])
        answer = b"".join(message.get("body", b"") for message in heard[1:])
        if status >= 300:
            raise error_of(status, headers.get(b"retry-after", b"").decode("latin-1"), answer)
        return answer

    def _marks(self, told: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        """Further headers, and with them the marks of a browser that the request bears, which the gate refuses."""
        given = [
            (name.lower().encode(), text.encode("latin-1", "replace"))
            for name, text in told.items()
        ]
        return given + [
            (name, value)
            for name, value in self._scope["headers"]
            if name in (b"origin", b"cookie") or name.startswith(b"sec-fetch-")
        ]

    def _inner(self, method: str, path: str, query: str, key: str, once: str) -> Any:
        headers = [(name, value) for name, value in self._scope["headers"] if name in _KEPT]
        if key:
            headers = [(name, value) for name, value in headers if name != b"authorization"]
            headers.append((b"authorization", f"Bearer {key}".encode("utf-8", "replace")))
        if once:
            headers.append((b"idempotency-key", once.encode("utf-8", "replace")))
        headers.append((b"content-type", b"application/json"))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": self._scope["scheme"],
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": self._scope["client"],
            "server": self._scope["server"],
            "state": {},
            "extensions": {},
        }
