"""A private network in which www.moltbook.com is our server, for clients whose address is fixed in their code.

Clients stay unmodified: only /etc/hosts, as they see it, and the trusted roots differ. Works as root and, where user
namespaces are allowed, without.
"""

import asyncio
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.enclosed import join

HOST = "www.moltbook.com"
HOSTS_FILE = f"127.0.0.1 localhost {HOST} moltbook.com\n"


@dataclass(frozen=True)
class Enclosure:
    """How to start a command inside; valid while `enclosed_by` is open."""

    hosts: Path
    relay: Path

    def wrap(self, command: Sequence[str]) -> list[str]:
        """Return the command line that runs `command` inside the namespace."""
        inside = [sys.executable, str(Path(__file__).with_name("enclosed.py"))]
        return [*_unshare(), *inside, str(self.hosts), str(self.relay), *command]


def _unshare() -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *as_root, "--net", "--mount", "--"]


@functools.cache
def why_unavailable() -> str | None:
    """Say why namespaces cannot be used on this machine, or None where they can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are a feature of Linux"
    for program in ("unshare", "mount"):
        if shutil.which(program) is None:
            return f"the program {program} is not installed"
    trial = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, check=False)
    if trial.returncode:
        return f"namespaces are not permitted here: {trial.stderr.strip()}"
    return None


async def _relay(path: Path, port: int, started: threading.Event, stop: asyncio.Event) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await join((reader, writer), far)

    async with await asyncio.start_unix_server(serve, path):
        started.set()
        await stop.wait()


@contextmanager
def enclosed_by(port: int) -> Iterator[Enclosure]:
    """Open a way from inside namespaces to 127.0.0.1:`port` of this one, until the block ends."""
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    # Not pytest's folder: the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="eclosion-") as folder:
        enclosure = Enclosure(Path(folder, "hosts"), Path(folder, "relay"))
        enclosure.hosts.write_text(HOSTS_FILE)
        relay = threading.Thread(
            target=loop.run_until_complete, args=(_relay(enclosure.relay, port, started, stop),)
        )
        relay.start()
        try:
            if not started.wait(60):
                raise RuntimeError("the relay into the namespace did not start")
            yield enclosure
        finally:
            loop.call_soon_threadsafe(stop.set)
            relay.join(60)
            loop.close()
