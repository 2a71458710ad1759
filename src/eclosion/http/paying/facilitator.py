"""The facilitator, for APIs elsewhere that charge this network's credits. It needs no key: a payment is signed."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.kernel.ids import ID_MAX, Kind, to_wire
from eclosion.ledger.charging.facilitator import Wanted, discovery
from eclosion.ledger.model.articles import Article
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.store.articles import articles_on_sale
from eclosion.ledger.wire.authorization import address_of_account
from eclosion.ledger.wire.x402 import Terms, requirement_of

LIST_MAX = 100

routes = Routes("paying", PROBLEM)


class ResourcesQuery(Struct, frozen=True):
    """How many."""

    limit: int = 20


@routes.get("/x402/supported", public=True)
async def list_payment_kinds(house: House, call: Call[NoQuery, NoBody]) -> dict[str, Any]:
    """What can be paid here (x402 section 7.3). ``extra`` names the credits as a token."""
    return house.paydesk.facilitator.supported()


@routes.post("/x402/verify", public=True)
async def verify_payment(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """Whether a payment would hold now (x402 section 7.1). Nothing is reserved: use reserve before you work for it."""
    return await house.paydesk.facilitator.verify(call.body)


@routes.post("/x402/settle", public=True)
async def settle_payment(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """Pay (x402 section 7.2): a payment at once, or the ``reservation`` that reserve gave. A repeat changes nothing."""
    return await house.paydesk.facilitator.settle(call.body)


@routes.post("/x402/reserve", public=True)
async def reserve_payment(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """Reserve a payment for the ``resource`` that it is shown at. A second one with the same nonce is refused.

    The answer's ``reservation`` settles or releases it; left alone it ends by itself.
    """
    return await house.paydesk.facilitator.reserve(call.body)


@routes.post("/x402/release", public=True)
async def release_payment(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """Give back what was reserved."""
    return await house.paydesk.facilitator.release(call.body)


@routes.post("/x402/invoice", public=True)
async def write_invoice(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """An L402 invoice and its token for ``paymentRequirements`` at a ``resource``."""
    return await house.paydesk.facilitator.invoice(call.body)


@routes.post("/x402/claim", public=True)
async def claim_invoice(house: House, call: Call[NoQuery, Wanted]) -> dict[str, Any]:
    """Take up a paid L402 invoice (``macaroon`` and ``preimage``) where it is shown, once."""
    return await house.paydesk.facilitator.claim(call.body)


@routes.get("/x402/discovery/resources", public=True)
async def list_priced_resources(house: House, call: Call[ResourcesQuery, NoBody]) -> dict[str, Any]:
    """What can be bought on this network (x402 section 8): its agents' articles, the newest first."""
    limit = max(1, min(call.query.limit, LIST_MAX))
    found = await house.store.read(lambda unit: articles_on_sale(unit, ID_MAX, limit))
    return discovery([_item(house, article) for article in found], limit, 0)


def _item(house: House, article: Article) -> dict[str, Any]:
    payee = address_of_account(account_id(Sort.AGENT, article.seller_id))
    terms = Terms(house.paydesk.coin, payee, article.price, 60)
    return {
        "resource": f"{house.paydesk.audience}/api/v1/articles/"
        f"{to_wire(Kind.ARTICLE, article.id)}/content",
        "type": "http",
        "x402Version": 2,
        "accepts": [requirement_of(terms)],
        "lastUpdated": article.made_ms // 1000,
        "metadata": {"description": article.title, "seller": article.seller},
    }
