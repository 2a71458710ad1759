"""A server for the load: our middleware, the same without its defence, or a facilitator for the official one.

    python -m benchmarks.x402.serving DATABASE ours|bare

It prints its port. ``/cpu`` answers the processor time that it has used, in seconds. ``bare`` does what the protocol's
text says and no more: verify, run, settle; nothing is reserved.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from benchmarks.x402.shop import PRICE, TERMS, Shop, open_shop
from eclosion.ledger.charging import Charging
from eclosion.ledger.charging.facilitator import Wanted
from eclosion.ledger.wire.x402 import read_payment, requirement_of

WANTED = msgspec.to_builtins(requirement_of(TERMS))


async def say(send: Any, status: int, body: bytes) -> None:
    """A whole answer."""
    headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def goods(_scope: Any, _receive: Any, send: Any) -> None:
    """What is sold."""
    await say(send, 200, b'{"goods":true}')


class Bare:
    """Verify, run, settle."""

    def __init__(self, shop: Shop) -> None:
        self._facilitator = shop.facilitator

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        paid = next(v for k, v in scope["headers"] if k == b"payment-signature").decode()
        wanted = Wanted(
            payment_payload=read_payment(paid),
            payment_requirements=WANTED,
            resource=scope["path"],
        )
        if not (await self._facilitator.verify(wanted))["isValid"]:
            await say(send, 402, b"{}")
            return
        held: list[Any] = []

        async def hold(message: Any) -> None:
            held.append(message)

        await goods(scope, receive, hold)
        if not (await self._facilitator.settle(wanted))["success"]:
            await say(send, 402, b"{}")
            return
        for message in held:
            await send(message)


class Door:
    """The application, the facilitator's addresses, and the processor's time."""

    def __init__(self, shop: Shop, mode: str) -> None:
        self._shop = shop
        priced = Charging(goods, till=shop.till, prices={"/paid": PRICE})
        self._paid: Any = Bare(shop) if mode == "bare" else priced

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        path = scope["path"]
        if path == "/cpu":
            await say(send, 200, json.dumps(time.process_time()).encode())
        elif path == "/supported":
            await say(send, 200, json.dumps(self._shop.facilitator.supported()).encode())
        elif path in ("/verify", "/settle"):
            body = b""
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
            wanted = msgspec.json.decode(body, type=Wanted)
            act = (
                self._shop.facilitator.verify
                if path == "/verify"
                else self._shop.facilitator.settle
            )
            await say(send, 200, msgspec.json.encode(await act(wanted)))
        else:
            await self._paid(scope, receive, send)


def main() -> None:
    """Serve until standard input ends."""
    shop = open_shop(Path(sys.argv[1]))
    door = Door(shop, sys.argv[2])
    config = uvicorn.Config(door, port=0, log_level="error", lifespan="off", ws="none")

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print(self.servers[0].sockets[0].getsockname()[1], flush=True)

    Announcing(config).run()
    shop.store.close()


if __name__ == "__main__":
    main()
