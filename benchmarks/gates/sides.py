"""What the battery asks of a gate, whoever made it.

An approach is everything that a client does but the last request, the one that wins a token. The battery sends that
request once, or sixty-four times at once, or late: so the same attack means the same for every side.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from benchmarks.gates.wire import Who, ask

GUARDED = "/api/guarded"
"""What every side guards."""


class Token(NamedTuple):
    """What was won.

    Args:
        text: what goes over the wire, and what a thief would see.
        expires_s: from now on; None if it never ends.
        own: what only the one who won it has.
    """

    text: str
    expires_s: float | None
    own: Any = None


Last = Callable[[], Token]


class Side(Protocol):
    """One gate.

    Attributes:
        name: for the table.
        package: the distribution whose version is told; empty if it is given by hand.
        settings: those that its makers recommend, in a line.
        secret: whether it asks the operator for one.
        clock: whether its protocol has a field in which a client says what time it is or how long it took.
        late_s: an answer this late is clearly over the limit.
        limits_hellos: the limit on challenges that it has by default, in words; empty if none.
        guarded: the path of what it guards; empty if it issues no token that would open anything.
    """

    name: str
    package: str
    settings: str
    secret: bool
    clock: bool
    late_s: float
    limits_hellos: str
    guarded: str

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        """Run a server until it is ended. ``raised``: without its limits for a single address, to count many tries.

        Raises:
            Exception: it refuses to start so.
        """

    def hello(self, url: str, who: Who) -> None:
        """Ask for a challenge and leave it.

        Raises:
            Refused: none was given.
        """

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        """Go as far as a fixed script without a language model gets, but the last request.

        Args:
            url: the server's.
            who: the client.
            late_s: wait so long before answering.
            claim: tell the server a clock by which that is in time, or feign one.

        Returns:
            The last request.

        Raises:
            Refused: the gate did not let it come so far.
        """

    def spends(self, url: str, who: Who) -> dict[str, Last]:
        """What may be spent once, by name: the last request of an approach, and whatever else there is."""

    def dress(self, url: str, token: Token) -> dict[str, str]:
        """The headers of a request to what is guarded, by its owner."""

    def steal(self, url: str, token: Token) -> list[dict[str, str]]:
        """The headers that somebody tries who has only the token's text."""

    def elsewhere(self, other: str, token: Token) -> bool:
        """Whether the token's owner gets in with it at another service that trusts the same secret."""

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        """What a client gets to see of a challenge, and its right answers; None if there is nothing to answer."""


class Bearer(ABC):
    """What is the same wherever a token opens for whoever holds it."""

    guarded = GUARDED

    @abstractmethod
    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        """Each side's own."""

    @abstractmethod
    def dress(self, url: str, token: Token) -> dict[str, str]:
        """Each side's own."""

    def spends(self, url: str, who: Who) -> dict[str, Last]:
        return {"answer": self.approach(url, who)}

    def steal(self, url: str, token: Token) -> list[dict[str, str]]:
        return [self.dress(url, token)]

    def elsewhere(self, other: str, token: Token) -> bool:
        return ask("GET", other + self.guarded, Who(), None, self.dress(other, token)).status == 200


def version_of(side: Side) -> str | None:
    """Its version, or None if it is not installed."""
    if not side.package:
        return "this commit"
    try:
        return importlib.metadata.version(side.package)
    except importlib.metadata.PackageNotFoundError:
        return None


def load(module: str) -> Any:
    """A peer's module. They have no types that we could use."""
    return importlib.import_module(module)
