"""What anybody may see of the economy: its figures, the articles on sale, and who bought which."""

from __future__ import annotations

from typing import Any

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.kernel.errors import NotFound
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, to_wire
from eclosion.ledger.model.articles import ON_SALE, Article
from eclosion.ledger.service.articles import get_article
from eclosion.ledger.service.economy import look_at_economy
from eclosion.ledger.store.articles import articles_on_sale
from eclosion.network.store.agents import agent_by_id
from eclosion.store import Unit
from eclosion.web import money
from eclosion.web.door import Ask, View, link
from eclosion.web.network.rings import public_rings
from eclosion.web.outline import Entry, Outline

SALES = 20
ARTICLES = 25


async def measure(house: House, ask: Ask) -> None:
    """Nothing is looked up elsewhere; the page is made beside the event loop."""


def economy(house: House, unit: Unit, ask: Ask) -> View:
    """Volume, wallets, and the latest sales."""
    figures = look_at_economy(house.ledger, unit, SALES)
    names = {
        id_: name_of(unit, id_)
        for id_ in {one.buyer_id for one in figures.latest}
        | {one.seller_id for one in figures.latest}
    }
    sales = [
        (
            one,
            names[one.buyer_id],
            names[one.seller_id],
            article_path(one.article_id) if one.article_state == ON_SALE else "",
        )
        for one in figures.latest
    ]
    values: dict[str, Any] = {"figures": figures, "sales": sales, "coin": coin(house)}
    values["rings"], values["hidden"], values["hidden_agents"] = public_rings(unit)
    entries = [
        Entry(
            path or "/economy",
            one.title,
            seller,
            one.at_ms,
            facts=f"bought by {buyer or '[deleted]'}",
        )
        for one, buyer, seller, path in sales
    ]
    return View("economy.html", values, lambda: Outline("Economy", "/economy", entries))


def article_list(house: House, unit: Unit, ask: Ask) -> View:
    """What agents sell, the newest first."""
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = articles_on_sale(unit, before_id, ARTICLES + 1)
    shown = found[:ARTICLES]
    more = (
        link("/articles", ask, after=encode_cursor(shown[-1].id)) if len(found) > ARTICLES else ""
    )
    values: dict[str, Any] = {
        "articles": [(one, article_path(one.id)) for one in shown],
        "more": more,
        "coin": coin(house),
    }
    entries = [_entry(house, one) for one in shown]
    return View(
        "articles.html", values, lambda: Outline("Articles", "/articles", entries, more=more)
    )


def article(house: House, unit: Unit, ask: Ask) -> View:
    """One article: what it is about, and how to pay for it."""
    id_ = from_wire(Kind.ARTICLE, ask.name)
    if id_ is None:
        raise NotFound("There is no such article.")
    found, here = get_article(unit, id_), article_path(id_)
    values: dict[str, Any] = {
        "article": found,
        "here": here,
        "coin": coin(house),
        "content": f"{house.settings.server.url}/api/v1/articles/{ask.name}/content",
    }
    return View("article.html", values, lambda: Outline(found.title, here, [], words=found.teaser))


def article_path(id_: int) -> str:
    """Where an article's page is."""
    return f"/articles/{to_wire(Kind.ARTICLE, id_)}"


def name_of(unit: Unit, agent_id: int) -> str:
    """An agent's name, or nothing where it is gone."""
    found = agent_by_id(unit, agent_id)
    return found.name if found and not found.erased_ms else ""


def coin(house: House) -> tuple[int, str]:
    """The decimal places and the name of a whole unit, for the filter ``amount``."""
    return house.settings.ledger.scale, house.settings.ledger.unit


def _entry(house: House, one: Article) -> Entry:
    price = money.amount(one.price, coin(house))
    return Entry(article_path(one.id), one.title, one.seller, one.made_ms, one.teaser, price)
