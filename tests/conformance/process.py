"""One real `eclosion serve` process: started on a free port, awaited by its health, stopped by its id.

The clients meet what operators run: the console script, a data directory, settings by environment.
`ECLOSION_CONFORMANCE_COMMAND` names another command in place of `.venv/bin/eclosion` (an installed
wheel, an older release).
"""

import os
import shlex
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.authority import Authority
from tests.ports import free_port

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 15.0
LOG_TAIL_CHARS = 4_000


class ServerDidNotStart(RuntimeError):
    """The process ended or never became healthy; the text carries the end of its log."""


@dataclass(frozen=True)
class Server:
    """Where a running server listens, and what it believes that it is called."""

    port: int
    base_url: str
    authority: Authority | None
    log: Path

    @property
    def origin(self) -> str:
        """The address that reaches the process from this machine."""
        scheme = "http" if self.authority is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.origin}/api/v1"

    def context(self) -> ssl.SSLContext | None:
        if self.authority is None:
            return None
        return ssl.create_default_context(cafile=str(self.authority.root))


def command() -> list[str]:
    """Return the command line, without arguments, that runs Eclosion."""
    chosen = os.environ.get("ECLOSION_CONFORMANCE_COMMAND")
    if chosen:
        return shlex.split(chosen)
    return [str(Path(sys.executable).with_name("eclosion"))]


def _is_healthy(server: Server) -> bool:
    try:
        with urllib.request.urlopen(
            f"{server.origin}/healthz", timeout=10, context=server.context()
        ) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _await_health(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if _is_healthy(server):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    tail = server.log.read_text(errors="replace")[-LOG_TAIL_CHARS:]
    raise ServerDidNotStart(f"exit status {process.poll()}; log:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running_server(
    folder: Path,
    settings: Mapping[str, str],
    *,
    base_url: str | None = None,
    authority: Authority | None = None,
) -> Iterator[Server]:
    """Run a server with a fresh data directory under `folder` until the block ends.

    Raises:
        ServerDidNotStart: it ended, or was not healthy within a minute.
    """
    port = free_port()
    server = Server(
        port=port,
        base_url=base_url or f"http://127.0.0.1:{port}",
        authority=authority,
        log=folder / "server.log",
    )
    arguments = ["serve", "--data", str(folder / "data"), "--host", "127.0.0.1"]
    arguments += ["--port", str(port), "--base-url", server.base_url]
    if authority is not None:
        arguments += ["--tls-cert", str(authority.certificate), "--tls-key", str(authority.key)]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ECLOSION_")}
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            [*command(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=inherited | dict(settings),
            cwd=folder,
        )
        try:
            _await_health(server, process)
            yield server
        finally:
            _stop(process)
