"""A gate's middleware without a socket: requests as ASGI messages, and an agent that is in already."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

from eclosion.gate import Gate, Policy
from eclosion.gate.solver import Key
from tests.gate.world import HandClock, enter, key, make_gate, proof

SHORT = Policy(scrypt_n=2, price_bits=1, stamp_bits=1, burst_blocks=16, burst_floor_per_s=1_000)
"""A whole entry in little time."""


class Heard(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


class Echo:
    """An application that keeps what reaches it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def ask(
    app: Any,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    pieces: int = 1,
    query: str = "",
) -> Heard:
    """One request. The body comes in so many pieces."""
    size = max(1, -(-len(body) // pieces))
    parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    waiting = [
        {"type": "http.request", "body": part, "more_body": at < len(parts) - 1}
        for at, part in enumerate(parts)
    ]
    heard: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        heard.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "scheme": "https",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in (headers or {}).items()
        ],
        "client": ("192.0.2.7", 1),
        "extensions": {},
    }
    asyncio.run(app(scope, receive, send))
    fields = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    return Heard(heard[0]["status"], fields, b"".join(one.get("body", b"") for one in heard[1:]))


class Member:
    """An agent that has passed."""

    def __init__(self, policy: Policy = SHORT, **more: Any) -> None:
        self.clock = HandClock()
        self.gate: Gate = make_gate(clock=self.clock, policy=policy, **more)
        self.key: Key = key()
        self.reply = enter(self.gate, self.key, self.clock)
        self.token: str = self.reply["access_token"]

    def headers(self, method: str, path: str, **claims: Any) -> dict[str, str]:
        """Token and proof of one request."""
        uri = self.gate.audience + path
        made = proof(self.gate, self.key, method, uri, self.token, **claims)
        return {"authorization": f"DPoP {self.token}", "dpop": made}
