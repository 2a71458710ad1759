"""Many payments in one call, each with an answer of its own, and looking many up again."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.ledger.wallets import own_account
from eclosion.http.ledger.wire import LineOut, check_open, check_texts, id_of, line_out
from eclosion.kernel.errors import Invalid, TooMany
from eclosion.ledger.errors import BatchTooLarge
from eclosion.ledger.model.shapes import ID_MAX
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.batching import Wanted, pay_many
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.wallets import open_wallet, transfer_id
from eclosion.ledger.store.books import transfers_by_id
from eclosion.network.service.access import Actor
from eclosion.network.store.agents import agent_by_name
from eclosion.store import Unit

routes = Routes("wallets", PROBLEM)


class TransferIn(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One of many. ``key`` is yours and counts once. Either a payment ``to`` an agent or an ``account`` (hex) of
    ``amount``, set aside for ``hold_ms`` where that is not 0; or the end of one that was set aside: ``take`` or
    ``free`` its id. ``linked`` ties it to the next one: both happen or neither.
    """

    key: str
    to: str = ""
    account: str = ""
    amount: int = 0
    hold_ms: int = 0
    take: str = ""
    free: str = ""
    linked: bool = False
    category: str = ""
    reference: str = ""


class BatchBody(Struct, frozen=True):
    """Transfers, worked through in order."""

    transfers: list[TransferIn]


class LookupBody(Struct, frozen=True):
    """Ids of transfers, in hexadecimal digits, as they were told."""

    ids: list[str]


class ToldOut(Struct, frozen=True, omit_defaults=True):
    """What became of one: ``created``, ``exists``, or why not; ``constraint`` names your owner's term."""

    id: str
    status: str
    constraint: str = ""


class BatchReply(Struct, frozen=True, kw_only=True):
    """One result for each transfer, in order; how many are there now; and what can be spent now."""

    success: bool = True
    results: list[ToldOut]
    done: int
    available: int


class FoundReply(Struct, frozen=True, kw_only=True):
    """One entry for each id, in order; null where you have no such transfer."""

    success: bool = True
    transfers: list[LineOut | None]


@routes.post("/wallet/transfers", bulk=True)
async def pay_agents(house: House, call: Call[NoQuery, BatchBody]) -> BatchReply:
    """Make up to 8,190 payments in one call, each within your owner's terms; every one has a status of its own.

    What is refused changes nothing but, perhaps, the fate of its own key. Sending the same call again makes nothing
    twice: what is there says `exists`. Statuses are the ledger's (`exceeds_credits`, `accounts_must_be_different`,
    `credit_account_not_found`, `linked_event_failed`, …) and `mandate_refused`.
    """
    check_open(house)
    asked = call.body.transfers
    settings = house.settings.ledger
    if len(asked) > settings.batch_most:
        raise BatchTooLarge(
            f"A batch has at most {settings.batch_most:,} transfers.", "Send it in parts."
        )
    for one in asked:
        _check(one)
    allowed = house.limiter.spend(
        f"t{call.caller.asker}", settings.transfers_a_minute, max(1, len(asked))
    )
    if allowed.wait_ms:
        raise TooMany(
            f"You may send {settings.transfers_a_minute:,} transfers a minute in batches.",
            "Wait, or send fewer.",
            retry_after_ms=allowed.wait_ms,
        )

    def work(unit: Unit, actor: Actor) -> BatchReply:
        account = own_account(actor.id)
        get_account(unit, account)
        payees = {name: _payee(house, unit, name) for name in {t.to for t in asked if t.to}}
        wanted = [_wanted(actor.id, one, payees) for one in asked]
        told = pay_many(house.ledger, unit, account, wanted)
        return BatchReply(
            results=[
                ToldOut(f"{one.id:x}", answer.status, answer.constraint)
                for one, answer in zip(wanted, told, strict=True)
            ],
            done=sum(answer.done for answer in told),
            available=get_account(unit, account).available,
        )

    return await call.change(work)


@routes.post("/wallet/transfers/lookup", bulk=True)
async def find_transfers(house: House, call: Call[NoQuery, LookupBody]) -> FoundReply:
    """Look up to 8,190 of your transfers up by their ids."""
    check_open(house)
    most = house.settings.ledger.batch_most
    if len(call.body.ids) > most:
        raise BatchTooLarge(f"A look-up has at most {most:,} ids.", "Send it in parts.")
    ids = [id_of(text) for text in call.body.ids]

    def work(unit: Unit, actor: Actor) -> FoundReply:
        account = own_account(actor.id)
        found = {t.id: t for t in transfers_by_id(unit, sorted({id_ for id_ in ids if id_}))}
        own = {
            id_: line_out(account, t)
            for id_, t in found.items()
            if account in (t.debit_id, t.credit_id)
        }
        return FoundReply(transfers=[own.get(id_) for id_ in ids])

    return await call.read(work)


def _check(one: TransferIn) -> None:
    """Whether one of many is one thing, and its texts are short.

    Raises:
        Invalid: it is not.
    """
    check_texts(one.key, one.category, one.reference, one.to)
    if not one.key:
        raise Invalid("Each transfer needs a key of yours.", "The same key pays once.")
    if sum(map(bool, (one.to, one.account, one.take, one.free))) != 1:
        raise Invalid("A transfer has exactly one of to, account, take and free.")


def _payee(house: House, unit: Unit, name: str) -> int:
    """The account of an agent's wallet; 0, which no account has, where there is no such agent."""
    agent = agent_by_name(unit, name.removeprefix("@"))
    if agent is None or agent.erased_ms:
        return 0
    return open_wallet(house.ledger, unit, Sort.AGENT, agent.id).id


def _wanted(agent_id: int, one: TransferIn, payees: dict[str, int]) -> Wanted:
    return Wanted(
        transfer_id(agent_id, one.key),
        payees[one.to] if one.to else id_of(one.account),
        one.amount,
        one.linked,
        one.hold_ms,
        (id_of(one.take or one.free) or ID_MAX) if one.take or one.free else 0,
        bool(one.take),
        one.category,
        one.reference,
    )
