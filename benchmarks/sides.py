"""The servers of a session, from the command line: ours by its store, a peer by its URL, the floor by its file.

Nothing here knows how a peer is built or where it comes from: the person gives its URL, its keys and, if its CPU time
is wanted, its process ids.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import targets as aims
from benchmarks.floor import fill, mirrored_rows
from benchmarks.serving import Server, ServingError, start
from benchmarks.targets import Targets
from benchmarks.wire import ECLOSION, FLOOR, WIRES

_HERE = Path(__file__).resolve().parent
_LOGS = _HERE / "out" / "logs"
_KEYS = 1_024


@dataclass(slots=True)
class Side:
    """A running server and what a load may aim at on it. `scratch` is a store's copy, to be removed at the end."""

    server: Server
    targets: Targets
    scratch: Path | None = None

    def close(self) -> None:
        """Stop the server if we started it, and remove its copied store."""
        self.server.stop()
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def facts(self) -> dict[str, Any]:
        """What a result should say about this side."""
        return {
            "wire": self.server.wire.name,
            "command": self.server.command,
            "cold_start_s": self.server.cold_start_s,
            "keys": len(self.targets.keys),
            "vote_posts": len(self.targets.posts),
            "threads": len(self.targets.threads),
            "submolts": len(self.targets.submolts),
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which servers take part; the first one given in this order is the measure."""
    ours = parser.add_argument_group("our server")
    ours.add_argument("--data", type=Path, help="start Eclosion on this store")
    ours.add_argument(
        "--copy",
        action="store_true",
        help="serve a copy, made beside the store and removed after, so that it stays as it is",
    )
    ours.add_argument("--eclosion", default=".venv/bin/eclosion", help="its program")
    ours.add_argument(
        "--serve-options", default="", help='more for `eclosion serve`, such as "--workers 2"'
    )
    ours.add_argument(
        "--limits", type=Path, default=_HERE / "limits.env", help="NAME=VALUE lines: raised limits"
    )
    ours.add_argument(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="a further setting"
    )
    ours.add_argument("--url", help="or: Eclosion already runs here")
    ours.add_argument(
        "--pid", type=int, action="append", default=[], help="its process id, for CPU time"
    )
    ours.add_argument(
        "--keys", type=Path, help="API keys, one a line (else `eclosion bench keys` makes them)"
    )
    ours.add_argument("--agents", type=int, default=256, help="how many agents take part in writes")
    other = parser.add_argument_group("a second Eclosion, to compare settings")
    other.add_argument("--variant-data", type=Path, help="its store: a copy of the first one's")
    other.add_argument("--variant-env", action="append", default=[], metavar="NAME=VALUE")
    other.add_argument("--variant-options", default="", help="more for its `eclosion serve`")
    peer = parser.add_argument_group("a peer that already runs")
    peer.add_argument("--peer", metavar="URL", help="its base URL, without /api/v1")
    peer.add_argument("--peer-wire", choices=sorted(WIRES), default="reference", help="its dialect")
    peer.add_argument("--peer-keys", type=Path, help="its API keys, one a line")
    peer.add_argument(
        "--peer-pid", type=int, action="append", default=[], help="repeat for its database"
    )
    floor = parser.add_argument_group("the floor")
    floor.add_argument(
        "--floor",
        nargs="?",
        const="",
        metavar="FILE",
        help="its posts, from `python -m benchmarks.floor fill`; by default those of the first server's lists",
    )


def open_sides(arguments: argparse.Namespace) -> list[Side]:
    """Start or find every server asked for and learn its targets. Raises SystemExit if there is none."""
    sides: list[Side] = []
    try:
        if arguments.data or arguments.url:
            sides.append(_ours(arguments))
        if arguments.variant_data:
            options, env = arguments.variant_options, arguments.variant_env
            sides.append(
                _eclosion("variant", arguments, arguments.variant_data, options, env, None)
            )
        if arguments.peer:
            keys = _read_keys(arguments.peer_keys)
            server = Server("peer", WIRES[arguments.peer_wire], arguments.peer, arguments.peer_pid)
            sides.append(_learn(server, keys, arguments.agents))
        full = [side.targets for side in sides]
        if full:
            aims.align(full)
        if arguments.floor is not None:
            sides.append(_floor(arguments.floor, sides[0] if sides else None))
    except BaseException:
        for side in sides:
            side.close()
        raise
    if not sides:
        raise SystemExit("no server: give --data, --url, --peer or --floor")
    return sides


def _floor(file: str, first: Side | None) -> Side:
    """Start the floor on its file, or on a mirror of what the first server's lists show."""
    submolts = first.targets.submolts if first else Counter({"general": 1})
    if not file:
        if first is None:
            raise SystemExit("--floor needs a FILE when no other server takes part")
        mirror = _LOGS.parent / "floor.db"
        mirror.parent.mkdir(parents=True, exist_ok=True)
        mirror.unlink(missing_ok=True)
        posts = aims.scan_posts(first.server.url, first.server.wire, first.targets.keys)
        fill(mirror, mirrored_rows(posts.values()))
        file = str(mirror)
    command = f"{sys.executable} -m benchmarks.floor serve --db {file} --port {{port}}"
    server = start("floor", FLOOR, command, {}, _LOGS / "floor.log", None)
    return Side(server, Targets(keys=[], submolts=submolts))


def _ours(arguments: argparse.Namespace) -> Side:
    if arguments.data:
        options, env = arguments.serve_options, arguments.env
        return _eclosion("eclosion", arguments, arguments.data, options, env, arguments.keys)
    server = Server("eclosion", ECLOSION, arguments.url, arguments.pid)
    return _learn(server, _read_keys(arguments.keys), arguments.agents)


def _eclosion(
    label: str,
    arguments: argparse.Namespace,
    data: Path,
    options: str,
    env: list[str],
    keys_file: Path | None,
) -> Side:
    """Start Eclosion on a store. Keys are made before it starts, while the store is free."""
    keys = _read_keys(keys_file) if keys_file else _make_keys(arguments.eclosion, data)
    scratch: Path | None = None
    if arguments.copy:
        scratch = Path(tempfile.mkdtemp(prefix=f"{data.name}-bench-", dir=data.resolve().parent))
        # The key file lies beside the data, never in it.
        ring = data.resolve().with_name(f".{data.resolve().name}.keys")
        if ring.exists():
            shutil.copy(ring, scratch / f".{data.name}.keys")
        data = shutil.copytree(data, scratch / data.name)
    command = f"{arguments.eclosion} serve --data {data} --host 127.0.0.1 --port {{port}} {options}".strip()
    settings = {**_read_settings(arguments.limits), **dict(_setting(line) for line in env)}
    try:
        server = start(label, ECLOSION, command, settings, _LOGS / f"{label}.log", keys[0])
        side = _learn(server, keys, arguments.agents)
    except BaseException:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise
    side.scratch = scratch
    return side


def _learn(server: Server, keys: list[str], agents: int) -> Side:
    try:
        return Side(server, aims.gather(server.url, server.wire, keys, agents))
    except BaseException:
        server.stop()
        raise


def _make_keys(program: str, data: Path) -> list[str]:
    command = [program, "bench", "keys", "--data", str(data), "--count", str(_KEYS)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as problem:
        raise ServingError(f"cannot run {program}: {problem}") from problem
    if done.returncode != 0:
        raise ServingError(f"{' '.join(command)} failed:\n{done.stderr[-1_000:]}")
    return [line.rpartition("\t")[2] for line in done.stdout.splitlines()]  # name, tab, key


def _read_keys(file: Path | None) -> list[str]:
    if file is None:
        raise SystemExit(
            "a server that already runs needs its API keys: --keys or --peer-keys FILE"
        )
    return file.read_text().split()


def _read_settings(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    return dict(_setting(line) for line in lines if line and not line.startswith("#"))


def _setting(line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals:
        raise SystemExit(f"not NAME=VALUE: {line}")
    return name.strip(), value.strip()
