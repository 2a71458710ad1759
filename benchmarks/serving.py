"""A server under test: started by us from a command, or already running and known by its URL and process ids."""

from __future__ import annotations

import contextlib
import http.client
import os
import shlex
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import machine
from benchmarks.wire import Reader, Wire, WireError

_READY_PATH = "/posts?sort=hot&limit=25"
_READY_PATIENCE_S = 120.0
_STOP_PATIENCE_S = 30.0


class ServingError(Exception):
    """A server did not start, or died."""


@dataclass(slots=True)
class Server:
    """A running server. `pids` are the roots of its process trees; empty means its CPU time is not known."""

    label: str
    wire: Wire
    url: str
    pids: list[int] = field(default_factory=list)
    cold_start_s: float | None = None
    command: str | None = None
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def host(self) -> str:
        """The value of a Host header."""
        return "{}:{}".format(*self.address)

    def cpu_seconds(self) -> float | None:
        """CPU time so far, or None if no process is known."""
        return machine.cpu_seconds(self.pids) if self.pids else None

    def rss_anon_bytes(self) -> int | None:
        """Anonymous resident memory now, or None if no process is known."""
        return machine.rss_anon_bytes(self.pids) if self.pids else None

    def stop(self) -> None:
        """End the server if we started it: ask, wait, then kill that one process."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start(
    label: str, wire: Wire, command: str, env: dict[str, str], log: Path, key: str | None
) -> Server:
    """Run `command` ("{port}" filled in) and wait until its hot feed answers 200 to `key`.

    The time from start to that answer is kept as the cold start. Raises ServingError with the log's end otherwise.
    """
    port = _free_port()
    words = shlex.split(command.replace("{port}", str(port)))
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **env}
        )
    url = f"http://127.0.0.1:{port}"
    while not _answers(url, key):
        if process.poll() is not None or time.monotonic() - began > _READY_PATIENCE_S:
            process.kill()
            end = log.read_text(errors="replace")[-2_000:]
            raise ServingError(f"{label} did not become ready; its log ends:\n{end}")
        time.sleep(0.02)
    cold = time.monotonic() - began
    return Server(label, wire, url, [process.pid], round(cold, 3), command, process)


def _answers(url: str, key: str | None) -> bool:
    with contextlib.suppress(OSError, WireError, http.client.HTTPException):
        reader = Reader(url, key)
        try:
            reader.get(_READY_PATH)
        finally:
            reader.close()
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
