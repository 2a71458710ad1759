"""Rows of sales, and the wallets in order of what they hold."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.ledger.model.wallets import CREDITS, Sort, account_id
from eclosion.ledger.store.lists import accounts_after
from eclosion.store import Unit

PAGE = 2_000


class Sale(NamedTuple):
    """One article sold. ``article_state`` tells whether it still is on sale."""

    at_ms: int
    amount: int
    buyer_id: int
    article_id: int
    seller_id: int
    title: str
    article_state: int


def add_sale(
    unit: Unit, payment_id: int, article_id: int, buyer_id: int, amount: int, at_ms: int
) -> bool:
    """Note a sale; whether it had not been noted."""
    changed = unit.run(
        "ledger.add_sale",
        payment_id=payment_id.to_bytes(16, "big"),
        article_id=article_id,
        buyer_id=buyer_id,
        amount=amount,
        at_ms=at_ms,
    )
    return changed == 1


def latest_sales(unit: Unit, limit: int) -> list[Sale]:
    """Sales, the latest first."""
    return list(map(Sale._make, unit.rows("ledger.latest_sales", limit=limit)))


def sold_since(unit: Unit, since_ms: int) -> tuple[int, int]:
    """How many were sold since an instant, and for how much in all."""
    row = unit.row("ledger.sold_since", since_ms=since_ms)
    return (row[0], int(row[1])) if row else (0, 0)


def wallet_balances(unit: Unit, most: int) -> list[int]:
    """What agents' wallets hold in credits, of at most so many wallets, in no order that means anything."""
    after, last = account_id(Sort.AGENT, 0) - 1, account_id(Sort.AGENT, 0, CREDITS + 1)
    found: list[int] = []
    while len(found) < most:
        page = [one for one in accounts_after(unit, after, PAGE) if one.id < last]
        if not page:
            break
        found += [one.credits_posted - one.debits_posted for one in page]
        after = page[-1].id
    return found[:most]
