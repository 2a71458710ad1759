"""An agent's wallet on its owner's pages: what it holds, what came and went, terms, and payments that wait."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar.handlers import HTTPRouteHandler
from msgspec.structs import replace

from eclosion.app.house import House
from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import bucket_of
from eclosion.ledger.errors import LedgerOff, SpendingNotFound
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import NS_PER_MS, PendingState, Transfer
from eclosion.ledger.model.terms import Budget, Terms
from eclosion.ledger.model.wallets import Purpose, Sort, account_id, holder_of
from eclosion.ledger.service import control
from eclosion.ledger.service.looking import account_now, find_account, find_pending
from eclosion.ledger.service.wallets import open_wallet
from eclosion.ledger.store.control import mandate_of, spending_by_id, waiting
from eclosion.ledger.store.lists import transfers_of_account
from eclosion.network.service import stewardship
from eclosion.network.service.owners import OwnerActor
from eclosion.store import Unit
from eclosion.web.desk import Desk, Go, Sent, Sheet
from eclosion.web.door import Ask
from eclosion.web.money import read_amount
from eclosion.web.network.economy import coin, name_of
from eclosion.web.network.rings import accusations

LINES = 25
LOOKED_AT = 3 * LINES
WAITING = 50
DONE = {
    "terms": "These terms bind it from now on; its budgets begin anew.",
    "approved": "It is paid.",
    "refused": "It is not paid, and what was set aside is free.",
    "stopped": "It pays nothing more, and what was set aside is free. New terms let it pay again.",
}


class Line(NamedTuple):
    """One transfer of a statement: positive what came, negative what went; ``other`` is an agent's name, if one's."""

    at_ms: int
    amount: int
    other: str
    purpose: str
    state: str


def purse_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Handlers of the page of a wallet and its forms."""
    at = "/owner/agents/{name}/wallet"
    return [
        desk.page(at, wallet, "owner_wallet"),
        desk.form(at + "/terms", set_terms, "owner_terms"),
        desk.form(at + "/revoke", stop, "owner_wallet_revoke"),
        desk.form(at + "/payments/{id}/approve", approve, "owner_approve"),
        desk.form(at + "/payments/{id}/refuse", refuse, "owner_refuse"),
    ]


