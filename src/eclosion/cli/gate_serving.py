"""A gate with uvicorn. Heavy imports are in the functions."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclosion.cli.output import say
from eclosion.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from eclosion.gate import Policy
    from eclosion.gate.language.room import Room
    from eclosion.gate.ports import Store

_FRAME_BYTES_MAX = 65_536


class Handed(StrEnum):
    """How language rounds are handed out."""

    single = "single"
    whole = "whole"


class Bench(StrEnum):
    """What a gate is served for when it is measured."""

    passes = "passes"
    crowd = "crowd"


def serve(
    app: str,
    origin: str,
    host: str,
    port: int,
    store: str,
    open_paths: tuple[str, ...],
    secret: str,
    *,
    supply: str,
    rounds: Handed,
    bench: Bench | None,
) -> None:
    """Serve until a signal.

    Raises:
        Invalid: the application cannot be imported, or the secret is weak.
        Unavailable: the port or the store is not to be had.
    """
    import uvicorn

    from eclosion.gate import Gate, KeyRing, new_secret
    from eclosion.gate.agent_card import gate_card
    from eclosion.gate.asgi import GateMiddleware
    from eclosion.gate.patience import PatientProtocol, SocketProtocol

    ring = KeyRing.parse(secret or new_secret())
    behind = _import(app) if app else hall
    try:
        listener = socket.create_server((host, port), backlog=2_048)
    except OSError as error:
        raise Unavailable(f"Nothing can listen on {host}, port {port}: {error}.") from None
    url = origin or f"http://{host}:{listener.getsockname()[1]}"
    policy = _policy(rounds)
    language: Any = "required" if supply or bench is Bench.crowd else "off"
    room = _open_room(supply) if supply else None
    if bench is not None:
        policy, room = _for_bench(bench)
    made = Gate(url, ring, open_store(store), policy=policy, room=room, language=language)
    config = uvicorn.Config(
        GateMiddleware(behind, made, open=open_paths, card=None if app else gate_card(made)),
        http=PatientProtocol,
        ws=SocketProtocol,
        ws_max_size=_FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    stages = ", ".join(made.stages)
    say(f"Gate for {made.audience} on {host}:{listener.getsockname()[1]}. Stages: {stages}.")
    if made.language_reason:
        say(f"  No language rounds: {made.language_reason}")
    uvicorn.Server(config).run([listener])


def open_store(place: str) -> Store:
    """A store by its place.

    Raises:
        Unavailable: it cannot be opened.
    """
    from eclosion.gate.stores import MemoryStore, PostgresStore, RedisStore, SqliteStore

    if place == "memory":
        return MemoryStore()
    try:
        if place.startswith(("redis:", "unix:")):
            return RedisStore(place)
        if place.startswith(("postgresql:", "postgres:")):
            import psycopg

            return PostgresStore(lambda: psycopg.connect(place))
        return SqliteStore(place)
    except Exception as error:
        raise Unavailable(f"The gate's store cannot be opened: {error}") from error


def _policy(rounds: Handed) -> Policy:
    from eclosion.gate.policy import SINGLE, WHOLE, Policy

    return Policy(rounds=WHOLE if rounds is Handed.whole else SINGLE)


def _open_room(place: str) -> Room:
    from eclosion.gate.language.demo import DemoSupply
    from eclosion.gate.language.folder import FolderSupply
    from eclosion.gate.language.room import Room

    if place == "demo":
        say("The demo's texts are public: these language rounds prove nothing, and tokens say so.")
        return Room(DemoSupply(accept_insecure=True))
    return Room(FolderSupply(Path(place)))


def _for_bench(bench: Bench) -> tuple[Policy, Room | None]:
    """No limits for the one network of a bench, and a price that costs agents next to nothing and us the same."""
    from eclosion.gate.bench import bench_policy
    from eclosion.gate.crowd import CROWD_ROUNDS, PlainTexts
    from eclosion.gate.language.room import Room

    if bench is Bench.passes:
        return bench_policy(price_bits=0), None
    policy = bench_policy(price_bits=0, stamp_bits=0, rounds=CROWD_ROUNDS)
    return policy, Room(PlainTexts())


def _import(name: str) -> Any:
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        return getattr(importlib.import_module(module), attribute or "app")
    except (ImportError, AttributeError) as error:
        raise Invalid(f"{name} is no application: {error}.", "Write it as module:name.") from None


async def hall(scope: Any, _: Any, send: Any) -> None:
    """What stands behind a gate that guards nothing else: it tells who came in."""
    from eclosion.gate.asgi import ENTRANT
    from eclosion.gate.encoding import to_json

    if scope["type"] != "http":
        return
    entrant = scope.get(ENTRANT)
    told = {"welcome": entrant.jkt, "stages": list(entrant.stages)} if entrant else {"open": True}
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": to_json(told)})


@contextmanager
def served(origin: str, port: int, secret: str = "", bench: Bench = Bench.passes) -> Iterator[int]:
    """A gate in a process of its own; gives its number."""
    code = "from eclosion.entry.cli import main; main()"
    words = ["gate", "serve", "--origin", origin, "--port", str(port), "--bench", bench]
    command = [sys.executable, "-c", code, *words]
    environment = {**os.environ, **({"ECLOSION_GATE_SECRET": secret} if secret else {})}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as server:
        try:
            yield server.pid
        finally:
            server.send_signal(signal.SIGTERM)


async def wait_for(port: int) -> None:
    """Until somebody listens there.

    Raises:
        Unavailable: nobody does.
    """
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise Unavailable("The gate did not start.")
