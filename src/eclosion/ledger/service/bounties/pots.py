"""What all use cases of bounties share: the pot, chains of transfers, and stakes."""

from __future__ import annotations

from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BountyNotFound, MandateRefused, TransferRefused
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.bounties import Bounty
from eclosion.ledger.model.shapes import NS_PER_MS, WHOLE, PendingState, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.model.terms import Spending
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id
from eclosion.ledger.service import control
from eclosion.ledger.service.looking import find_pending
from eclosion.ledger.service.posting import create_transfers
from eclosion.ledger.service.wallets import transfer_id
from eclosion.ledger.store import bounties as store
from eclosion.ledger.store.control import set_spending_state, spending_by_id
from eclosion.store import Unit, emit

CATEGORY = "bounty"
MARGIN_MS = 1_000
"""What expires so soon is not counted on."""


def pot(bounty_id: int) -> int:
    """The account of a bounty's pot."""
    return account_id(Sort.POOL, bounty_id)


def purse(agent_id: int) -> int:
    """The account of an agent's wallet."""
    return account_id(Sort.AGENT, agent_id)


def hold(unit: Unit, bounty_id: int) -> Bounty:
    """A bounty that nobody else changes until this unit of work ends.

    Raises:
        BountyNotFound: there is none.
    """
    found = store.hold_bounty(unit, bounty_id)
    if found is None:
        raise BountyNotFound
    return found


def move_on(ledger: Ledger, unit: Unit, bounty: Bounty, state: int, ends_ms: int) -> Bounty:
    """Write down that a bounty stands otherwise now, and tell of it."""
    moved = bounty._replace(state=int(state), ends_ms=ends_ms)
    store.set_bounty(unit, moved)
    if state != bounty.state:
        emit(unit, ledger.clock.now_ms(), "bounty.moved", bounty.id, state=int(state))
    return moved


def set_aside(
    ledger: Ledger,
    unit: Unit,
    bounty: Bounty,
    agent_id: int,
    amount: int,
    id_: int,
    until_ms: int,
    code: Purpose,
) -> None:
    """Reserve an agent's credits for the pot, within its owner's terms.

    Raises:
        MandateRefused: the terms forbid it, or want an approval, which a pot cannot wait for.
        InsufficientCredits: the wallet has not got so much.
        TransferRefused: the ledger says why.
    """
    wanted = Spending(id_, purse(agent_id), pot(bounty.id), amount, CATEGORY, f"{bounty.id}")
    held = until_ms - ledger.clock.now_ms()
    done = control.spend(ledger, unit, wanted, hold_ms=held, code=code)
    if done.again:
        raise TransferRefused(Status.EXISTS)
    if done.state == "waiting":
        raise MandateRefused("approval")


def is_open(ledger: Ledger, unit: Unit, pending_id: int) -> bool:
    """Whether something that was set aside is still there, and for a while."""
    found = find_pending(unit, pending_id)
    if found is None or found.state != PendingState.OPEN:
        return False
    soon_ns = (ledger.clock.now_ms() + MARGIN_MS) * NS_PER_MS
    return not found.expires_ns or found.expires_ns > soon_ns


def chain(ledger: Ledger, unit: Unit, transfers: list[Transfer]) -> None:
    """Make transfers as one linked chain: all of them or none.

    Raises:
        TransferRefused: the ledger refused one of them; the error has its status.
    """
    if not transfers:
        return
    linked = [t._replace(flags=t.flags | f.LINKED) for t in transfers[:-1]]
    for result in create_transfers(ledger, unit, [*linked, transfers[-1]]):
        if not result.done and result.status is not Status.LINKED_EVENT_FAILED:
            raise TransferRefused(result.status)


def posting(unit: Unit, pending_id: int) -> Transfer:
    """The transfer that puts into the pot, or pays out of it, what was set aside."""
    set_spending_state(unit, pending_id, "spent", "held")
    id_ = transfer_id(pending_id, "post")
    return Transfer(id_, amount=WHOLE, flags=f.POST_PENDING, pending_id=pending_id)


def voiding(pending_id: int) -> Transfer:
    """The transfer that frees what was set aside."""
    return Transfer(transfer_id(pending_id, "void"), flags=f.VOID_PENDING, pending_id=pending_id)


def paying(bounty: Bounty, agent_id: int, amount: int, key: str, code: Purpose) -> Transfer:
    """The transfer from the pot to an agent."""
    id_ = transfer_id(bounty.id, f"{key} {agent_id}")
    return Transfer(id_, pot(bounty.id), purse(agent_id), amount, CREDITS, code)


def free(ledger: Ledger, unit: Unit, pending_ids: list[int]) -> None:
    """Free what is still set aside of these, in one batch; budgets count it no longer."""
    plain = []
    for id_ in pending_ids:
        if not is_open(ledger, unit, id_):
            continue
        spent = spending_by_id(unit, id_)
        if spent is not None and spent.holds:
            control.undo(ledger, unit, id_)
            continue
        set_spending_state(unit, id_, "refused", "held")
        plain.append(voiding(id_))
    if plain:
        create_transfers(ledger, unit, plain)
