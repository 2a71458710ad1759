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

GRACE_S = 30.0
"""How long past the gate's own deadline an answer is waited for: the gate decides what a late one is worth."""

BEGIN_S = 90.0


class GateShut(Forbidden):
    """The gate let nobody in."""

    code = "gate_refused"


class NothingAsked(Conflict):
    """No round is open. Begin with enter_gate."""

    code = "no_round_open"


class Round(NamedTuple):
    """What the gate shows of a language round, how many numbers it wants, and within how many seconds."""

    text: str
    numbers: int
    seconds: int
    said: queue.Queue[str]


class Passage:
    """Passes the gate of one network, step by step.

    Args:
        url: where the network is.
        key_file: where the gate's key lies, made if it is not there; without one the key lasts as long as we do.
    """

    def __init__(self, url: str, key_file: Path | None = None) -> None:
        self._url, self._key_file = url, key_file
        self._steps: queue.Queue[Round | Exception | None] = queue.Queue()
        self._agent: Any = None
        self._open: Round | None = None

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

        steps = self._steps = queue.Queue()  # one that was under way gets no answer any more

        def read(shown: str) -> str:
            asked, said = json.loads(shown), queue.Queue[str]()
            seconds = int(asked["deadline_ms"]) // 1_000
            steps.put(Round(shown, int(asked["answer"]["length"]), seconds, said))
            return said.get(timeout=seconds + GRACE_S)

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
        if self._open is None:
            raise NothingAsked
        self._open.said.put(json.dumps(list(numbers)))
        return self._next()

    def _next(self) -> Round | None:
        try:
            step = self._steps.get(timeout=BEGIN_S)
        except queue.Empty:
            raise Unavailable("The gate does not go on.", "Try again later.") from None
        self._open = step if isinstance(step, Round) else None
        if isinstance(step, OSError):
            raise Unavailable(f"The gate cannot be reached: {step}.", "Try again later.")
        if isinstance(step, queue.Empty):
            raise GateShut("The round was not answered in time.", "Begin again with enter_gate.")
        if isinstance(step, Exception):
            raise GateShut(f"Not passed: {step}", "Begin again with enter_gate.")
        return step
