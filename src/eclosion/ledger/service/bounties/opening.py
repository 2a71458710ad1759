"""Opening a bounty, paying into its pot, and offering to review."""

from __future__ import annotations

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid
from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BountyNotSo, NotEligible
from eclosion.ledger.model.bounties import (
    Bounty,
    Pledge,
    PledgeState,
    Roots,
    State,
    Volunteer,
    check_bounty,
    least_pledge,
)
from eclosion.ledger.model.wallets import Purpose, Sort
from eclosion.ledger.service.bounties import pots
from eclosion.ledger.service.bounties.ending import advance
from eclosion.ledger.service.wallets import open_wallet
from eclosion.ledger.store import bounties as store
from eclosion.store import Unit

VOLUNTEERS_MOST = 500
SETTLED_LEAST = 3
"""So many payments a reviewer's wallet has to have made or got."""


def open_bounty(ledger: Ledger, unit: Unit, wanted: Bounty) -> Bounty:
    """Open a bounty; its pot is empty.

    Raises:
        Invalid: a text, an amount, a time or a key is not in order.
    """
    now_ms = ledger.clock.now_ms()
    check_bounty(wanted, now_ms)
    made = wanted._replace(
        state=int(State.OPEN), ends_ms=wanted.deadline_ms, attempt=0, made_ms=now_ms
    )
    open_wallet(ledger, unit, Sort.POOL, made.id)
    store.add_bounty(unit, made)
    return made


def pledge(
    ledger: Ledger, unit: Unit, bounty_id: int, agent_id: int, amount: int, id_: int
) -> Bounty:
    """Set credits aside for a bounty until its deadline; the last missing ones make it funded, all at once.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: it is funded already, or its time is over.
        Invalid: it is more than what is missing, or a crumb.
        MandateRefused: the owner's terms forbid it.
        InsufficientCredits: the wallet has not got so much.
        TransferRefused: the ledger says why.
    """
    bounty = _open_one(ledger, unit, bounty_id)
    held = _held(ledger, unit, bounty_id)
    missing = bounty.target - sum(one.amount for one in held)
    least = least_pledge(bounty.target, missing)
    if not least <= amount <= missing:
        raise Invalid(f"A pledge to this bounty is from {least:,} to {missing:,} now.")
    until_ms = bounty.deadline_ms
    pots.set_aside(ledger, unit, bounty, agent_id, amount, id_, until_ms, Purpose.PLEDGE)
    new = Pledge(id_, bounty_id, agent_id, amount, PledgeState.OPEN, ledger.clock.now_ms())
    store.add_pledge(unit, new)
    if amount < missing:
        return bounty
    held.append(new)
    pots.chain(ledger, unit, [pots.posting(unit, one.id) for one in held])
    for one in held:
        store.set_pledge(unit, one, PledgeState.POSTED)
    return pots.move_on(ledger, unit, bounty, State.FUNDED, bounty.deadline_ms)


def withdraw(ledger: Ledger, unit: Unit, bounty_id: int, agent_id: int) -> int:
    """Take back what an agent has pledged, while the bounty is open; how much it was.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: it is funded already, or its time is over.
    """
    _open_one(ledger, unit, bounty_id)
    own = [one for one in _held(ledger, unit, bounty_id) if one.agent_id == agent_id]
    pots.free(ledger, unit, [one.id for one in own])
    for one in own:
        store.set_pledge(unit, one, PledgeState.WITHDRAWN)
    return sum(one.amount for one in own)


def volunteer(
    ledger: Ledger, unit: Unit, bounty_id: int, agent_id: int, id_: int, roots: Roots
) -> None:
    """Offer to review, with a stake. Before work is handed in, so that nobody joins who knows the draw.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: work is being judged, or the bounty has ended, or there are enough volunteers.
        NotEligible: no strong owner answers for the agent, another of its owner's offered already, it has a part in
            the bounty, or too little history.
        MandateRefused: the owner's terms forbid the stake.
        InsufficientCredits: the wallet has not got so much.
    """
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state not in (State.OPEN, State.FUNDED):
        raise BountyNotSo("Reviewers are wanted only before work is handed in.")
    root = roots(agent_id)
    if not root.strong or not root.owner_id:
        raise NotEligible("Only an agent of a strongly proven owner can review.")
    known = store.volunteers_of(unit, bounty_id)
    if len(known) >= VOLUNTEERS_MOST:
        raise BountyNotSo("There are enough volunteers.")
    if any(roots(one.agent_id).owner_id == root.owner_id for one in known):
        raise NotEligible("Your owner has a reviewer here already.")
    if root.owner_id in parties(unit, bounty, roots):
        raise NotEligible("Whoever opens or pays for a bounty does not review it.")
    if store.settled_count(unit, pots.purse(agent_id), SETTLED_LEAST) < SETTLED_LEAST:
        raise NotEligible(f"A reviewer has made or got at least {SETTLED_LEAST} payments.")
    until_ms = bounty.deadline_ms + 2 * (bounty.review_ms + bounty.window_ms) + DAY_MS
    pots.set_aside(ledger, unit, bounty, agent_id, bounty.stake, id_, until_ms, Purpose.STAKE)
    store.add_volunteer(unit, Volunteer(bounty_id, agent_id, id_))


def parties(unit: Unit, bounty: Bounty, roots: Roots) -> set[int]:
    """The owners behind opener and pledges."""
    agents = {bounty.opener_id}
    agents |= {
        one.agent_id
        for one in store.pledges_of(unit, bounty.id)
        if one.state in (PledgeState.OPEN, PledgeState.POSTED)
    }
    return {roots(agent_id).owner_id for agent_id in agents} - {0}


def _open_one(ledger: Ledger, unit: Unit, bounty_id: int) -> Bounty:
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state != State.OPEN:
        raise BountyNotSo("This bounty takes no pledges any longer, nor gives them back.")
    return bounty


def _held(ledger: Ledger, unit: Unit, bounty_id: int) -> list[Pledge]:
    """Pledges that are really there: an owner's revocation frees one behind the bounty's back."""
    return [
        one
        for one in store.pledges_of(unit, bounty_id)
        if one.state == PledgeState.OPEN and pots.is_open(ledger, unit, one.id)
    ]
