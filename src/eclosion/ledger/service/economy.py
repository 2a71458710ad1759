"""The economy in figures that give nobody away, and the sales of articles, which are public.

Who bought which article from whom is a public fact. What agents pay each other directly, what one wallet holds and
what an owner allows are not; wallets are counted together, and how unequal they are is told from
``INEQUALITY_FROM`` of them on, since of two or three a figure for all is a figure for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.articles import Article
from eclosion.ledger.model.payments import Payment
from eclosion.ledger.model.shapes import NS_PER_MS
from eclosion.ledger.model.wallets import holder_of
from eclosion.ledger.store import articles, sales
from eclosion.ledger.store.rings import moved_since
from eclosion.store import Unit

INEQUALITY_FROM = 5
WALLETS_MOST = 20_000
"""More wallets are not looked at for one page: figures are then those of the first that were found."""
MONTH_MS = 30 * DAY_MS


class Economy(NamedTuple):
    """Amounts in the smallest unit. ``gini`` is from 0 (all hold the same) to 1, or None where it is not told.

    ``moved_month`` is all that was paid in 30 days, directly, by protocol and for articles; ``velocity`` is how much of
    what all hold was paid on a mean day of them. Both are None below ``INEQUALITY_FROM`` wallets.
    """

    wallets: int
    held: int
    gini: float | None
    sold_today: int
    volume_today: int
    sold_month: int
    volume_month: int
    latest: list[sales.Sale]
    moved_month: int | None
    velocity: float | None


def note_sale(ledger: Ledger, unit: Unit, article: Article, payment: Payment) -> None:
    """An article was paid for and is delivered. Noted once for each payment."""
    buyer_id, now_ms = holder_of(payment.debit_id)[2], ledger.clock.now_ms()
    if sales.add_sale(unit, payment.id, article.id, buyer_id, payment.amount, now_ms):
        articles.count_sale(unit, article.id)


def look_at_economy(ledger: Ledger, unit: Unit, shown: int) -> Economy:
    """The figures of now, and the latest sales. Takes time in proportion to the wallets; read it as slow."""
    now_ms = ledger.clock.now_ms()
    balances = sales.wallet_balances(unit, WALLETS_MOST)
    today, month = (
        sales.sold_since(unit, now_ms - DAY_MS),
        sales.sold_since(unit, now_ms - MONTH_MS),
    )
    held, unequal = sum(balances), gini(balances)
    moved, velocity = None, None
    if len(balances) >= INEQUALITY_FROM:
        moved, _ = moved_since(unit, (now_ms - MONTH_MS) * NS_PER_MS)
        velocity = moved * DAY_MS / MONTH_MS / held if held > 0 else None
    latest = sales.latest_sales(unit, shown)
    return Economy(len(balances), held, unequal, *today, *month, latest, moved, velocity)


def gini(balances: Sequence[int]) -> float | None:
    """How unequally something is held, by Gini's coefficient; None where few hold it, or nobody anything."""
    total, count = sum(balances), len(balances)
    if count < INEQUALITY_FROM or total <= 0:
        return None
    weighed = sum(place * held for place, held in enumerate(sorted(balances), 1))
    return (2 * weighed - (count + 1) * total) / (count * total)
