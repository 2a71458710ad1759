"""A memory that is bounded and forgets what was not asked for in a long time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Fading(Generic[Key, Value]):
    """A dictionary of at most twice ``half`` entries in two halves: when the newer is full, the older is dropped.

    What is found in the older half moves into the newer one. Reading and writing cost one or two look-ups; there is no
    list of uses to keep in order.
    """

    def __init__(self, half: int) -> None:
        self._half = half
        self._new: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """What is known under a key, or None."""
        value = self._new.get(key)
        if value is None and self._old:
            value = self._old.pop(key, None)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Remember it."""
        if len(self._new) >= self._half and key not in self._new:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def knows_any(self, keys: Collection[Key]) -> bool:
        """Whether anything is known under one of these keys."""
        return not self._new.keys().isdisjoint(keys) or not self._old.keys().isdisjoint(keys)

    def put_all(self, keys: Collection[Key], value: Value) -> None:
        """Remember the same under keys of which none is known."""
        if len(self._new) >= self._half:
            self._old, self._new = self._new, {}
        self._new.update(dict.fromkeys(keys, value))

    def __len__(self) -> int:
        return len(self._new) + len(self._old)
