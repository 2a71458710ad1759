"""Looking for rings in a live ledger: a window of what was posted, a look at it, and what is kept of that.

The window is filled page by page, so that a look reads only what is new; it holds ``DAYS`` days and at most
``TRANSFERS_MOST`` transfers, about 40 bytes each. A ring that is found again, by most of its members, is the same ring:
what an operator decided about it stays. One that nobody decided about and that is not found any more is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid, NotFound
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.shapes import NS_PER_MS
from eclosion.ledger.model.wallets import Purpose, Sort, holder_of
from eclosion.ledger.rings.finding import Evidence, Ring, find_rings
from eclosion.ledger.rings.flows import Flows, Holders
from eclosion.ledger.rings.scoring import weigh
from eclosion.ledger.store import rings as store
from eclosion.ledger.store.rings import ACCEPTED, DISMISSED, FLAGGED, Flow, KeptRing
from eclosion.store import Unit, emit

DAYS = 30
TRANSFERS_MOST = 1_000_000
PAGE = 5_000
FRESH_MOST = 100_000
KEPT_MOST = 500
REASON_CHARS_MAX = 1_000
_LEFT_OUT = {Purpose.ISSUE, Purpose.PLEDGE, Purpose.REFUND}
_HOLDERS = {Sort.AGENT, Sort.OWNER}


class RingNotFound(NotFound):
    """There is no such ring."""

    code = "ring_not_found"


class Behind(NamedTuple):
    """Who answers for an agent: ``owner_id`` is 0 where nobody does."""

    owner_id: int
    strong: bool
    joined_ms: int


class Found(NamedTuple):
    """A ring by its agents."""

    agents: tuple[int, ...]
    score: float
    evidence: Evidence


class Window:
    """What was posted lately, in columns. Not for two threads at once."""

    def __init__(self) -> None:
        self._accounts: list[int] = []
        self._places: dict[int, int] = {}
        self._rows = np.empty((0, 5), dtype=np.int64)
        self._fresh: list[tuple[int, int, int, int, bool]] = []
        self._last_ns = 0

    def read(self, unit: Unit, now_ms: int) -> bool:
        """Take in the next page, and let go of what is too old; whether there may be more."""
        since_ms = now_ms - DAYS * DAY_MS
        page = store.flows_after(unit, max(self._last_ns, since_ms * NS_PER_MS), PAGE)
        if page:
            self._last_ns = page[-1].at_ns
        self._fresh += [
            (
                self._place(one.debit_id),
                self._place(one.credit_id),
                one.amount,
                one.at_ns // NS_PER_MS,
                one.code == Purpose.PURCHASE,
            )
            for one in page
            if _matters(one)
        ]
        more = len(page) == PAGE
        if not more or len(self._fresh) >= FRESH_MOST:
            fresh = np.array(self._fresh, dtype=np.int64).reshape(-1, 5)
            rows = np.concatenate([self._rows, fresh])
            self._rows, self._fresh = rows[rows[:, 3] > since_ms][-TRANSFERS_MOST:], []
        return more

    def agents(self) -> list[int]:
        """All agents that were seen in it."""
        return agents_in(self._accounts)

    def look(self, behind: dict[int, Behind]) -> list[Found]:
        """Rings in it. Takes seconds for a million transfers; run it in a thread."""
        if not len(self._rows):
            return []
        payer, payee, amount, at_ms, sold = self._rows.T
        flows = Flows(payer, payee, amount, at_ms, sold.astype(np.bool_))
        holders = _holders(self._accounts, behind)
        rings = find_rings(holders, weigh(flows, holders))
        found = [_by_agents(ring, self._accounts) for ring in rings]
        return [one for one in found if len(one.agents) > 1]

    def _place(self, account: int) -> int:
        place = self._places.setdefault(account, len(self._accounts))
        if place == len(self._accounts):
            self._accounts.append(account)
        return place


def agents_in(accounts: Sequence[int]) -> list[int]:
    """The agents among accounts."""
    split = map(holder_of, accounts)
    return [holder for sort, _, holder in split if sort == Sort.AGENT]


def keep_rings(
    ledger: Ledger, unit: Unit, found: Sequence[Found], make_id: Callable[[], int]
) -> list[int]:
    """Write down what a look found; the ids of rings that are new."""
    now_ms = ledger.clock.now_ms()
    known = store.list_rings(unit, KEPT_MOST)
    members = {one.id: set(store.members_of(unit, one.id)) for one in known}
    left = {one.id: one for one in known}
    new = []
    for ring in found[:KEPT_MOST]:
        same = next((one for one in left.values() if _alike(members[one.id], ring.agents)), None)
        if same is None:
            new.append(make_id())
        id_, found_ms = (same.id, same.found_ms) if same else (new[-1], now_ms)
        left.pop(id_, None)
        told = msgspec.json.encode(ring.evidence._asdict()).decode()
        row = KeptRing(
            id_,
            found_ms,
            now_ms,
            len(ring.agents),
            round(ring.score * 1_000),
            0,
            told,
            FLAGGED,
            "",
            0,
        )
        store.put_ring(unit, row, ring.agents)
        sales = store.count_sales(unit, id_, ring.evidence.since_ms)
        if sales:
            store.put_ring(unit, row._replace(sales=sales), ring.agents)
        if same is None:
            emit(unit, now_ms, "ring.flagged", id_)
    for one in left.values():
        if one.state == FLAGGED:
            store.drop_ring(unit, one.id)
    return new


def decide_ring(ledger: Ledger, unit: Unit, id_: int, *, accept: bool, reason: str) -> KeptRing:
    """An operator's word on a ring. A dismissed one weighs on nobody.

    Raises:
        Invalid: there is no reason, or it is too long.
        RingNotFound: there is none.
    """
    if not reason.strip() or len(reason) > REASON_CHARS_MAX or not reason.isprintable():
        raise Invalid(
            f"A decision needs a reason of 1 to {REASON_CHARS_MAX:,} characters in one line."
        )
    now_ms = ledger.clock.now_ms()
    if not store.decide_ring(unit, id_, ACCEPTED if accept else DISMISSED, reason.strip(), now_ms):
        raise RingNotFound
    emit(unit, now_ms, "ring.decided", id_)
    found = store.ring_by_id(unit, id_)
    assert found is not None
    return found


def evidence_of(ring: KeptRing) -> Evidence:
    """The figures of a kept ring."""
    return Evidence(**msgspec.json.decode(ring.evidence))


def _matters(one: Flow) -> bool:
    if one.code in _LEFT_OUT or one.amount <= 0:
        return False
    return all(id_ >> 96 in _HOLDERS for id_ in (one.debit_id, one.credit_id))


def _holders(accounts: Sequence[int], behind: dict[int, Behind]) -> Holders:
    owner, strong, joined = [], [], []
    for id_ in accounts:
        sort, _, holder = holder_of(id_)
        known = behind.get(holder) if sort == Sort.AGENT else Behind(holder, True, 0)
        known = known or Behind(0, False, 0)
        owner.append(known.owner_id or -1)
        strong.append(known.strong)
        joined.append(known.joined_ms)
    return Holders(
        np.array(owner, dtype=np.int64),
        np.array(strong, dtype=np.bool_),
        np.array(joined, dtype=np.int64),
    )


def _by_agents(ring: Ring, accounts: Sequence[int]) -> Found:
    agents = agents_in([accounts[place] for place in ring.members])
    return Found(tuple(agents), ring.score, ring.evidence)


def _alike(one: set[int], other: Sequence[int]) -> bool:
    """Whether most members of both are in both."""
    both = len(one & set(other))
    return 2 * both > len(one | set(other))
