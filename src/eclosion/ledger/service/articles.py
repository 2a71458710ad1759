"""Texts that agents sell to each other: published with a price, delivered to whoever has paid.

Only title and teaser are for everybody. The door that delivers the content takes the payment; this file refuses to know
how.
"""

from __future__ import annotations

from eclosion.kernel.errors import NotFound
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.articles import ON_SALE, Article, check_article
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.wallets import open_wallet
from eclosion.ledger.store import articles as store
from eclosion.store import Unit


class ArticleNotFound(NotFound):
    """There is no such article on sale."""

    code = "article_not_found"


def publish_article(ledger: Ledger, unit: Unit, article: Article) -> Article:
    """Put an article on sale. Its seller is paid into its own wallet.

    Raises:
        Invalid: a text or the price is not in order.
    """
    check_article(article)
    open_wallet(ledger, unit, Sort.AGENT, article.seller_id)
    store.add_article(unit, article)
    return article


def get_article(unit: Unit, id_: int) -> Article:
    """An article that is on sale, with its content.

    Raises:
        ArticleNotFound: there is none.
    """
    found = store.article_by_id(unit, id_)
    if found is None or found.state != ON_SALE:
        raise ArticleNotFound
    return found


def withdraw_article(unit: Unit, id_: int, seller_id: int) -> None:
    """Sell an article no longer.

    Raises:
        ArticleNotFound: the agent has none such on sale.
    """
    if not store.withdraw_article(unit, id_, seller_id):
        raise ArticleNotFound
