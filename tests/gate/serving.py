"""The gate on a real socket: uvicorn in a thread, as people run it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

import uvicorn

from eclosion.gate import Gate, KeyRing, Policy, new_secret
from eclosion.gate.asgi import ENTRANT, GateMiddleware
from eclosion.gate.encoding import to_json
from eclosion.gate.patience import PatientProtocol, SocketProtocol
from eclosion.gate.stores import MemoryStore

FULL = Policy(
    scrypt_n=2,
    price_bits=1,
    stamp_bits=1,
    burst_floor_per_s=500,
    lag_ms=20_000,
    stall_ms=60_000,
    tick_lag_ms=60_000,
)
"""A whole burst at its full pace, with patience for machines on which much else runs; what is too late is tested by
hand-turned clocks."""
QUICK = replace(FULL.for_probe(), rounds=FULL.rounds)
"""A tenth of the burst, for tests of something else."""


async def hall(scope: Any, receive: Any, send: Any) -> None:
    """The application behind: says who came in."""
    if scope["type"] != "http":
        return
    entrant = scope.get(ENTRANT)
    told = {"stages": list(entrant.stages), "jkt": entrant.jkt} if entrant else {"open": True}
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": to_json(told)})


@contextmanager
def running(
    make_app: Callable[[str], Any], lifespan: Literal["on", "off"] = "off"
) -> Iterator[str]:
    """Serve an application that is made for its address; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        make_app(origin),
        http=PatientProtocol,
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        lifespan=lifespan,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield origin
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def gate_for(origin: str, policy: Policy = QUICK, **more: Any) -> Gate:
    return Gate(origin, KeyRing.parse(new_secret()), MemoryStore(), policy=policy, **more)


@contextmanager
def guarded(policy: Policy = QUICK, **more: Any) -> Iterator[tuple[str, Gate]]:
    """The hall behind a gate; gives the address and the gate."""
    gates: list[Gate] = []

    def make(origin: str) -> Any:
        gates.append(gate_for(origin, policy, **more))
        return GateMiddleware(hall, gates[0], open=("/open",))

    with running(make) as origin:
        yield origin, gates[0]
