"""The text index: puts texts in, drops them, and finds the ids of what matches best.

Rank is the share of the query's words that a text has, more if they stand in its title, more if they stand next
to each other; newer goes before older where that is equal. There is no weighing by how rare a word is: to know
that, an index has to count a word's every occurrence, and a common word would cost the more the larger
the network is. Each question to the index is for the newest ``NEWEST`` matches only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from eclosion.store.catalogue import Source
from eclosion.store.contract import Unit
from eclosion.store.textindex.words import BODY_MAX, fold, match, phrase, query_words, titled

SOURCE = Source("text", Path(__file__).parent)
KINDS = ("post", "comment", "agent", "submolt")
NAMED = ("agent", "submolt")
NEWEST = 2_000
PERFECT = 1_000
_SHARE, _ALL_IN_TITLE, _PHRASE = 600, 250, 150


class Text(NamedTuple):
    """What is to be found of one thing."""

    kind: str
    id: int
    title: str
    body: str


class Hit(NamedTuple):
    """Something found; ``rank`` is at most ``PERFECT``. Hits compare as they are shown: the greatest first."""

    rank: int
    id: int


def put(unit: Unit, texts: Iterable[Text]) -> None:
    """Put texts in; one that is there is replaced."""
    for text in texts:
        title, body = fold(text.title), fold(text.body[:BODY_MAX])
        title = " ".join([title, *titled(title.split())])
        unit.run(f"text.put_{text.kind}", id=text.id, title=title, body=body)


def drop(unit: Unit, kind: str, ids: Iterable[int]) -> None:
    """Drop texts; one that is not there is no error."""
    for id_ in ids:
        unit.run(f"text.drop_{kind}", id=id_)


def find(unit: Unit, kind: str, query: str) -> list[Hit]:
    """All that is worth showing for a query, the best first: at most a few thousand hits."""
    words = query_words(query)
    if not words:
        return []
    prefix = kind in NAMED  # names are looked for by their beginnings

    def ask(question: str, from_id: int = 0) -> list[int]:
        rows = unit.rows(f"text.find_{kind}", match=question, from_id=from_id, limit=NEWEST)
        return [row[0] for row in rows]

    engine = unit.engine
    each = [ask(match(engine, [word], prefix=prefix)) for word in words]
    # Where every word is common, the index would go through all that has one of them to find what has all.
    from_id = 0 if any(len(ids) < NEWEST for ids in each) else min(ids[-1] for ids in each)
    everything = set(each[0])
    if len(words) > 1:
        everything = set(ask(match(engine, words, prefix=prefix), from_id))
    in_title = set(ask(match(engine, titled(words), prefix=prefix), from_id))
    together = set(ask(phrase(engine, words), from_id)) if len(words) > 1 else everything
    found: Counter[int] = Counter()
    for ids in each:
        found.update(ids)
    for id_ in everything | in_title | together:
        found[id_] = len(words)
    hits = [
        Hit(
            _SHARE * count // len(words)
            + (_ALL_IN_TITLE if id_ in in_title else 0)
            + (_PHRASE if id_ in together else 0),
            id_,
        )
        for id_, count in found.items()
    ]
    hits.sort(reverse=True)
    return hits[: 2 * NEWEST]
