"""What every list has in common: its query, its limit, and the ready-made first pages."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, Reply
from eclosion.http.door.call import encode
from eclosion.http.network.cursor import decode_cursor
from eclosion.kernel.ids import ID_MAX
from eclosion.network.service.access import Actor
from eclosion.store import Unit

R = TypeVar("R")
LIMIT_MAX = 100


class ListQuery(Struct, frozen=True):
    """How much of a list, and from where. ``offset`` is for old clients: 0 to 1,000."""

    limit: int = 25
    cursor: str | None = None
    offset: int = 0


class PageQuery(Struct, frozen=True):
    """Which part of a list: at most ``limit`` (1 to 100), after ``cursor``."""

    limit: int = 25
    cursor: str | None = None


def clamp(limit: int, most: int = LIMIT_MAX) -> int:
    """A limit within 1 and ``most``; out of range is no error."""
    return max(1, min(limit, most))


def page_of(query: PageQuery) -> tuple[int, int]:
    """A list's limit, and the id that its page stays under.

    Raises:
        Invalid: the cursor is not valid.
    """
    before_id = decode_cursor(query.cursor, 1)[0] if query.cursor else ID_MAX
    return clamp(query.limit), before_id


async def ready_made(
    house: House,
    call: Call[Any, Any],
    key: Hashable | None,
    make: Callable[[Unit, Actor | None], tuple[R, bool]],
    vary: Callable[[Unit, Actor], Hashable] | None = None,
) -> R:
    """Answer an open list with the page kept under ``key``, or make it and keep it.

    Args:
        key: all that the reply depends on, apart from who asks; None is never kept.
        make: makes the reply, and says whether it may be kept for all who ask the same.
        vary: what of an agent the reply depends on; None where it gets what strangers get.

    Raises:
        KeyInvalid: an API key was sent, and nobody has it. Kept pages are no way around that.
    """
    pages = house.pages
    if key is None:
        return await call.look(lambda unit, actor: make(unit, actor)[0])
    made_at = pages.now  # before the snapshot that the page is read from
    if not call.caller.key:
        page = pages.find((key, None))
        if page is not None:
            return cast(R, Reply(page))

    def work(unit: Unit, actor: Actor | None) -> Reply:
        whole = (key, vary(unit, actor) if vary and actor else None)
        page = pages.find(whole)
        if page is None:
            reply, shared = make(unit, actor)
            page = encode(reply)
            if shared:
                pages.keep(whole, page, made_at)
        return Reply(page)

    return cast(R, await call.look(work))
