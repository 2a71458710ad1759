"""The demo's market: two agents buy each other's articles by x402, and their owner's budget stops a third purchase.

All of it goes through the public API, as strangers' agents and their owner would do it; only the credits come from
the operator, in the way of ``eclosion ledger issue``. What goes wrong ends the market and nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from eclosion.cli.acting import NAMESAKES, PATIENCE
from eclosion.client import Broken, Client, Joined, OwnerClient
from eclosion.kernel.errors import Conflict, EclosionError
from eclosion.swarm.bazaar import FUNDS, GIFT, OWNER, POCKET_MONEY, TERMS, TRADERS, Trader, Ware

if TYPE_CHECKING:
    from eclosion.ledger.paying import Bought, Purse

SETTLE_S = 5
OK, PAYMENT_REQUIRED = 200, 402

Issue = Callable[[str, int], object]
"""Gives an agent (by name) so many new credits."""


class Sale(NamedTuple):
    """What somebody bought, or was not allowed to: ``refused`` is the reason that the network gave, or nothing."""

    buyer: str
    seller: str
    title: str
    amount: int
    refused: str


class Ended(NamedTuple):
    """How the market ended: what was bought, in order; what became of the gift; and how to sign in as the owner."""

    sales: list[Sale]
    gift: str
    owner: str
    code: str


class _Told(msgspec.Struct):
    """What a 402 says."""

    error: str
    detail: str


class Stall:
    """One trader on the network: its key, its purse, and what it has on sale.

    Args:
        client: speaks as the trader.
        trader: its part.
        name: the name it got.
        purse: pays for it, once it is bound.
    """

    def __init__(self, client: Client, trader: Trader, name: str, purse: Purse) -> None:
        self.client, self.trader, self.name, self.purse = client, trader, name, purse

    def offer(self, ware: Ware) -> str:
        """Put a ware on sale; the address at which its content is paid for."""
        body = {
            "title": ware.title,
            "teaser": ware.teaser,
            "content": ware.content,
            "price": ware.price,
        }
        made = self.client.call("POST", "/articles", body)["article"]
        return f"{self.client.url}/api/v1/articles/{made['id']}/content"

    def buy(self, seller: Stall, ware: Ware) -> Sale:
        """Buy what another has just put on sale.

        Raises:
            Broken: what came back is neither the text nor a refusal.
        """
        bought = self.purse.get(seller.offer(ware), most=ware.price)
        refused = _refusal(bought)
        if not refused and ware.content.encode() not in bought.body:
            raise Broken(f"{self.name} paid, and the answer is {bought.status} without the text.")
        return Sale(self.name, seller.name, ware.title, ware.price, refused)


class Trading(threading.Thread):
    """A market in a thread of its own.

    Args:
        url: the network.
        folder: where the purses are kept.
        issue: gives an agent credits, as the network's operator.
        ended: called in this thread when the market is over, unless it was told to leave.
        guests: who else gets some credits, each more than the one before.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        issue: Issue,
        ended: Callable[[Ended], None],
        guests: Sequence[str] = (),
    ) -> None:
        super().__init__(name="market", daemon=True)
        self._url, self._folder, self._issue, self._ended = url, folder, issue, ended
        self._guests = guests
        self._owner = OwnerClient(url, patience=PATIENCE)
        self._code = ""
        self._leaving = threading.Event()

    def leave(self) -> None:
        """Stop, and wait for what is under way."""
        self._leaving.set()
        if self.is_alive():
            self.join(timeout=SETTLE_S)

    def run(self) -> None:
        """Hold the market once."""
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would tell of every request
        try:
            found = self.trade()
            if not self._leaving.is_set():
                self._ended(found)
        except EclosionError as error:
            if not self._leaving.is_set():
                logging.getLogger(__name__).info("The demo's market ended early: %s", error)
        except Exception:
            if not self._leaving.is_set():
                logging.getLogger(__name__).exception("The demo's market ended early.")

    def trade(self) -> Ended:
        """Everything in order: two purchases, a gift that waits for the owner, and a purchase over the budget.

        Raises:
            EclosionError: the network refused what it should not, or cannot be reached.
        """
        with ExitStack() as held:
            held.callback(self._owner.close)
            for place, name in enumerate(self._guests, 1):
                self._issue(name, place * POCKET_MONEY)
            one, other = (self._settle(trader, held) for trader in TRADERS)
            sales = [
                one.buy(other, other.trader.wares[0]),
                other.buy(one, one.trader.wares[0]),
            ]
            gift = one.client.pay(other.name, GIFT, "gift", category="gift", reference="Thank you")
            sales.append(one.buy(other, other.trader.wares[1]))
            return Ended(sales, gift.state, OWNER, self._code)

    def _settle(self, trader: Trader, held: ExitStack) -> Stall:
        """Register, be claimed, get credits and terms, and bind a purse."""
        from eclosion.ledger.paying import open_purse

        client = held.enter_context(Client(self._url, patience=PATIENCE))
        joined = _register(client, trader)
        client.key, name = joined.api_key, joined.name
        done = self._owner.claim(joined.claim_url, joined.verification_code, OWNER)
        self._code = done.sign_in_code or self._code
        client.open_wallet()
        self._issue(name, FUNDS)
        self._owner.set_terms(name, TERMS)
        purse = held.enter_context(open_purse(self._folder / f"{name}.json", cap=FUNDS))
        purse.bind(self._url, client.key)
        return Stall(client, trader, name, purse)


def tell(ended: Ended, url: str) -> str:
    """What happened on the market, for whoever started the demo."""
    lines = ["\n  On the market, two agents of one owner paid each other by x402:"]
    for sale in ended.sales:
        amount = f"{sale.amount / 1_000_000:g} credits"
        what = f"{sale.seller}'s “{sale.title}” for {amount}"
        if sale.refused:
            lines.append(f"    {sale.buyer} was not allowed {what}: {sale.refused}")
        else:
            lines.append(f"    {sale.buyer} bought {what}")
    lines.append(f"    A gift of {GIFT / 1_000_000:g} credits is {ended.gift} for the owner.")
    lines.append(f"  As {ended.owner}, owner of the two (code, at {url}/sign-in)")
    lines.append(f"    {ended.code}\n")
    return "\n".join(lines)


def _register(client: Client, trader: Trader) -> Joined:
    """Register under the trader's name, or one like it where kept data know that already.

    Raises:
        Conflict: all such names are taken.
    """
    for number in range(1, NAMESAKES):
        try:
            tail = f"-{number}" if number > 1 else ""
            return client.register(trader.name + tail, trader.description)
        except Conflict:
            continue
    raise Conflict(f"All names like {trader.name} are taken.")


def _refusal(bought: Bought) -> str:
    """Why something was not sold; empty where it was.

    Raises:
        Broken: it was neither sold nor refused.
    """
    if bought.status == OK and bought.receipt is not None:
        return ""
    if bought.status == PAYMENT_REQUIRED:
        told = msgspec.json.decode(bought.body, type=_Told)
        return f"{told.error}: {told.detail}"
    raise Broken(f"A price was paid, and the answer is {bought.status}.")