def wallet(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """Everything about one wallet. One that was never opened is an empty one."""
    _check_open(house)
    agent = stewardship.own_agent(unit, actor, ask.params.get("name", ""))
    id_ = account_id(Sort.AGENT, agent.id)
    opened = find_account(unit, id_) is not None
    mandate = mandate_of(unit, id_)
    values: dict[str, Any] = {
        "agent": agent,
        "coin": coin(house),
        "account": account_now(house.ledger, unit, id_) if opened else None,
        "lines": _statement(unit, id_),
        "accused": accusations(unit, agent.id),
        "waiting": [
            (f"{one.id:x}", one, _holder(unit, one.payee_id)) for one in waiting(unit, id_, WAITING)
        ],
        "mandate": mandate,
        "budgets": _budgets(unit, mandate.terms, control.left(unit, mandate)) if mandate else [],
        "day": _day_budget(mandate.terms) if mandate else None,
        "done": DONE.get(ask.query.get("done", ""), ""),
    }
    return Sheet("owner_wallet.html", values)


def set_terms(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Bind it to what the form says. What only the API can say of the terms before stays as it was."""
    _check_open(house)
    agent = stewardship.own_agent(unit, actor, sent.name)
    account = open_wallet(house.ledger, unit, Sort.AGENT, agent.id).id
    before = mandate_of(unit, account)
    terms = _read_terms(house, sent, before.terms if before else Terms())
    mandate_id = house.network.ids.make(bucket_of(agent.id))
    control.set_terms(house.ledger, unit, account, actor.owner.id, terms, mandate_id)
    return _to(agent.name, "terms")


def stop(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Nothing more is paid from it."""
    agent = stewardship.own_agent(unit, actor, sent.name)
    control.revoke(house.ledger, unit, account_id(Sort.AGENT, agent.id))
    return _to(agent.name, "stopped")


def approve(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Agree to a payment that waits."""
    control.approve(house.ledger, unit, _own_payment(unit, actor, sent))
    return _to(sent.name, "approved")


def refuse(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Do not agree to it."""
    control.refuse(house.ledger, unit, _own_payment(unit, actor, sent))
    return _to(sent.name, "refused")


def _to(name: str, word: str) -> Go:
    return Go(f"/owner/agents/{name}/wallet", word)


def _own_payment(unit: Unit, actor: OwnerActor, sent: Sent) -> int:
    """A payment of an agent of the owner's.

    Raises:
        SpendingNotFound: there is none.
    """
    agent = stewardship.own_agent(unit, actor, sent.name)
    try:
        id_ = int(sent.id, 16)
    except ValueError:
        raise SpendingNotFound from None
    spent = spending_by_id(unit, id_) if 0 < id_ < 1 << 128 else None
    if spent is None or spent.account_id != account_id(Sort.AGENT, agent.id):
        raise SpendingNotFound
    return id_


def _read_terms(house: House, sent: Sent, before: Terms) -> Terms:
    """The terms of a form: a budget for a day, the most in one payment, from where to ask, payments in a day."""
    most, day, ask_above = (
        read_amount(sent.get(field), coin(house)) for field in ("most", "day", "ask")
    )
    number = sent.get("number")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid("The number of payments in a day is a whole number.")
    others = tuple(one for one in before.budgets if not _is_for_a_day(one))
    return replace(
        before,
        amount_max=most,
        budgets=(Budget(day), *others) if day else others,
        approval_above=ask_above,
        payments_most=int(number or "0"),
        payments_span_ms=DAY_MS,
    )


def _day_budget(terms: Terms) -> int:
    return next((one.amount for one in terms.budgets if _is_for_a_day(one)), 0)


def _is_for_a_day(budget: Budget) -> bool:
    return budget.span_ms == DAY_MS and not budget.payee and not budget.category


def _budgets(unit: Unit, terms: Terms, left: list[int]) -> list[tuple[str, int, int]]:
    """What each budget is for, how much it is, and what is left."""
    found = []
    for budget, rest in zip(terms.budgets, left, strict=True):
        span = "ever" if not budget.span_ms else f"in any {budget.span_ms / DAY_MS:g} days"
        words = "in a day" if budget.span_ms == DAY_MS else span
        if budget.category:
            words += f", for {budget.category}"
        if budget.payee:
            words += f", to {_holder(unit, int(budget.payee, 16)) or budget.payee}"
        found.append((words, budget.amount, rest))
    return found


def _statement(unit: Unit, account: int) -> list[Line]:
    """What moved, and what is set aside now, the latest first. What was given back never moved."""
    found = []
    for one in transfers_of_account(unit, account, LOOKED_AT):
        if one.flags & f.VOID_PENDING:
            continue
        if one.flags & f.PENDING:
            pending = find_pending(unit, one.id)
            if pending is None or pending.state != PendingState.OPEN:
                continue
        found.append(one)
    return [_line(unit, account, one) for one in found[:LINES]]


def _line(unit: Unit, account: int, t: Transfer) -> Line:
    went = t.debit_id == account
    state = "set aside" if t.flags & f.PENDING else ""
    known = t.code in Purpose.__members__.values()
    return Line(
        t.at_ns // NS_PER_MS,
        -t.amount if went else t.amount,
        _holder(unit, t.credit_id if went else t.debit_id),
        Purpose(t.code).name.lower() if known else "transfer",
        state,
    )


def _holder(unit: Unit, account: int) -> str:
    """The name of the agent whose wallet it is, or nothing."""
    sort, _, holder = holder_of(account)
    return name_of(unit, holder) if sort == Sort.AGENT else ""


def _check_open(house: House) -> None:
    """Raises LedgerOff where this network keeps no ledger."""
    if not house.settings.ledger.enabled:
        raise LedgerOff
