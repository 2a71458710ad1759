"""Runs a driver with its client's interpreter and hands back what it reported, step by step."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.enclosure import Enclosure
from tests.conformance.process import Server

REPOSITORY = Path(__file__).parents[2]
DRIVERS = Path(__file__).with_name("drivers")
DRIVER_TIMEOUT_S = 240
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")
"""Clients see nothing else of this process's environment: no key or proxy here changes a result."""


@dataclass(frozen=True)
class Steps:
    """The report of one driver run."""

    taken: dict[str, dict[str, Any]]

    def value(self, name: str) -> Any:
        """Return what the client returned in a step that has to succeed."""
        step = self.taken[name]
        assert "error" not in step, f"{name}: {step['error']}: {step['text']}"
        return step["value"]

    def failure(self, name: str) -> dict[str, Any]:
        """Return error, text and attributes of a step that has to fail."""
        step = self.taken[name]
        assert "error" in step, f"{name} should have failed, but returned {step['value']!r}"
        return step

    def failed(self) -> dict[str, str]:
        """Return every step in which the client raised, with the text of its error."""
        return {k: f"{v['error']}: {v['text']}" for k, v in self.taken.items() if "error" in v}


@dataclass(frozen=True)
class Driver:
    """One client: the interpreter that runs its script, the server, and the network that it is in.

    Attributes:
        python: interpreter of the environment in which the client is installed.
        script: file name in `drivers/`.
        home: home and working directory of the client; it keeps its credentials there.
        enclosure: set where the client's address is fixed.
        variables: what else the client reads from its environment.
    """

    python: Path
    script: str
    server: Server
    home: Path
    enclosure: Enclosure | None = None
    variables: Mapping[str, str] | None = None

    def run(self, phase: str, **work: Any) -> Steps:
        """Run one phase of the driver with the given job.

        Raises:
            AssertionError: the driver ended early or printed no report; the text is what it printed.
        """
        command = [str(self.python), str(DRIVERS / self.script)]
        if self.enclosure is not None:
            command = self.enclosure.wrap(command)
        environment = {k: os.environ[k] for k in KEPT_VARIABLES if k in os.environ}
        environment |= {"HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        environment["PYTHONPATH"] = str(REPOSITORY)
        if self.server.authority is not None:
            environment |= self.server.authority.trust()
        done = subprocess.run(
            command,
            input=json.dumps({"phase": phase, "home": str(self.home), **work}),
            capture_output=True,
            text=True,
            timeout=DRIVER_TIMEOUT_S,
            cwd=self.home,
            env=environment | dict(self.variables or {}),
            check=False,
        )
        lines = done.stdout.strip().splitlines()
        printed = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"{self.script} {phase} failed:\n{printed}"
        assert lines, f"{self.script} {phase} printed no report:\n{printed}"
        return Steps(json.loads(lines[-1])["steps"])
