"""Invariant 10: a pot holds what its bounty's state says, and nothing left it without a quorum and evidence.

A check for ``verifying.verify``, from the tables alone: it counts votes and reads reports again.
"""

from __future__ import annotations

from collections.abc import Iterator

from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.audit import Breach
from eclosion.ledger.model.bounties import (
    ENDED,
    Bounty,
    Pledge,
    PledgeState,
    State,
    Vote,
    Work,
    needed,
)
from eclosion.ledger.model.evidence import read_report, weigh
from eclosion.ledger.model.shapes import PendingState
from eclosion.ledger.service.bounties.pots import pot
from eclosion.ledger.service.looking import find_account, find_pending
from eclosion.ledger.store import bounties as store
from eclosion.store import Unit

PAGE = 500
_BOUNTY = 10
_AT_EASE = frozenset({PendingState.OPEN, PendingState.VOIDED, PendingState.EXPIRED})
_PLEDGE_STANDS = {
    PledgeState.OPEN: _AT_EASE,
    PledgeState.POSTED: {PendingState.POSTED},
    PledgeState.WITHDRAWN: {PendingState.VOIDED},
    PledgeState.LAPSED: _AT_EASE,
    PledgeState.SPENT: {PendingState.POSTED},
    PledgeState.RETURNED: {PendingState.POSTED},
}
"""How a pledge's transfer may stand. A revocation voids it, and time expires it, behind the bounty's back."""


def check_bounties(unit: Unit) -> Iterator[Breach]:
    """Every bounty that does not stand as the ledger says."""
    before = (1 << 63) - 1
    while found := store.bounties_before(unit, before, PAGE):
        for bounty in found:
            for wrong in _wrong(unit, bounty):
                yield Breach(_BOUNTY, f"bounty {bounty.id}", wrong)
        before = found[-1].id


def _wrong(unit: Unit, bounty: Bounty) -> Iterator[str]:
    state, account = State(bounty.state), find_account(unit, pot(bounty.id))
    pledges, works = store.pledges_of(unit, bounty.id), store.works_of(unit, bounty.id)
    full = state not in ENDED and state is not State.OPEN
    if account is None:
        yield "it has no pot"
        return
    held = account.credits_posted - account.debits_posted
    if held != (bounty.target if full else 0):
        yield f"it is {state.name.lower()}, and its pot holds {held}"
    paying = sum(_is_payout_open(unit, work) for work in works) * bounty.target
    if account.debits_pending != paying:
        yield f"{account.debits_pending} is on its way out of the pot, not {paying}"
    yield from _wrong_pledges(unit, bounty, state, pledges)
    if (state is State.ACCEPTED) != bool(paying) and state is not State.DISPUTED:
        yield f"it is {state.name.lower()}, and a payout is {'' if paying else 'not '}pending"
    paid = [work for work in works if _is_paid(unit, work)]
    if len(paid) != (state is State.PAID):
        yield f"it is {state.name.lower()}, and was paid {len(paid)} times"
    for work in works:
        if work.payout_id:
            yield from _wrong_release(unit, bounty, work, final=work in paid)


def _wrong_pledges(
    unit: Unit, bounty: Bounty, state: State, pledges: list[Pledge]
) -> Iterator[str]:
    wanted = {State.PAID: PledgeState.SPENT, State.REFUNDED: PledgeState.RETURNED}
    in_pot = wanted.get(state, PledgeState.POSTED)
    for pledge in pledges:
        pending = find_pending(unit, pledge.id)
        if pending is None or pending.amount != pledge.amount:
            yield f"pledge {pledge.id:#x} was never set aside so"
        elif pending.state not in _PLEDGE_STANDS[PledgeState(pledge.state)]:
            yield f"pledge {pledge.id:#x} is resolved otherwise in the ledger"
    whole = sum(one.amount for one in pledges if one.state == in_pot)
    if state not in (State.OPEN, State.EXPIRED) and whole != bounty.target:
        yield f"its pledges are {whole}, not the target"


def _wrong_release(unit: Unit, bounty: Bounty, work: Work, *, final: bool) -> Iterator[str]:
    """What is missing for a payout, pending or made."""
    seats = store.seats_of(unit, bounty.id, work.attempt)
    first, second = (sum(s.vote == Vote.FOR and s.round == r for s in seats) for r in (1, 2))
    heard = final and bool(work.dispute_id)
    votes = second if heard else first
    enough = needed(bounty, 2 if heard else 1, accepted=first >= bounty.quorum)
    if votes < enough:
        yield f"work {work.attempt} is released by {votes} votes of {enough}"
    if len({s.owner_id for s in seats}) != len(seats):
        yield f"work {work.attempt} was judged by one owner twice"
    try:
        report = read_report(work.report, work.runner, work.signature)
    except Invalid:
        yield f"work {work.attempt} is released without a signed report"
        return
    # When it was handed in cannot be told any longer; that it was not ahead of the clock was checked then.
    why = weigh(report, bounty.id, work.artefact, work.at_ms, report.began_ms)
    if why or work.runner not in bounty.runners.split(" "):
        yield f"work {work.attempt} is released, and its report is no evidence: {why or 'runner'}"


def _is_payout_open(unit: Unit, work: Work) -> bool:
    pending = find_pending(unit, work.payout_id) if work.payout_id else None
    return pending is not None and pending.state == PendingState.OPEN


def _is_paid(unit: Unit, work: Work) -> bool:
    pending = find_pending(unit, work.payout_id) if work.payout_id else None
    return pending is not None and pending.state == PendingState.POSTED
