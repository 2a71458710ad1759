"""Rows of rings, and of marks for payments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eclosion.ledger.store.rows import blob, number
from eclosion.store import Unit

FLAGGED, ACCEPTED, DISMISSED = 0, 1, 2


class KeptRing(NamedTuple):
    """A row of ``ledger_rings``; ``score`` is in thousandths, ``evidence`` JSON."""

    id: int
    found_ms: int
    seen_ms: int
    members: int
    score: int
    sales: int
    evidence: str
    state: int
    reason: str
    decided_ms: int


class Flow(NamedTuple):
    """What was posted, as detection needs it."""

    at_ns: int
    debit_id: int
    credit_id: int
    amount: int
    code: int


class Mark(NamedTuple):
    """What somebody gave for a payment, and who answered for them then."""

    rater_id: int
    owner_id: int
    strong: int
    rated_id: int
    mark: int
    at_ms: int


def flows_after(unit: Unit, after_ns: int, limit: int) -> list[Flow]:
    """Posted transfers of credits in order of time."""
    rows = unit.rows("ledger.list_flows", after_ns=after_ns, limit=limit)
    return [Flow(at, number(debit), number(credit), *rest) for at, debit, credit, *rest in rows]


def list_rings(unit: Unit, limit: int) -> list[KeptRing]:
    """Rings, those that the last look found first."""
    return list(map(KeptRing._make, unit.rows("ledger.list_rings", limit=limit)))


def ring_by_id(unit: Unit, id_: int) -> KeptRing | None:
    """One ring."""
    row = unit.row("ledger.ring_by_id", id=id_)
    return KeptRing._make(row) if row else None


def rings_of_agent(unit: Unit, agent_id: int) -> list[KeptRing]:
    """The rings that an agent is said to be in."""
    return list(map(KeptRing._make, unit.rows("ledger.rings_of_agent", agent_id=agent_id)))


def members_of(unit: Unit, ring_id: int) -> list[int]:
    """Agents of a ring."""
    return [row[0] for row in unit.rows("ledger.members_of_ring", ring_id=ring_id)]


def put_ring(unit: Unit, ring: KeptRing, members: Iterable[int]) -> None:
    """Write down a ring and who is in it; a decision that was made stays."""
    unit.run("ledger.put_ring", **ring._asdict())
    unit.run("ledger.drop_ring_members", ring_id=ring.id)
    for agent_id in members:
        unit.run("ledger.add_ring_member", agent_id=agent_id, ring_id=ring.id)


def drop_ring(unit: Unit, id_: int) -> None:
    """Forget a ring."""
    unit.run("ledger.drop_ring_members", ring_id=id_)
    unit.run("ledger.drop_ring", id=id_)


def decide_ring(unit: Unit, id_: int, state: int, reason: str, now_ms: int) -> bool:
    """Whether there was such a ring."""
    changed = unit.run("ledger.decide_ring", id=id_, state=state, reason=reason, decided_ms=now_ms)
    return changed == 1


def count_sales(unit: Unit, ring_id: int, since_ms: int) -> int:
    """How many articles a ring's members bought from each other."""
    row = unit.row("ledger.ring_sales", ring_id=ring_id, since_ms=since_ms)
    return int(row[0]) if row else 0


def add_mark(unit: Unit, payment_id: int, mark: Mark) -> bool:
    """Note a mark; whether the payment had none."""
    changed = unit.run(
        "ledger.add_feedback",
        payment_id=blob(payment_id),
        rater_id=mark.rater_id,
        rater_owner_id=mark.owner_id,
        rater_strong=mark.strong,
        rated_id=mark.rated_id,
        mark=mark.mark,
        at_ms=mark.at_ms,
    )
    return changed == 1


def marks_of(unit: Unit, rated_id: int, limit: int) -> list[Mark]:
    """Marks that an agent was given, the latest first."""
    return list(map(Mark._make, unit.rows("ledger.list_feedback", rated_id=rated_id, limit=limit)))


def moved_since(unit: Unit, since_ns: int) -> tuple[int, int]:
    """All that was paid since an instant, of whatever sort, and in how many payments."""
    row = unit.row("ledger.moved_since", since_ns=since_ns)
    return (int(row[0]), row[1]) if row else (0, 0)
