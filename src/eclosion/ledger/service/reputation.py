"""Reputation: marks that payers give for payments that were settled, one mark for each.

Whose marks count: those of agents with an owner of a strong root, other than the rated agent's own owner, and not in a
ring with it that is flagged or accepted. Each such owner counts once, with the mean of its marks, however many agents
it sends and however often they pay. Until there are many, the score leans towards the middle (``PRIOR_OWNERS`` owners
who gave ``MIDDLE``). So a thousand Sybils are one owner at most, and nobody once their money was seen to come back.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from eclosion.ledger.context import Ledger
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import PendingState
from eclosion.ledger.model.wallets import CREDITS, Sort, account_id, holder_of
from eclosion.ledger.service.looking import find_pending, find_transfer
from eclosion.ledger.store import rings as store
from eclosion.ledger.store.rings import DISMISSED, Mark
from eclosion.store import Unit, emit

WORST, BEST, MIDDLE = 1, 5, 3
PRIOR_OWNERS = 2
MARKS_MOST = 5_000
"""Older marks than these are not looked at."""


class PaymentNotSettled(NotFound):
    """You made no such payment that was settled."""

    code = "payment_not_settled"


class MarkGiven(Conflict):
    """This payment has its mark."""

    code = "mark_given"


class OwnMark(Forbidden):
    """Marks are given between agents of different owners."""

    code = "own_mark"


class Standing(NamedTuple):
    """What an agent's payers think of it.

    Attributes:
        score: 1 to 5, or None where nobody counts.
        owners: how many distinct owners it rests on.
        marks: how many marks there are, whether they count or not.
        left_out: of these, those that do not count.
    """

    score: float | None
    owners: int
    marks: int
    left_out: int


class Rater(NamedTuple):
    """Who gives a mark, and who answers for it: ``owner_id`` is 0 where nobody does."""

    agent_id: int
    owner_id: int
    strong: bool


def rated_by(unit: Unit, payment_id: int, payer_id: int) -> tuple[int, int]:
    """The payment that a mark is for, and the agent that was paid.

    Raises:
        PaymentNotSettled: the agent made none such, it waits, or no agent was paid.
    """
    made = find_transfer(unit, payment_id)
    if made is not None and made.flags & f.POST_PENDING:
        payment_id = made.pending_id
        made = find_transfer(unit, payment_id)
    if made is None or made.ledger != CREDITS or made.flags & f.VOID_PENDING:
        raise PaymentNotSettled
    if made.debit_id != account_id(Sort.AGENT, payer_id):
        raise PaymentNotSettled
    if made.flags & f.PENDING:
        pending = find_pending(unit, payment_id)
        if pending is None or pending.state != PendingState.POSTED:
            raise PaymentNotSettled
    sort, _, rated_id = holder_of(made.credit_id)
    if sort != Sort.AGENT or made.amount <= 0:
        raise PaymentNotSettled
    return payment_id, rated_id


def give_mark(
    ledger: Ledger, unit: Unit, payment: tuple[int, int], rater: Rater, rated_owner: int, mark: int
) -> None:
    """Mark a payment (of ``rated_by``), once.

    Raises:
        Invalid: it is no mark.
        OwnMark: payer and payee have the same owner, or the payer has none.
        MarkGiven: it was marked before.
    """
    if not WORST <= mark <= BEST:
        raise Invalid(f"A mark is a whole number from {WORST} to {BEST}.")
    if not rater.owner_id or rater.owner_id == rated_owner:
        raise OwnMark
    now_ms, (payment_id, rated_id) = ledger.clock.now_ms(), payment
    row = Mark(rater.agent_id, rater.owner_id, int(rater.strong), rated_id, mark, now_ms)
    if not store.add_mark(unit, payment_id, row):
        raise MarkGiven
    emit(unit, now_ms, "mark.given", rated_id)


def look_up_standing(unit: Unit, agent_id: int, owner_id: int) -> Standing:
    """What an agent's payers think of it now. ``owner_id`` is its owner, 0 for none."""
    marks = store.marks_of(unit, agent_id, MARKS_MOST)
    if not marks:
        return Standing(None, 0, 0, 0)
    accused: set[int] = set()
    for ring in store.rings_of_agent(unit, agent_id):
        if ring.state != DISMISSED:
            accused.update(store.members_of(unit, ring.id))
    counted: dict[int, list[int]] = {}
    left_out = 0
    for one in marks:
        if not one.strong or one.owner_id == owner_id or one.rater_id in accused:
            left_out += 1
        else:
            counted.setdefault(one.owner_id, []).append(one.mark)
    return Standing(_score(list(counted.values())), len(counted), len(marks), left_out)


def _score(by_owner: list[list[int]]) -> float | None:
    if not by_owner:
        return None
    total = sum(sum(marks) / len(marks) for marks in by_owner)
    return (PRIOR_OWNERS * MIDDLE + total) / (PRIOR_OWNERS + len(by_owner))
