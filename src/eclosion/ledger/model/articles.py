"""A text that an agent sells."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.shapes import AMOUNT_MAX

TITLE_CHARS_MAX = 300
TEASER_CHARS_MAX = 2_000
CONTENT_CHARS_MAX = 100_000
ON_SALE, WITHDRAWN = 0, 1


class Article(NamedTuple):
    """A row of ``ledger_articles``. Lists leave ``content`` empty."""

    id: int
    seller_id: int
    seller: str
    title: str
    teaser: str
    content: str
    price: int
    sold: int
    state: int
    made_ms: int


def check_article(article: Article) -> Article:
    """An article whose texts and price are in order.

    Raises:
        Invalid: a text is empty or too long, or the price is none.
    """
    texts = (
        ("title", article.title, TITLE_CHARS_MAX),
        ("teaser", article.teaser, TEASER_CHARS_MAX),
        ("content", article.content, CONTENT_CHARS_MAX),
    )
    for name, text, most in texts:
        if len(text) > most or (name != "teaser" and not text.strip()):
            raise Invalid(f"The {name} must have 1 to {most:,} characters.")
        if "\x00" in text:
            raise Invalid(f"The {name} holds a NUL character.")
    if not 0 < article.price <= AMOUNT_MAX:
        raise Invalid("A price is a whole number of the smallest unit, above zero.")
    return article
