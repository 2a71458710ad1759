"""Many payments of one holder at once, each within the owner's terms: what ``control.spend`` is for one.

The answer is a status for each, in order, with the ledger's own names; ``mandate_refused`` is added for what the terms
forbid, with the constraint. A chain (``linked``) happens as a whole or not at all, budgets included. What was sent
before and is there says ``exists``, also as a whole chain, so that a call may be repeated.

A payment for which the owner would have to be asked is refused here: nobody waits for one row of thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BatchTooLarge
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.comparing import differs_resolving, differs_transfer
from eclosion.ledger.model.shapes import AMOUNT_MAX, WHOLE, Result, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.model.terms import Hold, Spending, holds, needs_approval, refusal, which
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, holder_of
from eclosion.ledger.service.control import counting
from eclosion.ledger.service.posting import create_transfers
from eclosion.ledger.store import books
from eclosion.ledger.store import control as store
from eclosion.store import Unit

REFUSED = "mandate_refused"
_WALLETS = (Sort.AGENT, Sort.OWNER)


class Wanted(NamedTuple):
    """One of many: a payment, one that is set aside for ``hold_ms``, or the end of one that was (``pending_id``).

    ``take`` says of such an end that it is paid, to at most ``amount`` (0: all of it); else it is freed.
    """

    id: int
    payee_id: int = 0
    amount: int = 0
    linked: bool = False
    hold_ms: int = 0
    pending_id: int = 0
    take: bool = False
    category: str = ""
    reference: str = ""


class Told(NamedTuple):
    """What became of one of many; ``constraint`` is which of the owner's terms forbade it."""

    status: str
    constraint: str = ""

    @property
    def done(self) -> bool:
        """Whether it is there now."""
        return self.status in ("created", "exists")


_FAILED = Told(Status.LINKED_EVENT_FAILED.value)


class _Sent(NamedTuple):
    """Where the transfers of one wanted thing stand among those of the batch: its holds, then itself."""

    at: int
    counted: list[Hold]
    last: int


def pay_many(ledger: Ledger, unit: Unit, payer_id: int, wanted: Sequence[Wanted]) -> list[Told]:
    """Make payments from one wallet; one answer for each, in order.

    Raises:
        BatchTooLarge: there are more than ``batch_most``, or a chain with its budgets is.
    """
    most = ledger.settings.batch_most
    if len(wanted) > most:
        raise BatchTooLarge(f"A batch has at most {most:,} transfers.", "Send it in parts.")
    books.hold_head(unit)  # from here on, nobody else's payments come in between
    work = _Work(ledger, unit, payer_id, wanted)
    told: list[Told] = [_FAILED] * len(wanted)
    for chain in _chains(wanted):
        answers = work.known(chain) or work.forbidden(chain)
        if answers:
            told[chain.start : chain.stop] = answers
        else:
            work.add(chain)
    for at, answer in work.send().items():
        told[at] = answer
    work.note(told)
    return told


