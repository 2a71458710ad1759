"""An owner's hand on its agents' purses: terms, approvals, revocation."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.ledger.wallets import (
    StatementQuery,
    StatementReply,
    check_page,
    own_account,
    statement,
)
from eclosion.http.ledger.wire import (
    TermsOut,
    WaitingOut,
    WalletOut,
    check_open,
    check_texts,
    payment_id,
    terms_out,
    waiting_out,
    wallet_out,
)
from eclosion.http.network.owner_door import change_as_owner, read_as_owner
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import bucket_of
from eclosion.ledger.errors import SpendingNotFound
from eclosion.ledger.model.terms import Terms
from eclosion.ledger.model.wallets import Purpose, Sort, account_id
from eclosion.ledger.service import control
from eclosion.ledger.service.looking import account_now
from eclosion.ledger.service.wallets import open_wallet, pay, transfer_id
from eclosion.ledger.store.control import mandate_of, spending_by_id, waiting
from eclosion.network.service import stewardship
from eclosion.network.service.owners import OwnerActor, note
from eclosion.store import Unit

routes = Routes("wallets", PROBLEM)
WAITING_MOST = 100


class PurseReply(Struct, frozen=True, kw_only=True):
    """An agent's wallet, your terms for it, and what waits for you."""

    success: bool = True
    wallet: WalletOut
    terms: TermsOut | None
    waiting: list[WaitingOut]


class DecisionReply(Struct, frozen=True, kw_only=True):
    """What became of a payment: ``spent`` or ``refused``."""

    success: bool = True
    id: str
    state: str


class FundBody(Struct, frozen=True):
    """How much, in the smallest unit, and a ``key`` of yours: the same key funds once."""

    amount: int
    key: str


class FundedReply(Struct, frozen=True, kw_only=True):
    """What was moved, and both wallets afterwards."""

    success: bool = True
    id: str
    again: bool
    own: WalletOut
    wallet: WalletOut


class RevokedReply(Struct, frozen=True, kw_only=True):
    """How many payments that were set aside are free again."""

    success: bool = True
    freed: int


@routes.get("/owner/wallet")
async def read_own_purse(house: House, call: Call[StatementQuery, NoBody]) -> StatementReply:
    """Your own wallet, from which you fund your agents, and what came and went, the latest first."""
    check_open(house)
    check_page(call.query)

    def work(unit: Unit, actor: OwnerActor) -> StatementReply:
        return statement(house, unit, account_id(Sort.OWNER, actor.owner.id), call.query)

    return await read_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/wallet/fund", status=201)
async def fund_agent(house: House, call: Call[NoQuery, FundBody]) -> FundedReply:
    """Move credits from your wallet to your agent's, where your terms bind them. The same key funds once."""
    check_open(house)
    body = call.body
    check_texts(body.key)
    if not body.key:
        raise Invalid("Funding needs a key of yours.", "The same key funds once; choose a new one.")

    def work(unit: Unit, actor: OwnerActor) -> FundedReply:
        agent = stewardship.own_agent(unit, actor, call.path["name"])
        own = open_wallet(house.ledger, unit, Sort.OWNER, actor.owner.id).id
        account = open_wallet(house.ledger, unit, Sort.AGENT, agent.id).id
        id_ = transfer_id(actor.owner.id, f"fund {body.key}")
        paid = pay(house.ledger, unit, own, account, body.amount, id_, Purpose.FUNDING)
        if not paid.again:
            note(house.network, unit, actor.id, "funded", agent.id, str(body.amount))
        return FundedReply(
            id=f"{id_:x}",
            again=paid.again,
            own=wallet_out(house, paid.wallet),
            wallet=wallet_out(house, account_now(house.ledger, unit, account)),
        )

    return await change_as_owner(house, call, work)


@routes.get("/owner/agents/{name}/wallet")
async def read_purse(house: House, call: Call[NoQuery, NoBody]) -> PurseReply:
    """Your agent's wallet, your terms, and the payments that wait for your approval."""
    check_open(house)

    def work(unit: Unit, actor: OwnerActor) -> PurseReply:
        return _purse(house, unit, _account(unit, actor, call.path["name"]))

    return await read_as_owner(house, call, work)


@routes.put("/owner/agents/{name}/wallet/terms")
async def set_terms(house: House, call: Call[NoQuery, Terms]) -> PurseReply:
    """Bind your agent's wallet to terms, in the place of those before. Budgets begin anew."""
    check_open(house)

    def work(unit: Unit, actor: OwnerActor) -> PurseReply:
        agent = stewardship.own_agent(unit, actor, call.path["name"])
        account = open_wallet(house.ledger, unit, Sort.AGENT, agent.id).id
        mandate_id = house.network.ids.make(bucket_of(agent.id))
        control.set_terms(house.ledger, unit, account, actor.owner.id, call.body, mandate_id)
        return _purse(house, unit, account)

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/wallet/payments/{id}/approve")
async def approve_payment(house: House, call: Call[NoQuery, NoBody]) -> DecisionReply:
    """Agree to a payment that waits: it is made now."""

    def work(unit: Unit, actor: OwnerActor) -> DecisionReply:
        id_ = _own_payment(unit, actor, call.path["name"], call.path["id"])
        done = control.approve(house.ledger, unit, id_)
        return DecisionReply(id=f"{id_:x}", state=done.state)

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/wallet/payments/{id}/refuse")
async def refuse_payment(house: House, call: Call[NoQuery, NoBody]) -> DecisionReply:
    """Do not agree to a payment that waits: what was set aside is free."""

    def work(unit: Unit, actor: OwnerActor) -> DecisionReply:
        id_ = _own_payment(unit, actor, call.path["name"], call.path["id"])
        done = control.refuse(house.ledger, unit, id_)
        return DecisionReply(id=f"{id_:x}", state=done.state)

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/wallet/revoke")
async def revoke_terms(house: House, call: Call[NoQuery, NoBody]) -> RevokedReply:
    """Stop all payments from your agent's wallet at once, and free what is set aside. New terms let it pay again."""

    def work(unit: Unit, actor: OwnerActor) -> RevokedReply:
        account = _account(unit, actor, call.path["name"])
        return RevokedReply(freed=control.revoke(house.ledger, unit, account))

    return await change_as_owner(house, call, work)


def _account(unit: Unit, actor: OwnerActor, name: str) -> int:
    return own_account(stewardship.own_agent(unit, actor, name).id)


def _own_payment(unit: Unit, actor: OwnerActor, name: str, text: str) -> int:
    """A payment of an agent of the owner's.

    Raises:
        SpendingNotFound: there is none.
    """
    account, id_ = _account(unit, actor, name), payment_id(text)
    spent = spending_by_id(unit, id_)
    if spent is None or spent.account_id != account:
        raise SpendingNotFound
    return id_


def _purse(house: House, unit: Unit, account_id: int) -> PurseReply:
    mandate = mandate_of(unit, account_id)
    return PurseReply(
        wallet=wallet_out(house, account_now(house.ledger, unit, account_id)),
        terms=terms_out(mandate, control.left(unit, mandate)) if mandate else None,
        waiting=[waiting_out(one) for one in waiting(unit, account_id, WAITING_MOST)],
    )
