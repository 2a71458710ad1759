"""A bench economy while it grows: accounts and payments are added, and become arrays at the end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eclosion.ledger.rings.flows import Bools, Flows, Holders, Ints

DAYS = 30
DAY_MS = 86_400_000
START_MS = 1_760_000_000_000
SPAN_MS = DAYS * DAY_MS


class Economy(NamedTuple):
    """An economy and its truth.

    Attributes:
        ring: of each transfer, the number of the ring that it was made for, or -1.
        member: of each account, whether it is in a ring.
        families: of each ring, the family.
        members: of each ring, its accounts.
    """

    flows: Flows
    holders: Holders
    ring: Ints
    member: Bools
    families: list[str]
    members: list[list[int]]


class Growing:
    """What was added so far. All chance comes from ``rng``."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.owner: list[int] = []
        self.strong: list[bool] = []
        self.joined: list[int] = []
        self.families: list[str] = []
        self.members: list[list[int]] = []
        self._blocks: list[tuple[Ints, Ints, Ints, Ints, Ints, Ints]] = []
        self._owners = 0

    def own(self) -> int:
        """A new owner."""
        self._owners += 1
        return self._owners

    def join(self, owner: int, joined_ms: int, *, strong: bool) -> int:
        """A new account; below 0 as owner: nobody answers for it."""
        self.owner.append(owner)
        self.strong.append(strong and owner >= 0)
        self.joined.append(int(joined_ms))
        return len(self.owner) - 1

    def pay(
        self,
        payer: object,
        payee: object,
        amount: object,
        at_ms: object,
        *,
        sold: bool,
        ring: int = -1,
    ) -> None:
        """Payments: single values or arrays, which are matched as numpy does. Amounts are made whole and positive."""
        arrays = np.broadcast_arrays(
            np.asarray(payer), np.asarray(payee), np.asarray(amount), np.asarray(at_ms)
        )
        one, other, much, when = (np.atleast_1d(a).ravel() for a in arrays)
        whole = np.maximum(np.round(much), 1).astype(np.int64)
        when = np.clip(when, START_MS, START_MS + 2 * SPAN_MS).astype(np.int64)
        tags = np.full(len(one), sold), np.full(len(one), ring)
        self._blocks.append(
            (
                one.astype(np.int64),
                other.astype(np.int64),
                whole,
                when,
                tags[0].astype(np.int64),
                tags[1],
            )
        )

    def plant(self, family: str, members: list[int]) -> int:
        """A new ring; its number."""
        self.families.append(family)
        self.members.append(members)
        return len(self.families) - 1

    def done(self) -> Economy:
        """Everything in order of time."""
        payer, payee, amount, at_ms, sold, ring = (
            np.concatenate(column) for column in zip(*self._blocks, strict=True)
        )
        order = np.argsort(at_ms, kind="stable")
        order = order[payer[order] != payee[order]]
        flows = Flows(
            payer[order], payee[order], amount[order], at_ms[order], sold[order].astype(np.bool_)
        )
        holders = Holders(np.array(self.owner), np.array(self.strong), np.array(self.joined))
        member = np.zeros(len(self.owner), dtype=np.bool_)
        for members in self.members:
            member[members] = True
        return Economy(flows, holders, ring[order], member, self.families, self.members)
