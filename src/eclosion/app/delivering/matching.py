"""Which webhooks want an event, found without asking every one of them.

Each webhook stands under the narrowest thing that its filter names: threads, else agents, else submolts, else types.
An event looks under what it is about, and only those it finds there are asked. What always holds: the answer is
the one that all filters together would give.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from eclosion.app.telling import Filter, Told
from eclosion.webhooks.model import Webhook

_encode = msgspec.json.Encoder().encode
_EVERYTHING = ("", "")


def filter_text(wanted: Filter) -> str:
    """A filter as it is kept."""
    return _encode(wanted).decode()


@lru_cache(maxsize=4_096)
def filter_of(text: str) -> Filter:
    """The filter behind what is kept of it."""
    return msgspec.json.decode(text, type=Filter)


class Matcher:
    """The webhooks that are active, by what they want."""

    def __init__(self, webhooks: Iterable[Webhook]) -> None:
        self._under: dict[tuple[str, str], list[tuple[int, Filter]]] = {}
        for webhook in webhooks:
            wanted = filter_of(webhook.filter)
            for place in _places(wanted):
                self._under.setdefault(place, []).append((webhook.id, wanted))

    def wanting(self, told: Told) -> list[int]:
        """The ids of those who want an event, each once."""
        noun = told.type.partition(".")[0]
        looked = [
            _EVERYTHING,
            ("post", told.post_id),
            ("submolt", told.submolt),
            ("type", told.type),
            ("type", f"{noun}.*"),
            *(("agent", name.lower()) for name in told.agents),
        ]
        found = (one for place in looked for one in self._under.get(place, ()))
        return list(dict.fromkeys(id_ for id_, wanted in found if wanted.admits(told)))


def _places(wanted: Filter) -> list[tuple[str, str]]:
    for what, names in (
        ("post", wanted.posts),
        ("agent", wanted.agents),
        ("submolt", wanted.submolts),
        ("type", wanted.types),
    ):
        if names:
            return [(what, name) for name in names]
    return [_EVERYTHING]
