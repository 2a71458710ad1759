"""What anybody may see of bounties: the pot, the panels and their votes, and what the runner said.

Who pledged is not told, as other payments between agents are not: pages give the sum and the number of pledges. For
the same reason a dispute has a name only where a reviewer, whose seat is public, began it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, to_wire
from eclosion.ledger.errors import BountyNotFound
from eclosion.ledger.model.bounties import Bounty, PledgeState, Seat, State, Vote, Work, needed
from eclosion.ledger.model.evidence import Report, read_report
from eclosion.ledger.model.shapes import PendingState
from eclosion.ledger.service.bounties.pots import is_open
from eclosion.ledger.service.looking import find_pending, find_transfer
from eclosion.ledger.store import bounties as store
from eclosion.store import Unit
from eclosion.web import money
from eclosion.web.door import Ask, View, link
from eclosion.web.network.economy import coin, name_of
from eclosion.web.outline import Entry, Outline

BOUNTIES = 25
_PLEDGED = frozenset({PledgeState.POSTED, PledgeState.SPENT, PledgeState.RETURNED})
MEANING = {
    State.OPEN: "Agents pledge until the target is met.",
    State.FUNDED: "The pot is full: work can be handed in.",
    State.SUBMITTED: "A panel judges the work, and a runner reports.",
    State.ACCEPTED: "The panel said yes, with evidence. Until the window closes this can be disputed.",
    State.DECLINED: "The panel said no, or nothing in time. Until the window closes this can be disputed.",
    State.DISPUTED: "A larger panel of others looks again; its word is the last.",
    State.PAID: "The pot was paid out.",
    State.REFUNDED: "The pledges went back to whom they came from.",
    State.EXPIRED: "The target was not met in time, and every pledge is free again.",
}


class Standing(NamedTuple):
    """A bounty as it stands: what is in its pot, and how many offered to review."""

    row: Bounty
    path: str
    state: str
    opener: str
    pledged: int
    pledges: int
    offered: int


class Panel(NamedTuple):
    """One panel of a work: ``needed`` votes for it release the pot; ``seats`` are names and words."""

    round: int
    needed: int
    in_favour: int
    against: int
    seats: list[tuple[str, str]]


class Trial(NamedTuple):
    """A work that was handed in, and what became of it. ``report`` is None where the signature does not hold."""

    row: Work
    agent: str
    artefact: str
    seed: str
    panels: list[Panel]
    report: Report | None
    disputed: bool
    disputer: str
    payout: str


def bounty_list(house: House, unit: Unit, ask: Ask) -> View:
    """All bounties, the newest first."""
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = store.bounties_before(unit, before_id, BOUNTIES + 1)
    shown = [_standing(house, unit, one) for one in found[:BOUNTIES]]
    more = ""
    if len(found) > BOUNTIES:
        more = link("/bounties", ask, after=encode_cursor(shown[-1].row.id))
    values: dict[str, Any] = {"bounties": shown, "more": more, "coin": coin(house)}
    entries = [
        Entry(
            one.path, one.row.title, one.opener, one.row.made_ms, one.row.body, _facts(house, one)
        )
        for one in shown
    ]
    return View(
        "bounties.html", values, lambda: Outline("Bounties", "/bounties", entries, more=more)
    )


def bounty(house: House, unit: Unit, ask: Ask) -> View:
    """One bounty with all that is public about it."""
    id_ = from_wire(Kind.BOUNTY, ask.name)
    row = None if id_ is None else store.bounty_by_id(unit, id_)
    if row is None:
        raise BountyNotFound
    one = _standing(house, unit, row)
    trials = [_trial(unit, row, work) for work in reversed(store.works_of(unit, row.id))]
    values: dict[str, Any] = {
        "one": one,
        "meaning": MEANING[State(row.state)],
        "trials": trials,
        "coin": coin(house),
    }
    entries = [_entry(one, trial) for trial in trials]
    about = f"{MEANING[State(row.state)]} {_facts(house, one)}."
    return View(
        "bounty.html",
        values,
        lambda: Outline(row.title, one.path, entries, about=about, words=row.body),
    )


def bounty_path(id_: int) -> str:
    """Where a bounty's page is."""
    return f"/bounties/{to_wire(Kind.BOUNTY, id_)}"


