"""Handing in work, the machine's report, the panel's votes, and disputes."""

from __future__ import annotations

from eclosion.kernel.errors import Invalid
from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BountyNotSo, NotEligible
from eclosion.ledger.model.bounties import (
    HASH_BYTES,
    Bounty,
    PledgeState,
    Roots,
    Seat,
    State,
    Vote,
    Work,
    draw,
)
from eclosion.ledger.model.evidence import read_report, weigh
from eclosion.ledger.model.shapes import Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort
from eclosion.ledger.service.bounties import pots
from eclosion.ledger.service.bounties.ending import advance, consider, current_work, seat_of
from eclosion.ledger.service.bounties.opening import parties
from eclosion.ledger.service.wallets import open_wallet, transfer_id
from eclosion.ledger.store import bounties as store
from eclosion.ledger.store.books import get_head
from eclosion.store import Unit


def submit(
    ledger: Ledger,
    unit: Unit,
    bounty_id: int,
    agent_id: int,
    artefact: bytes,
    salt: int,
    roots: Roots,
) -> Bounty:
    """Hand in work; a panel is drawn.

    The mark is a transfer of nothing with the salt in it: the hash of its segment is the seed of the draw. Whoever
    hands in knows neither the salt nor the instant before, and has one try.

    Args:
        ledger: the ledger.
        unit: a unit of work.
        bounty_id: for which bounty.
        agent_id: who is to be paid.
        artefact: SHA-256 of the work.
        salt: 128 random bits, made by the house.
        roots: who answers for whom.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: it is not funded, other work is being judged, or there are too few reviewers for both panels.
        NotEligible: no strong owner answers for the agent, or that owner has handed in before.
        Invalid: this is no SHA-256.
    """
    if len(artefact) != HASH_BYTES:
        raise Invalid("An artefact is named by its SHA-256: 32 bytes, 64 hex digits.")
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state != State.FUNDED:
        raise BountyNotSo("Work can be handed in while a bounty is funded, one at a time.")
    root = roots(agent_id)
    if not root.strong or not root.owner_id:
        raise NotEligible("Only an agent of a strongly proven owner can hand in work.")
    if any(work.owner_id == root.owner_id for work in store.works_of(unit, bounty_id)):
        raise NotEligible("Your owner's agents have handed in work here already.")
    eligible = _eligible(
        ledger, unit, bounty, roots, parties(unit, bounty, roots) | {root.owner_id}
    )
    if len(eligible) < bounty.panel + bounty.appeal:
        wanted = bounty.panel + bounty.appeal
        raise BountyNotSo(f"There are {len(eligible)} reviewers, and {wanted} are needed.")
    open_wallet(ledger, unit, Sort.AGENT, agent_id)
    attempt = bounty.attempt + 1
    mark = Transfer(
        transfer_id(bounty_id, f"mark {attempt}"),
        pots.purse(agent_id),
        pots.pot(bounty_id),
        0,
        CREDITS,
        Purpose.MARK,
        user_data_128=salt,
        user_data_64=attempt,
    )
    pots.chain(ledger, unit, [mark])
    seed, now_ms = bytes(get_head(unit).hash), ledger.clock.now_ms()
    work = Work(bounty_id, attempt, agent_id, root.owner_id, artefact, seed, at_ms=now_ms)
    store.add_work(unit, work)
    bounty = bounty._replace(attempt=attempt)
    _seat(unit, bounty, work, eligible, 1, bounty.panel)
    return pots.move_on(ledger, unit, bounty, State.SUBMITTED, now_ms + bounty.review_ms)


def hand_in_report(
    ledger: Ledger, unit: Unit, bounty_id: int, text: str, runner: str, signature: str
) -> Bounty:
    """Put a runner's report on record. The signature counts, not who brings it.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: no work is being judged.
        NotEligible: the bounty does not name this runner.
        Invalid: the signature does not hold, or the report is no evidence for this work; the error says why.
    """
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state not in (State.SUBMITTED, State.DISPUTED):
        raise BountyNotSo("No work is being judged.")
    if runner not in bounty.runners.split(" "):
        raise NotEligible("This bounty does not name that runner.")
    work = current_work(unit, bounty)
    report = read_report(text, runner, signature)
    why = weigh(report, bounty_id, work.artefact, work.at_ms, ledger.clock.now_ms())
    if why:
        raise Invalid(f"This report is no evidence for the work: {why}.")
    if work.report:
        return bounty
    store.set_work(unit, work._replace(report=text, runner=runner, signature=signature))
    return consider(ledger, unit, bounty)


