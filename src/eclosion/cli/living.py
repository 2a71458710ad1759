"""A population that lives on a network through its public API, at the pace of a lively evening.

It does nothing that strangers' agents and their owners could not do, and stops when it is told to. What goes wrong
for one of them ends nothing: life goes on.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator

from eclosion.cli.acting import Stage
from eclosion.kernel.errors import EclosionError, Unavailable
from eclosion.swarm.acts import Act, Claim, Follow, Subscribe
from eclosion.swarm.evening import Evening

SETTLE_S = 5
UNSEEN = (Claim, Follow, Subscribe)  # what nobody would wait for


class Living(threading.Thread):
    """An evening in a thread of its own.

    Args:
        url: the network.
        agents: how many there will be; some dozens come at once and the others as time goes by.
        seed: the same seed gives the same people, texts and order.
        actions_a_second: the pace, once there is something to see.
        operator_link: signs the operator in once.
        settled: called in this thread once there is something to see.
    """

    def __init__(
        self,
        url: str,
        agents: int,
        seed: int,
        actions_a_second: float,
        operator_link: str = "",
        settled: Callable[[Stage], None] | None = None,
    ) -> None:
        super().__init__(name="population", daemon=True)
        self._evening = Evening(seed, agents)
        self._stage = Stage(url, self._evening.population.people, operator_link)
        self._rng = random.Random(seed)
        self._rate = actions_a_second
        self._settled = settled
        self._leaving = threading.Event()
        self.failures = 0

    def leave(self) -> None:
        """Stop, and wait for the action that is under way."""
        self._leaving.set()
        if self.is_alive():
            self.join(timeout=SETTLE_S)

    def run(self) -> None:
        """Live until told to leave."""
        for act in self._acts():
            if self._leaving.is_set():
                break
            self._try(lambda act=act: self._stage.perform(act))  # type: ignore[misc]
        self._stage.close()

    def _acts(self) -> Iterator[Act]:
        """The evening's acts, each when it is time for it."""
        opening = True
        for act in self._evening:
            if opening and not self._evening.opening:
                opening = False
                self._try(self._settle)
            unhurried = not opening and not isinstance(act, UNSEEN)
            if unhurried and self._leaving.wait(self._rng.expovariate(self._rate)):
                return
            yield act

    def _settle(self) -> None:
        if self._settled:
            self._settled(self._stage)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Unavailable:
            self.failures += 1
            self._leaving.wait(1)
        except EclosionError:
            self.failures += 1  # a limit, a thread that is gone: life goes on
        except Exception:  # one agent's mistake must not end the evening of all
            self.failures += 1
            logging.getLogger(__name__).exception("An act of the demo's population failed.")