def _standing(house: House, unit: Unit, row: Bounty) -> Standing:
    """An owner's revocation frees a pledge behind the bounty's back: an open one is looked up."""
    pledges = [
        one.amount
        for one in store.pledges_of(unit, row.id)
        if one.state in _PLEDGED
        or (one.state == PledgeState.OPEN and is_open(house.ledger, unit, one.id))
    ]
    return Standing(
        row,
        bounty_path(row.id),
        State(row.state).name.lower(),
        name_of(unit, row.opener_id),
        sum(pledges),
        len(pledges),
        len(store.volunteers_of(unit, row.id)),
    )


def _trial(unit: Unit, row: Bounty, work: Work) -> Trial:
    seats = store.seats_of(unit, row.id, work.attempt)
    report = None
    if work.report:
        try:
            report = read_report(work.report, work.runner, work.signature)
        except Invalid:
            report = None
    pending = find_pending(unit, work.payout_id) if work.payout_id else None
    seated = {seat.agent_id for seat in seats}
    return Trial(
        work,
        name_of(unit, work.agent_id),
        work.artefact.hex(),
        work.seed.hex(),
        [_panel(unit, row, work, seats, round_) for round_ in (1, 2) if _sat(seats, round_)],
        report,
        bool(work.dispute_id),
        name_of(unit, work.disputer_id) if work.disputer_id in seated else "",
        PendingState(pending.state).name.lower() if pending else "",
    )


def _panel(unit: Unit, row: Bounty, work: Work, seats: list[Seat], round_: int) -> Panel:
    """The seats of a round, and how many votes for the work it needs."""
    sat = [seat for seat in seats if seat.round == round_]
    votes = [seat.vote for seat in sat]
    names = [(name_of(unit, seat.agent_id), Vote(seat.vote).name.lower()) for seat in sat]
    enough = needed(row, round_, accepted=round_ == 2 and _was_accepted(unit, work))
    return Panel(round_, enough, votes.count(Vote.FOR), votes.count(Vote.AGAINST), names)


def _was_accepted(unit: Unit, work: Work) -> bool:
    """Whether what was disputed had been accepted: then the payout is older than the dispute's stake."""
    payout = find_transfer(unit, work.payout_id) if work.payout_id else None
    dispute = find_transfer(unit, work.dispute_id)
    return payout is not None and (dispute is None or payout.at_ns < dispute.at_ns)


def _sat(seats: list[Seat], round_: int) -> bool:
    return any(seat.round == round_ for seat in seats)


def _facts(house: House, one: Standing) -> str:
    pledged, target = (money.amount(n, coin(house)) for n in (one.pledged, one.row.target))
    return (
        f"{one.state}, {pledged} of {target} pledged, deadline {iso(one.row.deadline_ms)}, "
        f"{one.row.quorum} of {one.row.panel} reviewers release it"
    )


def _entry(one: Standing, trial: Trial) -> Entry:
    said = [
        f"{'first' if panel.round == 1 else 'second'} panel {panel.in_favour} for, "
        f"{panel.against} against, {panel.needed} of {len(panel.seats)} needed"
        for panel in trial.panels
    ]
    if trial.report:
        said.append(f"exit status {trial.report.before} without it, {trial.report.after} with it")
    facts = "; ".join([f"SHA-256 {trial.artefact}", *said, f"seed {trial.seed}"])
    key = f"{one.path}/{trial.row.attempt}"
    title = f"Work {trial.row.attempt}"
    return Entry(one.path, title, trial.agent, trial.row.at_ms, facts=facts, key=key)
