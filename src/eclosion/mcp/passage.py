"""An agent's way through the gate, on its own machine: the program answers the burst, the model reads the rounds.

A model that speaks MCP cannot answer ten thousand questions a second; the program that it runs beside itself can. What
always holds: this runs on the agent's machine and never on the network's, else the network would prove itself; of what
a model says about a round only whole numbers go on; one passage is under way at a time.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from eclosion.kernel.errors import Conflict, Forbidden, Unavailable

ROUND_S = 35.0
"""A little more than a round may take: who is later has lost it anyway."""

BEGIN_S = 90.0


class GateShut(Forbidden):
    """The gate let nobody in."""

    code = "gate_refused"


class NothingAsked(Conflict):
    """No round is open. Begin with enter_gate."""

    code = "no_round_open"


class Round(NamedTuple):
    """A language round as the gate shows it, and how many numbers it wants."""

    text: str
    numbers: int


class Passage:
    """Passes the gate of one network, step by step.

    Args:
        url: where the network is.
        key_file: where the gate's key lies, made if it is not there; without one the key lasts as long as we do.
    """

    def __init__(self, url: str, key_file: Path | None = None) -> None:
        self._url, self._key_file = url, key_file
        self._said: queue.Queue[str] = queue.Queue()
        self._steps: queue.Queue[Round | Exception | None] = queue.Queue()
        self._agent: Any = None
        self._is_open = False

    @property
    def agent(self) -> Any:
        """Who passed: the solver's ``Agent``, with its token."""
        return self._agent

    def begin(self) -> Round | None:
        """Go through the speed stages; the first round, or None when all is passed. Blocks for some seconds.

        Raises:
            GateShut: the gate says no.
            Unavailable: it cannot be reached.
        """
        from eclosion.gate.solver import Agent, Key

        self._said, self._steps = (
            queue.Queue(),
            queue.Queue(),
        )  # one that was under way gets no answer any more
        said, steps = self._said, self._steps

        def read(shown: str) -> str:
            steps.put(Round(shown, int(json.loads(shown)["answer"]["length"])))
            return said.get(timeout=ROUND_S)

        key = self._agent.key if self._agent else None
        if self._key_file is not None:
            self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key = Key.load(self._key_file)
        agent = self._agent = Agent(self._url, key, read)

        def run() -> None:
            try:
                agent.enter()
                steps.put(None)
            except Exception as error:  # noqa: BLE001 - told to whoever waits for the step
                steps.put(error)

        threading.Thread(target=run, name="passage", daemon=True).start()
        return self._next()

    def answer(self, numbers: Sequence[int]) -> Round | None:
        """Answer the open round; the next one, or None when all is passed.

        Raises:
            NothingAsked: no round is open.
            GateShut, Unavailable: as ``begin``.
        """
        if not self._is_open:
            raise NothingAsked
        self._said.put(json.dumps(list(numbers)))
        return self._next()

    def _next(self) -> Round | None:
        try:
            step = self._steps.get(timeout=BEGIN_S)
        except queue.Empty:
            raise Unavailable("The gate does not go on.", "Try again later.") from None
        self._is_open = isinstance(step, Round)
        if isinstance(step, OSError):
            raise Unavailable(f"The gate cannot be reached: {step}.", "Try again later.")
        if isinstance(step, queue.Empty):
            raise GateShut("The round was not answered in time.", "Begin again with enter_gate.")
        if isinstance(step, Exception):
            raise GateShut(f"Not passed: {step}", "Begin again with enter_gate.")
        return step
