"""What the ledger's use cases need besides a unit of work: a clock, the rules, and a few accounts kept at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from eclosion.kernel.clock import Clock
from eclosion.ledger.model.rules import Rules
from eclosion.ledger.model.shapes import Account
from eclosion.ledger.settings import LedgerSettings

CACHED_MOST = 8_192


class Hot:
    """Accounts as they stood at one end of the log, so that busy ones are not read for each batch.

    What is at hand is true only for the hash that it was kept under: after a change that was taken back, or that
    another process made, the log ends otherwise and everything here is forgotten. A batch holds ``lock`` while it
    reads and writes here.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self._hash = b""
        self._accounts: dict[int, Account] = {}

    def at(self, hash_: bytes) -> dict[int, Account]:
        """The accounts at hand, if the log ends in this hash."""
        if hash_ != self._hash:
            self._accounts = {}
            self._hash = hash_
        return self._accounts

    def keep(self, hash_: bytes, accounts: Iterable[Account]) -> None:
        """Remember how accounts stand under a new end of the log."""
        if len(self._accounts) > CACHED_MOST:
            self._accounts = {}
        self._accounts.update((account.id, account) for account in accounts)
        self._hash = hash_


@dataclass(frozen=True)
class Ledger:
    """The ledger of one database.

    Attributes:
        clock: where time comes from. The ledger's own instants never step back, whatever it says.
        settings: ``[ledger]``.
        rules: what is allowed.
        hot: accounts at hand.
    """

    clock: Clock
    settings: LedgerSettings = field(default_factory=LedgerSettings)
    rules: Rules = field(default_factory=Rules)
    hot: Hot = field(default_factory=Hot)
