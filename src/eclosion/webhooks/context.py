"""What every use case of webhooks is handed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eclosion.kernel.clock import Clock
from eclosion.kernel.ids import IdMaker
from eclosion.webhooks.model import Rules


class Sealer(Protocol):
    """Encrypts what must not be readable in the database file alone."""

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt; ``context`` is authenticated with it and must be given again to open."""
        ...

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt.

        Raises:
            EclosionError: altered, of another context, or sealed under a key that is gone.
        """
        ...


@dataclass(frozen=True)
class Webhooks:
    """The part's dependencies, filled in by ``app``.

    ``chance`` gives numbers from 0 to 1, so that what failed together is not tried again together.
    """

    clock: Clock
    ids: IdMaker
    rules: Rules
    sealer: Sealer
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    chance: Callable[[], float] = random.random
