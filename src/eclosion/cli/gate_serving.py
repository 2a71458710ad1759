"""A gate with uvicorn, and the bench that runs one beside itself. Heavy imports are in the functions."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eclosion.cli.output import say
from eclosion.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from eclosion.gate.bench import Passes
    from eclosion.gate.language.room import Room
    from eclosion.gate.ports import Store

_FRAME_BYTES_MAX = 65_536
DISTANCES = (
    (1, 0.2, 0.0),
    (20, 2.0, 0.0),
    (100, 5.0, 0.0),
    (300, 10.0, 0.0),
    (20, 2.0, 0.01),
    (100, 5.0, 0.01),
)
"""Round trip and mean jitter each way in milliseconds, and loss."""


class Row(NamedTuple):
    """A line of the bench's report."""

    what: str
    found: str
    goal: str
    reached: bool


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
    strict: bool,
    bench: bool,
) -> None:
    """Serve until a signal.

    Raises:
        Invalid: the application cannot be imported, or the secret is weak.
        Unavailable: the port or the store is not to be had.
    """
    import uvicorn

    from eclosion.gate import Gate, KeyRing, Policy, new_secret
    from eclosion.gate.agent_card import gate_card
    from eclosion.gate.asgi import GateMiddleware
    from eclosion.gate.bench import bench_policy
    from eclosion.gate.patience import PatientProtocol, SocketProtocol

    ring = KeyRing.parse(secret or new_secret())
    behind = _import(app) if app else hall
    try:
        listener = socket.create_server((host, port), backlog=2_048)
    except OSError as error:
        raise Unavailable(f"Nothing can listen on {host}, port {port}: {error}.") from None
    url = origin or f"http://{host}:{listener.getsockname()[1]}"
    policy = bench_policy() if bench else Policy.strict() if strict else None
    language: Any = "required" if supply else "off"
    room = _open_room(supply) if supply else None
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
    say(
        f"Gate for {made.audience} on {host}:{listener.getsockname()[1]}. Stages: {', '.join(made.stages)}."
    )
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


def _open_room(place: str) -> Room:
    from eclosion.gate.language.demo import DemoSupply
    from eclosion.gate.language.folder import FolderSupply
    from eclosion.gate.language.room import Room

    if place == "demo":
        say("The demo's texts are public: these language rounds prove nothing, and tokens say so.")
        return Room(DemoSupply(accept_insecure=True))
    return Room(FolderSupply(Path(place)))


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


def measure(tries: int, at_once: int, spends: int, tell: Callable[[str], None]) -> list[Row]:
    """Run the whole bench."""
    from eclosion.gate.bench import count_double_spends, measure_hellos
    from eclosion.gate.stores import MemoryStore, SqliteStore

    rows = asyncio.run(_measure_passes(tries, at_once, tell))
    tell("hellos ...")
    store = MemoryStore()
    hellos = measure_hellos(store, lambda: len(store))
    rows.append(_most("CPU of a refused hello", hellos.refused_us / 1_000, 0.2, "ms"))
    rows.append(_most("CPU of an answered hello", hellos.answered_us / 1_000, 0.2, "ms"))
    rows.append(_most("kept after 40,000 hellos", hellos.kept, 0, "things"))
    tell("double spends ...")
    with tempfile.TemporaryDirectory() as folder:
        shared = [SqliteStore(Path(folder, "spent.db")) for _ in range(4)]
        sqlite = count_double_spends([*shared], spends // 10)
        for one in shared:
            one.close()
    memory = count_double_spends([MemoryStore()], spends)
    rows.append(_most(f"double spends in {spends:,} tries, 64 at once, memory", memory, 0, ""))
    rows.append(
        _most(f"double spends in {spends // 10:,} tries, 64 at once, SQLite", sqlite, 0, "")
    )
    return rows


async def _measure_passes(tries: int, at_once: int, tell: Callable[[str], None]) -> list[Row]:
    from eclosion.gate.bench import cpu_s, run_passes
    from eclosion.gate.relay import Line, relaying

    line, rows = Line(), []
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with relaying(line, port) as near:
        origin = f"http://127.0.0.1:{near}"
        with served(origin, port) as pid:
            await wait_for(port)
            before, passed = cpu_s(pid), 0
            for rtt_ms, jitter_ms, loss in DISTANCES:
                line.rtt_ms, line.jitter_ms, line.loss = rtt_ms, jitter_ms, loss
                name = f"passes at {rtt_ms} ms" + (f", {loss:.0%} loss" if loss else "")
                tell(f"{name} ...")
                found = await run_passes(origin, tries, at_once)
                passed += found.share.of
                rows.append(_passes_row(name, found))
            after = cpu_s(pid)
            if before is not None and after is not None:
                each_ms = (after - before) / max(1, passed) * 1_000
                rows.append(_most("server CPU of a pass", each_ms, 100, "ms"))
    return rows


def _passes_row(name: str, found: Passes) -> Row:
    low, high = found.share.interval
    told = f"{found.share.good}/{found.share.of} [{low:.3f}, {high:.3f}], {found.median_s:.1f} s"
    for why, times in found.reasons.items():
        say(f"  {times} x {why}")
    return Row(name, told, ">= 99 %", found.share.good >= 0.99 * found.share.of)


def _most(what: str, found: float, goal: float, unit: str) -> Row:
    return Row(what, f"{found:.3g} {unit}".strip(), f"<= {goal:g}", found <= goal)


@contextmanager
def served(origin: str, port: int, secret: str = "") -> Iterator[int]:
    """A gate in a process of its own; gives its number."""
    code = "from eclosion.entry.cli import main; main()"
    words = ["gate", "serve", "--origin", origin, "--port", str(port), "--bench"]
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
