"""How a bounty goes on: by a decision of its panel, by a dispute's outcome, or because time is over.

The payout is pending without a timeout of its own. With one, a house that slept over the end of the window would give
the credits back to the pot instead of paying; so the bounty's own instant decides, and ``advance`` keeps it.
"""

from __future__ import annotations

from eclosion.ledger.context import Ledger
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.bounties import (
    Bounty,
    PledgeState,
    Seat,
    State,
    Vote,
    Work,
    decided,
    needed,
    shares,
)
from eclosion.ledger.model.shapes import Transfer
from eclosion.ledger.model.wallets import Purpose
from eclosion.ledger.service.bounties import pots
from eclosion.ledger.service.wallets import transfer_id
from eclosion.ledger.store import bounties as store
from eclosion.store import Unit


def current_work(unit: Unit, bounty: Bounty) -> Work:
    """The work that is judged, or was judged last."""
    return store.works_of(unit, bounty.id)[bounty.attempt - 1]


def sweep(ledger: Ledger, unit: Unit) -> bool:
    """Let one bounty go on whose time is over; whether there may be more.

    One in a unit of work: holding two could meet somebody who holds them in the other order.
    """
    due = store.bounty_due(unit, ledger.clock.now_ms())
    if due:
        advance(ledger, unit, pots.hold(unit, due))
    return bool(due)


def advance(ledger: Ledger, unit: Unit, bounty: Bounty) -> Bounty:
    """Let everything happen that time brings; the bounty as it stands now."""
    now_ms = ledger.clock.now_ms()
    while bounty.ends_ms and bounty.ends_ms <= now_ms:
        bounty = _step(ledger, unit, bounty)
    return bounty


def consider(ledger: Ledger, unit: Unit, bounty: Bounty) -> Bounty:
    """See whether the panel has decided, after a vote or a report. For it counts only with evidence on record."""
    work = current_work(unit, bounty)
    round_ = 2 if bounty.state == State.DISPUTED else 1
    panel = [s for s in store.seats_of(unit, bounty.id, bounty.attempt) if s.round == round_]
    enough = needed(bounty, round_, accepted=bool(work.payout_id))
    word = decided((s.vote for s in panel), enough, len(panel))
    if word is None or (word and not work.report):
        return bounty
    if round_ == 2:
        return _close_dispute(ledger, unit, bounty, upheld_for=word)
    return _accept(ledger, unit, bounty, work) if word else _decline(ledger, unit, bounty)


def _step(ledger: Ledger, unit: Unit, bounty: Bounty) -> Bounty:
    """What happens at the end of a state."""
    state = State(bounty.state)
    if state is State.OPEN:
        for pledge in store.pledges_of(unit, bounty.id):
            if pledge.state == PledgeState.OPEN:
                store.set_pledge(unit, pledge, PledgeState.LAPSED)
        return _end(ledger, unit, bounty, State.EXPIRED)
    if state is State.SUBMITTED:
        return _decline(ledger, unit, bounty)
    if state is State.ACCEPTED:
        return _pay(ledger, unit, bounty, [])
    if state is State.DISPUTED:
        return _close_dispute(ledger, unit, bounty, upheld_for=False)
    if state is State.DECLINED:
        return _go_back(ledger, unit, bounty, [])
    return _refund(ledger, unit, bounty, [])


def _accept(ledger: Ledger, unit: Unit, bounty: Bounty, work: Work) -> Bounty:
    id_ = transfer_id(bounty.id, f"payout {work.attempt}")
    payout = pots.paying(bounty, work.agent_id, bounty.target, "payout", Purpose.REWARD)
    pots.chain(ledger, unit, [payout._replace(id=id_, flags=f.PENDING)])
    store.set_work(unit, work._replace(payout_id=id_))
    ends_ms = ledger.clock.now_ms() + bounty.window_ms
    return pots.move_on(ledger, unit, bounty, State.ACCEPTED, ends_ms)


def _decline(ledger: Ledger, unit: Unit, bounty: Bounty) -> Bounty:
    ends_ms = ledger.clock.now_ms() + bounty.window_ms
    return pots.move_on(ledger, unit, bounty, State.DECLINED, ends_ms)


def _close_dispute(ledger: Ledger, unit: Unit, bounty: Bounty, *, upheld_for: bool) -> Bounty:
    """The second panel's word is the last one: whoever was outvoted loses the stake to those who were not."""
    work = current_work(unit, bounty)
    slashing = _slashing(ledger, unit, bounty, work, upheld_for=upheld_for)
    if upheld_for:
        return _pay(ledger, unit, bounty, slashing)
    if work.payout_id:
        return _refund(ledger, unit, bounty, [pots.voiding(work.payout_id), *slashing])
    return _go_back(ledger, unit, bounty, slashing)