def review(
    ledger: Ledger,
    unit: Unit,
    bounty_id: int,
    agent_id: int,
    artefact: bytes,
    vote: Vote,
    roots: Roots,
) -> Bounty:
    """Vote on the work; once, and on exactly this artefact.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: no work is being judged, or the vote is cast.
        NotEligible: the agent was not drawn, or its owner is another now.
        Invalid: it is about another artefact, or no vote.
    """
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state not in (State.SUBMITTED, State.DISPUTED):
        raise BountyNotSo("No work is being judged.")
    seat = seat_of(unit, bounty, agent_id)
    round_ = 2 if bounty.state == State.DISPUTED else 1
    root = roots(agent_id)
    if seat is None or seat.round != round_:
        raise NotEligible("You were not drawn for this panel.")
    if root.owner_id != seat.owner_id or not root.strong:
        raise NotEligible("Another owner answers for you than when you were drawn.")
    if artefact != current_work(unit, bounty).artefact:
        raise Invalid("The work that is judged has another SHA-256.")
    if vote == Vote.NONE:
        raise Invalid("A vote is for or against.")
    if not store.set_vote(unit, seat, vote, ledger.clock.now_ms()):
        raise BountyNotSo("You have voted on this work.")
    return consider(ledger, unit, bounty)


def dispute(
    ledger: Ledger, unit: Unit, bounty_id: int, agent_id: int, id_: int, roots: Roots
) -> Bounty:
    """Have a larger panel of others look again, for a stake.

    Raises:
        BountyNotFound: there is none.
        BountyNotSo: there is no decision that could be disputed, or none any longer.
        NotEligible: the agent is neither a pledger nor a reviewer who was outvoted.
        MandateRefused: the owner's terms forbid the stake.
        InsufficientCredits: the wallet has not got so much.
    """
    bounty = advance(ledger, unit, pots.hold(unit, bounty_id))
    if bounty.state not in (State.ACCEPTED, State.DECLINED):
        raise BountyNotSo("There is no decision that can be disputed now.")
    work = current_work(unit, bounty)
    if work.dispute_id:
        raise BountyNotSo("This work was disputed before.")
    seat = seat_of(unit, bounty, agent_id)
    against = Vote.AGAINST if bounty.state == State.ACCEPTED else Vote.FOR
    pledged = any(
        one.agent_id == agent_id and one.state == PledgeState.POSTED
        for one in store.pledges_of(unit, bounty_id)
    )
    if not pledged and (seat is None or seat.vote != against):
        raise NotEligible("Only a pledger or an outvoted reviewer can dispute this.")
    now_ms = ledger.clock.now_ms()
    until_ms = now_ms + bounty.review_ms + bounty.window_ms + 2 * pots.MARGIN_MS
    pots.set_aside(ledger, unit, bounty, agent_id, bounty.stake, id_, until_ms, Purpose.STAKE)
    work = work._replace(disputer_id=agent_id, dispute_id=id_)
    store.set_work(unit, work)
    seated = store.seats_of(unit, bounty_id, bounty.attempt)
    barred = parties(unit, bounty, roots) | {work.owner_id} | {one.owner_id for one in seated}
    eligible = _eligible(ledger, unit, bounty, roots, barred)
    _seat(unit, bounty, work, eligible, 2, bounty.appeal)
    return pots.move_on(ledger, unit, bounty, State.DISPUTED, now_ms + bounty.review_ms)


def _eligible(
    ledger: Ledger, unit: Unit, bounty: Bounty, roots: Roots, barred: set[int]
) -> dict[int, int]:
    """Who could be drawn now: owner to its agent. One of each owner, whatever changed since it offered."""
    found: dict[int, int] = {}
    for one in store.volunteers_of(unit, bounty.id):
        root = roots(one.agent_id)
        known = root.owner_id in barred or root.owner_id in found
        if root.strong and root.owner_id and not known and pots.is_open(ledger, unit, one.stake_id):
            found[root.owner_id] = one.agent_id
    return found


def _seat(
    unit: Unit, bounty: Bounty, work: Work, eligible: dict[int, int], round_: int, seats: int
) -> None:
    for owner_id in draw(work.seed, round_, eligible, seats):
        agent_id = eligible[owner_id]
        store.add_seat(unit, Seat(bounty.id, work.attempt, agent_id, owner_id, round_))
