"""A store whose every trouble is one error: ``StoreDown``. So a gate whose memory fails lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eclosion.gate.errors import StoreDown
from eclosion.gate.ports import Store

_NAME_MAX = 400
_In = ParamSpec("_In")
_Out = TypeVar("_Out")


class GuardedStore:
    """Any store, failing closed. ``is_remote``: whether it is worth a thread of its own to wait for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_remote = bool(getattr(store, "is_remote", False))

    def spend(self, name: str, until_ms: int, now_ms: int) -> bool:
        """As the store's. Only a plain ``True`` counts as the first time."""
        return _closed(self._store.spend, name[:_NAME_MAX], until_ms, now_ms) is True

    def is_spent(self, name: str, now_ms: int) -> bool:
        """As the store's."""
        return bool(_closed(self._store.is_spent, name[:_NAME_MAX], now_ms))

    def take(self, name: str, limit: int, until_ms: int, now_ms: int) -> bool:
        """As the store's. Only a plain ``True`` counts as taken."""
        return _closed(self._store.take, name[:_NAME_MAX], limit, until_ms, now_ms) is True

    def taken(self, name: str, now_ms: int) -> int:
        """As the store's."""
        return int(_closed(self._store.taken, name[:_NAME_MAX], now_ms))

    def sweep(self, now_ms: int) -> int:
        """As the store's."""
        return int(_closed(self._store.sweep, now_ms))


def _closed(call: Callable[_In, _Out], *args: _In.args, **kwargs: _In.kwargs) -> _Out:
    try:  # whatever a store's driver raises, nobody may come in
        return call(*args, **kwargs)
    except Exception as error:
        raise StoreDown(hint="Try again in a moment.") from error