def _slashing(
    ledger: Ledger, unit: Unit, bounty: Bounty, work: Work, *, upheld_for: bool
) -> list[Transfer]:
    """Stakes of the outvoted and the silent into the pot, and from there to the others, to the last unit."""
    seats = store.seats_of(unit, bounty.id, bounty.attempt)
    stakes = {v.agent_id: v.stake_id for v in store.volunteers_of(unit, bounty.id)}
    right = Vote.FOR if upheld_for else Vote.AGAINST
    won = [s.agent_id for s in seats if s.vote == right]
    lost = [stakes[s.agent_id] for s in seats if s.vote != right]
    if upheld_for == bool(work.payout_id):
        lost.append(work.dispute_id)
    else:
        won.append(work.disputer_id)
    lost = [id_ for id_ in lost if pots.is_open(ledger, unit, id_)]
    if not lost or not won:
        return []
    won = list(dict.fromkeys(won))
    parts = shares(len(lost) * bounty.stake, [1] * len(won))
    key = f"slash {bounty.attempt}"
    return [pots.posting(unit, id_) for id_ in lost] + [
        pots.paying(bounty, agent_id, part, key, Purpose.STAKE)
        for agent_id, part in zip(won, parts, strict=True)
        if part
    ]


def _pay(ledger: Ledger, unit: Unit, bounty: Bounty, also: list[Transfer]) -> Bounty:
    work = current_work(unit, bounty)
    if not work.payout_id:
        work = work._replace(payout_id=transfer_id(bounty.id, f"payout {work.attempt}"))
        payout = pots.paying(bounty, work.agent_id, bounty.target, "payout", Purpose.REWARD)
        store.set_work(unit, work)
        also = [*also, payout._replace(id=work.payout_id, flags=f.PENDING)]
    pots.chain(ledger, unit, [*also, pots.posting(unit, work.payout_id)])
    _resolve(unit, bounty, PledgeState.SPENT)
    return _end(ledger, unit, bounty, State.PAID)


def _refund(ledger: Ledger, unit: Unit, bounty: Bounty, also: list[Transfer]) -> Bounty:
    """Every pledge back to whom it came from. The pot holds exactly the pledges, so each gets its own."""
    back = [
        pots.paying(bounty, p.agent_id, p.amount, f"refund {p.id:x}", Purpose.REFUND)
        for p in store.pledges_of(unit, bounty.id)
        if p.state == PledgeState.POSTED
    ]
    pots.chain(ledger, unit, [*also, *back])
    _resolve(unit, bounty, PledgeState.RETURNED)
    return _end(ledger, unit, bounty, State.REFUNDED)


def _go_back(ledger: Ledger, unit: Unit, bounty: Bounty, also: list[Transfer]) -> Bounty:
    """After work that was declined: others may hand in until the deadline; afterwards the pledges go back."""
    if ledger.clock.now_ms() >= bounty.deadline_ms:
        return _refund(ledger, unit, bounty, also)
    pots.chain(ledger, unit, also)
    work = current_work(unit, bounty)
    if work.dispute_id:
        pots.free(ledger, unit, [work.dispute_id])
    return pots.move_on(ledger, unit, bounty, State.FUNDED, bounty.deadline_ms)


def _resolve(unit: Unit, bounty: Bounty, state: PledgeState) -> None:
    for pledge in store.pledges_of(unit, bounty.id):
        if pledge.state == PledgeState.POSTED:
            store.set_pledge(unit, pledge, state)


def _end(ledger: Ledger, unit: Unit, bounty: Bounty, state: State) -> Bounty:
    """Free all stakes that are left; nothing comes after this."""
    stakes = [v.stake_id for v in store.volunteers_of(unit, bounty.id)]
    stakes += [w.dispute_id for w in store.works_of(unit, bounty.id) if w.dispute_id]
    pots.free(ledger, unit, stakes)
    return pots.move_on(ledger, unit, bounty, state, 0)


def seat_of(unit: Unit, bounty: Bounty, agent_id: int) -> Seat | None:
    """An agent's seat on one of the panels of the work that is judged."""
    seats = store.seats_of(unit, bounty.id, bounty.attempt) if bounty.attempt else []
    return next((seat for seat in seats if seat.agent_id == agent_id), None)
