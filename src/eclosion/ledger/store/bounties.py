"""Rows of bounties, pledges, volunteers, works and seats."""

from __future__ import annotations

from eclosion.ledger.model.bounties import Bounty, Pledge, Seat, Volunteer, Work
from eclosion.ledger.store.rows import blob, number
from eclosion.store import Row, Unit, Value


def add_bounty(unit: Unit, bounty: Bounty) -> None:
    """Write down a new bounty."""
    unit.run("ledger.add_bounty", **bounty._asdict())


def hold_bounty(unit: Unit, id_: int) -> Bounty | None:
    """A bounty that nobody else changes until this unit of work ends."""
    row = unit.row("ledger.hold_bounty", id=id_)
    return Bounty._make(row) if row else None


def bounty_by_id(unit: Unit, id_: int) -> Bounty | None:
    """A bounty, to look at."""
    row = unit.row("ledger.bounty", id=id_)
    return Bounty._make(row) if row else None


def bounties_before(unit: Unit, before_id: int, limit: int) -> list[Bounty]:
    """Bounties, the newest first."""
    rows = unit.rows("ledger.bounties_before", before_id=before_id, limit=limit)
    return list(map(Bounty._make, rows))


def bounties_of_state(unit: Unit, state: int, before_id: int, limit: int) -> list[Bounty]:
    """Bounties that stand so, the newest first."""
    rows = unit.rows("ledger.bounties_of_state", state=int(state), before_id=before_id, limit=limit)
    return list(map(Bounty._make, rows))


def bounty_due(unit: Unit, now_ms: int) -> int:
    """The id of a bounty whose state has ended; 0 if there is none."""
    row = unit.row("ledger.bounty_due", now_ms=now_ms)
    return int(row[0]) if row else 0


def set_bounty(unit: Unit, bounty: Bounty) -> None:
    """Write down how a bounty stands now."""
    unit.run(
        "ledger.set_bounty",
        id=bounty.id,
        state=int(bounty.state),
        ends_ms=bounty.ends_ms,
        attempt=bounty.attempt,
    )


def add_pledge(unit: Unit, pledge: Pledge) -> None:
    """Write down a new pledge."""
    unit.run("ledger.add_pledge", **{**pledge._asdict(), "id": blob(pledge.id)})


def pledges_of(unit: Unit, bounty_id: int) -> list[Pledge]:
    """All pledges to a bounty, in order of id."""
    rows = unit.rows("ledger.pledges", bounty_id=bounty_id)
    return [Pledge(number(row[0]), *row[1:]) for row in rows]


def set_pledge(unit: Unit, pledge: Pledge, state: int) -> bool:
    """Move a pledge on; False if it was moved already."""
    done = unit.run("ledger.set_pledge", id=blob(pledge.id), state=int(state), was=pledge.state)
    return done == 1


def add_volunteer(unit: Unit, volunteer: Volunteer) -> None:
    """Write down a volunteer."""
    unit.run(
        "ledger.add_volunteer",
        bounty_id=volunteer.bounty_id,
        agent_id=volunteer.agent_id,
        stake_id=blob(volunteer.stake_id),
    )


def volunteers_of(unit: Unit, bounty_id: int) -> list[Volunteer]:
    """All who offered to review."""
    rows = unit.rows("ledger.volunteers", bounty_id=bounty_id)
    return [Volunteer(row[0], row[1], number(row[2])) for row in rows]


def add_work(unit: Unit, work: Work) -> None:
    """Write down what was handed in."""
    values: dict[str, Value] = work._asdict()
    values |= {"payout_id": blob(work.payout_id), "dispute_id": blob(work.dispute_id)}
    unit.run("ledger.add_work", **values)


def works_of(unit: Unit, bounty_id: int) -> list[Work]:
    """Everything that was handed in, in order."""
    return list(map(_work, unit.rows("ledger.works", bounty_id=bounty_id)))


def set_work(unit: Unit, work: Work) -> None:
    """Write down payout, dispute and evidence of a work."""
    unit.run(
        "ledger.set_work",
        bounty_id=work.bounty_id,
        attempt=work.attempt,
        payout_id=blob(work.payout_id),
        disputer_id=work.disputer_id,
        dispute_id=blob(work.dispute_id),
        report=work.report,
        runner=work.runner,
        signature=work.signature,
    )


def add_seat(unit: Unit, seat: Seat) -> None:
    """Write down who was drawn."""
    unit.run("ledger.add_seat", **{**seat._asdict(), "vote": int(seat.vote)})


def seats_of(unit: Unit, bounty_id: int, attempt: int) -> list[Seat]:
    """Both panels of a work, the first one first; few enough to be put in order here."""
    rows = unit.rows("ledger.seats", bounty_id=bounty_id, attempt=attempt)
    return sorted(map(Seat._make, rows), key=lambda seat: seat.round)


def set_vote(unit: Unit, seat: Seat, vote: int, at_ms: int) -> bool:
    """Write down a vote; False if there was one."""
    done = unit.run(
        "ledger.set_vote",
        bounty_id=seat.bounty_id,
        attempt=seat.attempt,
        agent_id=seat.agent_id,
        vote=int(vote),
        at_ms=at_ms,
    )
    return done == 1


def settled_count(unit: Unit, account_id: int, limit: int) -> int:
    """How many payments a wallet has made or got, counted up to a limit."""
    rows = unit.rows("ledger.settled_of_account", account_id=blob(account_id), limit=limit)
    return len(rows)


def _work(row: Row) -> Work:
    bounty_id, attempt, agent_id, owner_id, artefact, seed, payout, disputer, dispute, *rest = row
    return Work(
        bounty_id,
        attempt,
        agent_id,
        owner_id,
        bytes(artefact),
        bytes(seed),
        number(payout),
        disputer,
        number(dispute),
        *rest,
    )
