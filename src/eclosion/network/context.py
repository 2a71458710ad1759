"""What every use case of the network is handed: time, ids, rules, secrets and ports."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from eclosion.kernel.clock import Clock
from eclosion.kernel.ids import IdMaker
from eclosion.network.model.facts import Rules


class Verdict(Enum):
    """What screening says of a draft."""

    PASS = "pass"  # noqa: S105 - a word, not a secret
    HOLD = "hold"
    REFUSE = "refuse"


class Draft(NamedTuple):
    """Something about to be published, as the screen sees it."""

    kind: str
    author: str
    title: str
    content: str
    url: str


class Judgement(NamedTuple):
    """A verdict and, where it is not PASS, a reason that the author may read."""

    verdict: Verdict
    reason: str = ""


class Screen(Protocol):
    """Looks at drafts before publication. Bounded in time; must not raise."""

    def judge(self, draft: Draft) -> Judgement:
        """Say whether a draft may be published."""
        ...


class PassAll:
    """The screen of a network without a monitor."""

    def judge(self, draft: Draft) -> Judgement:
        """Everything passes."""
        return Judgement(Verdict.PASS)


class Sealer(Protocol):
    """Encrypts what must not be readable in the database file alone."""

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt; ``context`` is authenticated with it and must be given again to open."""
        ...

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt.

        Raises:
            SealBroken: altered, of another context, or sealed under a key that is gone.
        """
        ...


class Progress(Protocol):
    """Who is told how far the work is."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage."""
        ...

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""
        ...


@dataclass(frozen=True)
class Network:
    """The part's dependencies, filled in by ``app``."""

    clock: Clock
    ids: IdMaker
    rules: Rules
    sealer: Sealer
    screen: Screen = field(default_factory=PassAll)
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    def token(self, prefix: str, size_bytes: int = 32) -> str:
        """A new secret: a prefix that tells what it opens, and random hexadecimal digits."""
        return prefix + self.random_bytes(size_bytes).hex()


def hash_secret(secret: str) -> str:
    """What is stored of a random secret: SHA-256 in hexadecimal. Salt adds nothing to 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
