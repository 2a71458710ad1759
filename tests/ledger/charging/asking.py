"""Asks an ASGI application without a socket."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from eclosion.ledger.wire import x402
from eclosion.ledger.wire.authorization import SignedOrder
from eclosion.ledger.wire.encoding import read_struct, to_base64
from eclosion.ledger.wire.x402 import Payment, Receipt, Requirement, exact_of

ORIGIN = "https://shop.example"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        return str(msgspec.json.decode(self.body)["error"])

    @property
    def required(self) -> x402.Required:
        return read_struct(self.headers["payment-required"], x402.Required)

    @property
    def receipt(self) -> Receipt:
        return read_struct(self.headers["payment-response"], Receipt)


async def ask(
    app: Any, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> Answer:
    """One request."""
    status, received, chunks = 0, {}, []
    path, _, query = path.partition("?")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            received.update({k.decode().lower(): v.decode() for k, v in message["headers"]})
        else:
            chunks.append(message.get("body", b""))

    scope = {
        "type": "http",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"shop.example"),
            *((k.lower().encode(), v.encode()) for k, v in (headers or {}).items()),
        ],
    }
    await app(scope, receive, send)
    return Answer(status, received, b"".join(chunks))


def get(app: Any, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """One GET, in a loop of its own."""
    return asyncio.run(ask(app, path, headers))


def pay(signed: SignedOrder, accepted: Requirement) -> dict[str, str]:
    """The header that pays, in version 2."""
    payment = Payment(x402_version=2, payload=exact_of(signed), accepted=accepted)
    return {x402.PAYMENT_HEADER: to_base64(payment)}


def pay_v1(signed: SignedOrder, network: str = "eclosion") -> dict[str, str]:
    """The header that pays, in version 1."""
    payment = Payment(x402_version=1, payload=exact_of(signed), scheme="exact", network=network)
    return {x402.PAYMENT_HEADER_V1: to_base64(payment)}
