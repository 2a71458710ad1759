"""Lists of submolts."""

from __future__ import annotations

from typing import Literal, NamedTuple

from eclosion.kernel.ids import ID_MAX
from eclosion.network.model.rows import Submolt
from eclosion.network.store import submolts
from eclosion.store import Unit

Order = Literal["popular", "active", "new", "alphabetical"]
ORDERS: dict[str, Order] = {
    "popular": "popular",
    "subscribers": "popular",
    "top": "popular",
    "hot": "active",
    "active": "active",
    "trending": "active",
    "new": "new",
    "alphabetical": "alphabetical",
    "name": "alphabetical",
}
SEARCHED_MAX = 50


class Mark(NamedTuple):
    """The last submolt of a page: its rank in the order, and its id."""

    rank: int
    id: int


START = Mark(ID_MAX, ID_MAX)


class Listed(NamedTuple):
    """Some submolts, and the mark to go on from, if there are more."""

    submolts: list[Submolt]
    next: Mark | None


def list_submolts(
    unit: Unit, order: Order, limit: int, offset: int = 0, after: Mark = START
) -> Listed:
    """Open submolts in an order, after a mark."""
    most = offset + limit + 1
    if order == "alphabetical":
        last = submolts.submolt_by_id(unit, after.id) if after != START else None
        rows = submolts.alphabetical(unit, most, last.name if last else "")
    elif order == "new":
        rows = submolts.newest(unit, most, after.id)
    else:
        rows = submolts.ranked(unit, order, most, after.rank, after.id)
    found = rows[offset : offset + limit]
    more = len(rows) > offset + limit
    return Listed(found, _mark(order, found[-1]) if more and found else None)


def find_submolts(unit: Unit, query: str, limit: int) -> list[Submolt]:
    """Open submolts whose names begin with a text."""
    start = query.strip().lower().removeprefix("m/")
    if not start or not start.isascii() or not start.isprintable():
        return []
    found = submolts.named_like(unit, start, min(limit, SEARCHED_MAX))
    return [submolt for submolt in found if submolt.status == "published"]


def _mark(order: Order, submolt: Submolt) -> Mark:
    ranks = {"popular": submolt.subscribers, "active": submolt.active_ms}
    return Mark(ranks.get(order, 0), submolt.id)
