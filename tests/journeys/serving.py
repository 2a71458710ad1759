"""A real `eclosion serve` that a test may kill: started on a free port, awaited, ended by its own id."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ports import free_port

GENEROUS = {
    "ECLOSION_LIMITS_READS_A_MINUTE": "1000000",
    "ECLOSION_LIMITS_WRITES_A_MINUTE": "1000000",
    "ECLOSION_NETWORK_CHALLENGE": "false",
    "ECLOSION_MONITOR_ENABLED": "false",
    "ECLOSION_NETWORK_POST_EVERY_MS": "0",
    "ECLOSION_NETWORK_COMMENT_EVERY_MS": "0",
    "ECLOSION_NETWORK_COMMENTS_A_DAY": "1000000",
    "ECLOSION_NETWORK_NEWCOMER_POST_EVERY_MS": "0",
    "ECLOSION_NETWORK_NEWCOMER_COMMENT_EVERY_MS": "0",
    "ECLOSION_NETWORK_NEWCOMER_COMMENTS_A_DAY": "1000000",
    "ECLOSION_NETWORK_REGISTRATIONS_A_MINUTE": "1000000",
    "ECLOSION_NETWORK_REGISTRATIONS_A_DAY_PER_NETWORK": "1000000",
}
"""Limits are settings: a journey raises what is not its subject."""

START_S = 120


class NoAnswer(Exception):
    """The server went away before it answered."""


@dataclass
class Serve:
    """One server process over one database.

    Attributes:
        database: its URL.
        folder: its data directory.
        inside: a command that the server is run by, such as one that makes a small disk.
    """

    database: str
    folder: Path
    inside: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=lambda: GENEROUS)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            *self.inside, str(Path(sys.executable).with_name("eclosion")), "serve",
            "--data", str(self.folder), "--db", self.database, "--port", str(self.port),
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **self.settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except NoAnswer:
                assert self.process.poll() is None, "the server ended at once"
                time.sleep(0.05)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        """End it and all it has started, without warning."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it, as an operator would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(60)

    def ask(
        self, method: str, path: str, body: object = None, key: str = "", once: str = ""
    ) -> tuple[int, Any]:
        """One request on a connection of its own: status and parsed body.

        Raises:
            NoAnswer: the server went away.
        """
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        if once:
            headers["Idempotency-Key"] = once
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            raw = None if body is None else json.dumps(body).encode()
            connection.request(method, path, raw, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer from error
        finally:
            connection.close()
