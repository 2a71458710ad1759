"""What the gate needs of the world, as small protocols: time, randomness, memory of what was spent, language rounds.

The gate asks nothing else of anybody. What fills a port may be ours (``eclosion.gate.stores``) or the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from eclosion.gate.policy import Rounds

Randomness = Callable[[int], bytes]
"""So many unpredictable bytes."""


class Clock(Protocol):
    """Two clocks: one that people share, for what expires; one that only runs forward, for what is measured."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, UTC. May be set by somebody."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds since some instant. Never set by anybody."""
        ...


class MachineClock:
    """The machine's clocks; the wall clock is not followed backwards.

    A wall clock that is set back would make ended tokens good again and forgotten ids spendable again. So within a
    process it stands still until it has caught up.
    """

    def __init__(self, wall_ns: Callable[[], int] = time.time_ns) -> None:
        self._wall_ns = wall_ns
        self._latest_ms = 0

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, never less than before."""
        self._latest_ms = max(self._latest_ms, self._wall_ns() // 1_000_000)
        return self._latest_ms

    def monotonic_ns(self) -> int:
        """The machine's monotonic clock."""
        return time.monotonic_ns()


class Store(Protocol):
    """What several processes must agree on: what was spent, and how much of a quota is taken.

    Everything has an end, after which it may be forgotten. Whatever goes wrong is raised; the gate takes any error
    for "down" and lets nobody in. Names are text of at most 200 characters.
    """

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        """Whether this call, of all calls anywhere, is the first to spend ``name``. Atomic and durable."""
        ...

    def is_spent(self, name: str, now_ms: int) -> bool:
        """Whether ``name`` was spent and has not ended."""
        ...

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        """Take one of ``limit`` under ``name``; False when all are taken. Atomic. A count ends at its first end."""
        ...

    def taken(self, name: str, now_ms: int) -> int:
        """How many are taken under ``name``."""
        ...

    def sweep(self, now_ms: int) -> int:
        """Forget what has ended, and say how many that were."""
        ...


class ReadingVerdict(NamedTuple):
    """How language rounds ended.

    Attributes:
        right, of: answers.
        passed: whether that was enough.
        remarks: further facts for the token, such as the supply's name and whether it is insecure.
    """

    right: int
    of: int
    passed: bool
    remarks: Mapping[str, object] = {}


class ReadingSet(Protocol):
    """The language rounds of one session, a sheet at a time: one item, or a round whole."""

    def ask(self, now_ms: int) -> bytes:
        """The next sheet as JSON without answers, marked as data and not instructions.

        Raises:
            Unavailable: there are no texts left that nobody was shown before.
        """
        ...

    def answer(self, answers: Sequence[int] | None, now_ms: int) -> None:
        """The open sheet's answers, or None when its time is over."""
        ...

    def verdict(self) -> ReadingVerdict | None:
        """How it ended, as soon as that is certain."""
        ...


def stage_name(insecure: object, rounds: Rounds) -> str:
    """What passing language rounds is called, so that nobody reads more into it than was shown.

    On public texts a script could have looked the answers up; whole rounds leave a person the time to paste them
    into a chat.
    """
    if insecure:
        return "language-insecure"
    return "language" if rounds.are_single else "language-whole"


class ReadingRoom(Protocol):
    """Where language rounds come from."""

    @property
    def insecure(self) -> bool:
        """Whether the texts are known to others. Then the stage has another name, so that none is misled."""
        ...

    def check(self) -> None:
        """Raise an error of the tree that says why, if no rounds may be made: empty, public, or too easy."""
        ...

    def open(self, rounds: Rounds, owner: str | None) -> ReadingSet:
        """Rounds for one session, from texts that are not the owner's own."""
        ...
