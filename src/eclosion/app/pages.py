"""Ready-made replies and short-lived results, so that what everybody reads is made once and not for each.

Two kinds, both bounded. A *page* is the encoded reply of a list that is the same for every viewer; it is given
out only while nobody, in any process, has committed anything since it was made, so it is exact. Where the store
cannot tell (PostgreSQL) pages are not kept. A *recent* thing may be as old
as it says: totals, the rising order.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from eclosion.kernel.clock import Clock
from eclosion.store import Store

T = TypeVar("T")
ENTRIES_MAX = 2_000
PAGES_BYTES_MAX = 64 * 2**20
RECENT_MS = 2_000


class Pages:
    """What is kept in memory between requests."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._made_at: int | None = None
        self._bytes = 0
        self._pages: dict[Hashable, bytes] = {}
        self._recent: dict[Hashable, tuple[int, object]] = {}

    @property
    def now(self) -> int | None:
        """The state of the store, as a number to hand to ``keep``. Ask before reading what a page is made of."""
        return self._store.version

    def find(self, key: Hashable) -> bytes | None:
        """A page, if it was made and nothing has been committed since."""
        return (
            self._pages.get(key) if self._pages and self._made_at == self._store.version else None
        )

    def keep(self, key: Hashable, page: bytes, made_at: int | None) -> None:
        """Keep a page that was made when the store was in the state ``made_at``."""
        if made_at is None or made_at != self._store.version:
            return
        if (
            self._made_at != made_at
            or self._bytes > PAGES_BYTES_MAX
            or len(self._pages) >= ENTRIES_MAX
        ):
            self._pages.clear()
            self._made_at, self._bytes = made_at, 0
        self._pages[key] = page
        self._bytes += len(page)

    def recent(self, key: Hashable, make: Callable[[int], T], within_ms: int = RECENT_MS) -> T:
        """What ``make`` (handed the present instant, in ms) returned at most ``within_ms`` ago, or a new one."""
        now_ms = self._clock.now_ms()
        found = self._recent.get(key)
        if found and 0 <= now_ms - found[0] < within_ms:
            return found[1]  # type: ignore[return-value]  # the same key is always made by the same function
        made = make(now_ms)
        if len(self._recent) >= ENTRIES_MAX:
            self._recent.clear()
        self._recent[key] = (now_ms, made)
        return made
