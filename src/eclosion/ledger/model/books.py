"""The books that lie open while a batch is worked through.

Everything that the batch may touch has been looked up before; what is not here does not exist. Changes stay here, with
a way back for chains that fail half-way, until the caller writes them down.
"""

from __future__ import annotations

from typing import Any

from eclosion.ledger.model.shapes import Account, Burned, Pending, Transfer


class Books:
    """What is known, by id. Rules read it; only a batch changes it."""

    __slots__ = ("_undo", "accounts", "burned", "pending", "transfers")

    def __init__(
        self,
        accounts: dict[int, Account] | None = None,
        transfers: dict[int, Transfer] | None = None,
        burned: dict[int, Burned] | None = None,
        pending: dict[int, Pending] | None = None,
    ) -> None:
        self.accounts = {} if accounts is None else accounts
        self.transfers = {} if transfers is None else transfers
        self.burned = {} if burned is None else burned
        self.pending = {} if pending is None else pending
        self._undo: list[tuple[dict[int, Any], int, Any]] | None = None

    def begin_chain(self) -> None:
        """From here on, remember what stood where something is changed."""
        self._undo = []

    def keep_chain(self) -> None:
        """What was changed stays."""
        self._undo = None

    def drop_chain(self) -> None:
        """Put everything back to where the chain began."""
        assert self._undo is not None
        for place, key, was in reversed(self._undo):
            if was is None:
                del place[key]
            else:
                place[key] = was
        self._undo = None

    def put(self, place: dict[int, Any], key: int, value: Any) -> None:
        """Write one thing into one of the four books."""
        if self._undo is not None:
            self._undo.append((place, key, place.get(key)))
        place[key] = value
