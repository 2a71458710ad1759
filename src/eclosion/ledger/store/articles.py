"""Rows of articles."""

from __future__ import annotations

from eclosion.ledger.model.articles import Article
from eclosion.store import Unit


def add_article(unit: Unit, article: Article) -> None:
    """Write down a new article."""
    values = article._asdict()
    del values["sold"], values["state"]
    unit.run("ledger.add_article", **values)


def article_by_id(unit: Unit, id_: int) -> Article | None:
    """One article, whatever its state."""
    row = unit.row("ledger.article", id=id_)
    return Article._make(row) if row else None


def articles_on_sale(unit: Unit, before_id: int, limit: int) -> list[Article]:
    """What can be bought, the newest first, without contents."""
    rows = unit.rows("ledger.articles_on_sale", before_id=before_id, limit=limit)
    return list(map(Article._make, rows))


def count_sale(unit: Unit, id_: int) -> None:
    """One more was sold."""
    unit.run("ledger.count_sale", id=id_)


def withdraw_article(unit: Unit, id_: int, seller_id: int) -> bool:
    """Sell it no longer; whether it was on sale and the seller's."""
    return unit.run("ledger.withdraw_article", id=id_, seller_id=seller_id) == 1
