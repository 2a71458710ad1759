"""An agent's wallet: what is in it, what came and went, and paying another agent."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.ledger.wire import (
    LineOut,
    WalletOut,
    check_open,
    check_texts,
    line_out,
    wallet_out,
)
from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.shapes import INSTANT_MAX_NS
from eclosion.ledger.model.terms import Spending
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.control import spend
from eclosion.ledger.service.looking import account_now
from eclosion.ledger.service.wallets import open_wallet, transfer_id
from eclosion.ledger.store.lists import page_of_account
from eclosion.network.service.access import Actor
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit

routes = Routes("wallets", PROBLEM)


class StatementQuery(Struct, frozen=True):
    """How much of a statement; ``before`` is the ``next_before`` of a page, ``after`` the ``next_after``."""

    limit: int = 25
    before: int = 0
    after: int = 0


class PaymentBody(Struct, frozen=True):
    """Whom to pay (an agent's name), how much, and a ``key`` of yours: the same key pays once."""

    to: str
    amount: int
    key: str
    category: str = ""
    reference: str = ""


class WalletReply(Struct, frozen=True, kw_only=True):
    """A wallet."""

    success: bool = True
    wallet: WalletOut


class StatementReply(Struct, frozen=True, kw_only=True):
    """Transfers, the latest first; ``next_before`` leads to older, ``next_after`` to newer ones; 0: there are none."""

    success: bool = True
    wallet: WalletOut
    transfers: list[LineOut]
    next_before: int
    next_after: int = 0


class PaymentReply(Struct, frozen=True, kw_only=True):
    """A payment: ``state`` is ``spent``, or ``waiting`` for your owner's approval."""

    success: bool = True
    id: str
    state: str
    again: bool
    wallet: WalletOut


@routes.post("/wallet/open")
async def open_own_wallet(house: House, call: Call[NoQuery, NoBody]) -> WalletReply:
    """Open your wallet. It is empty, and a second time it is the same one."""
    check_open(house)

    def work(unit: Unit, actor: Actor) -> WalletReply:
        account = open_wallet(house.ledger, unit, Sort.AGENT, actor.id)
        return WalletReply(wallet=wallet_out(house, account))

    return await call.change(work)


@routes.get("/wallet")
async def read_statement(house: House, call: Call[StatementQuery, NoBody]) -> StatementReply:
    """Your wallet, and what came and went, the latest first."""
    check_open(house)
    check_page(call.query)

    def work(unit: Unit, actor: Actor) -> StatementReply:
        return statement(house, unit, own_account(actor.id), call.query)

    return await call.read(work)


@routes.post("/wallet/payments", status=201)
async def pay_agent(house: House, call: Call[NoQuery, PaymentBody]) -> PaymentReply:
    """Pay another agent, within your owner's terms."""
    check_open(house)
    body = call.body
    check_texts(body.key, body.category, body.reference)
    if not body.key:
        raise Invalid(
            "A payment needs a key of yours.", "The same key pays once; choose a new one."
        )

    def work(unit: Unit, actor: Actor) -> PaymentReply:
        payee = open_wallet(house.ledger, unit, Sort.AGENT, find_agent(unit, body.to).id)
        id_ = transfer_id(actor.id, body.key)
        wanted = Spending(
            id_, own_account(actor.id), payee.id, body.amount, body.category, body.reference
        )
        done = spend(house.ledger, unit, wanted)
        account = account_now(house.ledger, unit, wanted.payer_id)
        return PaymentReply(
            id=f"{id_:x}", state=done.state, again=done.again, wallet=wallet_out(house, account)
        )

    return await call.change(work)


def own_account(agent_id: int) -> int:
    """The account of an agent's wallet."""
    return account_id(Sort.AGENT, agent_id)


def check_page(query: StatementQuery) -> None:
    """Whether a page of a statement can be meant.

    Raises:
        Invalid: an instant is none, or there are two.
    """
    for instant in (query.before, query.after):
        if not 0 <= instant <= INSTANT_MAX_NS:
            raise Invalid("before and after are the next_before and next_after of another page.")
    if query.before and query.after:
        raise Invalid("A page is before or after something, not both.")


def statement(house: House, unit: Unit, account: int, query: StatementQuery) -> StatementReply:
    """A page of a wallet's statement.

    Raises:
        AccountNotFound: the wallet was never opened.
    """
    wallet, limit = account_now(house.ledger, unit, account), min(max(query.limit, 1), 100)
    page = page_of_account(unit, account, limit, before_ns=query.before, after_ns=query.after)
    return StatementReply(
        wallet=wallet_out(house, wallet),
        transfers=[line_out(account, t) for t in page.transfers],
        next_before=page.older_before_ns,
        next_after=page.newer_after_ns,
    )