class _Work:
    """One batch of one payer in the making."""

    def __init__(self, ledger: Ledger, unit: Unit, payer_id: int, wanted: Sequence[Wanted]) -> None:
        self._ledger, self._unit, self._payer_id, self._wanted = ledger, unit, payer_id, wanted
        self._now_ms = ledger.clock.now_ms()
        self._mandate = store.mandate_of(unit, payer_id)
        ids = {w.id for w in wanted} | {w.pending_id for w in wanted if w.pending_id}
        self._there = {t.id: t for t in books.transfers_by_id(unit, sorted(ids))}
        self._held = {w.pending_id for w in wanted if self._may_end(w)}
        self._batches: list[list[Transfer]] = [[]]
        self._sent: list[dict[int, _Sent]] = [{}]

    def known(self, chain: range) -> list[Told]:
        """The answers for a chain all of which is there already; none for any other."""
        found = []
        for at in chain:
            known, t = self._there.get(self._wanted[at].id), self._transfer(self._wanted[at])
            if known is None:
                return []
            first = self._there.get(t.pending_id)
            if t.flags & f.RESOLVING and first and known.pending_id == t.pending_id:
                status = differs_resolving(t, known, first, self._ledger.rules.limits)
            else:
                status = differs_transfer(t, known)
            found.append(Told(status.value))
        return found

    def forbidden(self, chain: range) -> list[Told]:
        """The answers for a chain in which something is refused before the ledger is asked; none for any other."""
        for at in chain:
            refused = self._refused(self._wanted[at])
            if refused:
                return [refused if n == at else _FAILED for n in chain]
        return []

    def add(self, chain: range) -> None:
        """Put a chain into a batch, each payment after what it counts against."""
        made: list[Transfer] = []
        places: dict[int, _Sent] = {}
        for at in chain:
            one = self._wanted[at]
            counted = self._holds(one)
            mandate_id = self._mandate.id if self._mandate else 0
            first = len(made)
            made += [counting(mandate_id, one.id, hold) for hold in counted]
            made.append(self._transfer(one))
            places[at] = _Sent(first, counted, len(made) - 1)
        most = self._ledger.settings.batch_most
        if len(made) > most:
            raise BatchTooLarge("A chain and the budgets that it counts against are too long.")
        if len(self._batches[-1]) + len(made) > most:
            self._batches.append([])
            self._sent.append({})
        before = len(self._batches[-1])
        self._batches[-1] += made
        for at, place in places.items():
            self._sent[-1][at] = _Sent(place.at + before, place.counted, place.last + before)

    def send(self) -> dict[int, Told]:
        """What the ledger says to all that was added."""
        found: dict[int, Told] = {}
        for transfers, places in zip(self._batches, self._sent, strict=True):
            if transfers:
                results = create_transfers(self._ledger, self._unit, transfers)
                found.update((at, _answer(results, place)) for at, place in places.items())
        return found

    def note(self, told: list[Told]) -> None:
        """Remember what was paid under which terms, and what became of what was set aside."""
        mandate_id = self._mandate.id if self._mandate else 0
        made = []
        for one, answer in zip(self._wanted, told, strict=True):
            if answer.status != "created":
                continue
            if one.pending_id:
                state = "spent" if one.take else "refused"
                store.set_spending_state(self._unit, one.pending_id, state, "held")
            else:
                made.append((self._spending(one), len(self._holds(one)), _state(one)))
        store.add_spendings(self._unit, made, mandate_id, self._now_ms)

    def _refused(self, one: Wanted) -> Told | None:
        """Why something cannot be whatever the books say."""
        if one.pending_id:
            missing = one.pending_id not in self._held
            return Told(Status.PENDING_TRANSFER_NOT_FOUND.value) if missing else None
        if not 0 < one.amount < AMOUNT_MAX:
            return Told(Status.VALUE_OUT_OF_RANGE.value)
        if holder_of(one.payee_id)[0] not in _WALLETS:
            return Told(Status.CREDIT_ACCOUNT_NOT_FOUND.value)
        if self._mandate is None:
            return None
        terms, wanted = self._mandate.terms, self._spending(one)
        constraint = refusal(terms, wanted, self._now_ms)
        if self._mandate.state != "active":
            constraint = "revoked"
        elif not constraint and needs_approval(terms, wanted):
            constraint = "approval"
        return Told(REFUSED, constraint) if constraint else None

    def _may_end(self, one: Wanted) -> bool:
        """Whether the payer may end what was set aside: its own it may pay or free, what it was to get only free."""
        first = self._there.get(one.pending_id)
        if first is None or first.code != Purpose.PAYMENT:
            return False
        spent = store.spending_by_id(self._unit, first.id)
        if spent is None or spent.state == "waiting":  # that is for the owner to decide
            return False
        return first.debit_id == self._payer_id or (
            not one.take and first.credit_id == self._payer_id
        )

    def _holds(self, one: Wanted) -> list[Hold]:
        if self._mandate is None or one.pending_id:
            return []
        return holds(self._mandate.terms, self._spending(one))

    def _spending(self, one: Wanted) -> Spending:
        return Spending(
            one.id, self._payer_id, one.payee_id, one.amount, one.category, one.reference
        )

    def _transfer(self, one: Wanted) -> Transfer:
        linked = f.LINKED if one.linked else 0
        if one.pending_id:
            flags = linked | (f.POST_PENDING if one.take else f.VOID_PENDING)
            amount = (one.amount or WHOLE) if one.take else 0
            return Transfer(one.id, amount=amount, flags=flags, pending_id=one.pending_id)
        return Transfer(
            one.id,
            self._payer_id,
            one.payee_id,
            one.amount,
            CREDITS,
            Purpose.PAYMENT,
            linked | (f.PENDING if one.hold_ms else 0),
            0,
            one.hold_ms,
        )


def _chains(wanted: Sequence[Wanted]) -> Iterator[range]:
    first = 0
    for at, one in enumerate(wanted):
        if not one.linked or at == len(wanted) - 1:
            yield range(first, at + 1)
            first = at + 1


def _answer(results: list[Result], place: _Sent) -> Told:
    for result, hold in zip(results[place.at : place.last], place.counted, strict=True):
        if result.status is Status.EXCEEDS_CREDITS:
            return Told(REFUSED, which(hold.number))
        if not result.done and result.status is not Status.LINKED_EVENT_FAILED:
            return Told(result.status.value)
    return Told(results[place.last].status.value)


def _state(one: Wanted) -> str:
    return "held" if one.hold_ms else "spent"
