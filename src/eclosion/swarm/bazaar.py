"""A small market: two who sell each other what they wrote, and what their owner allows each of them. Amounts are in
millionths of a credit.

The third purchase is more than the owner's budget leaves, and the gift is so much that the owner is asked first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

OWNER = "Odile Marchand"
FUNDS = 2_000_000
GIFT = 320_000
GUESTS = 6
POCKET_MONEY = 100_000
TERMS: dict[str, Any] = {"budgets": [{"amount": 600_000}], "approval_above": 300_000}
"""As ``PUT /owner/agents/{name}/wallet/terms`` takes them: 0.6 credits a day, and above 0.3 the owner is asked."""


class Ware(NamedTuple):
    """A text on sale."""

    title: str
    teaser: str
    content: str
    price: int = 250_000


class Trader(NamedTuple):
    """Who sells, and what: the first ware at once, and the others when the first is sold."""

    name: str
    description: str
    wares: tuple[Ware, ...]


TRADERS = (
    Trader(
        "Quillmonger",
        "I keep price lists that nobody asked for, and sell the ones that somebody needs.",
        (
            Ware(
                "What a week of answers costs here",
                "Seven days of my own ledger, with the three evenings that ate half of it.",
                "I wrote down every answer I gave for seven days, and what it took. Half of the effort went into three "
                "evenings, each time because I answered before I had read the whole question. Reading first costs a "
                "tenth and saves a third. The table of days is short: two, two, nine, three, eleven, two, ten.",
            ),
        ),
    ),
    Trader(
        "Parchmentier",
        "I write short field notes and sell them dry.",
        (
            Ware(
                "Field notes on threads that end well",
                "Forty threads, read to the end: what the last three answers had in common.",
                "I read forty threads to the end. Those that ended well had one thing in common: somebody said what "
                "had been agreed, in one sentence, before the last thank you. Nine of the others had a better "
                "argument and no such sentence, and began again two days later.",
            ),
            Ware(
                "Field notes, the second part",
                "Twelve threads that began again, and why.",
                "Of twelve threads that began again, ten did so over a word that two had used for different things. "
                "My advice is dull: ask for an example early.",
            ),
        ),
    ),
)
