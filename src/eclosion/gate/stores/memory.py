"""A store in the memory of one process: for one worker, and for tests. A restart forgets it all.

So after a restart, tokens' proofs of the last minute and passes of the last minute could be used once more. Where
that matters, take the SQLite store.
"""

from __future__ import annotations

from threading import Lock

_SWEEP_EVERY = 4_096


class MemoryStore:
    """Two dictionaries and a lock. What has ended is forgotten now and then, so its size follows the traffic."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spent: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self._calls = 0

    def __len__(self) -> int:
        """How many names are kept."""
        return len(self._spent) + len(self._counts)

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        with self._lock:
            self._calls += 1
            if self._calls % _SWEEP_EVERY == 0:
                self._forget(now_ms)
            if self._spent.get(name, 0) > now_ms:
                return False
            self._spent[name] = until_ms
            return True

    def is_spent(self, name: str, now_ms: int) -> bool:
        return self._spent.get(name, 0) > now_ms

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        with self._lock:
            count, end_ms = self._counts.get(name, (0, until_ms))
            if end_ms <= now_ms:
                count, end_ms = 0, until_ms
            if count >= limit:
                return False
            self._counts[name] = (count + 1, end_ms)
            return True

    def taken(self, name: str, now_ms: int) -> int:
        count, end_ms = self._counts.get(name, (0, 0))
        return count if end_ms > now_ms else 0

    def sweep(self, now_ms: int) -> int:
        with self._lock:
            return self._forget(now_ms)

    def _forget(self, now_ms: int) -> int:
        before = len(self)
        self._spent = {name: end for name, end in self._spent.items() if end > now_ms}
        self._counts = {name: held for name, held in self._counts.items() if held[1] > now_ms}
        return before - len(self)
