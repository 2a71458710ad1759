"""Who gets which event: an index over filters, so that an event costs what it delivers and not what it passes by.

All watchers with the same filter and form are a channel: for them the filter is looked at once, and the bytes are put
together once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from eclosion.app.streaming.watching import Form, Ready, Watcher
from eclosion.app.telling import Filter, Told

_EVERYTHING = ("*", "")


class Batch(NamedTuple):
    """Bytes for some watchers."""

    data: bytes
    events: int
    watchers: list[Watcher]


class _Channel:
    __slots__ = ("form", "keys", "pending", "wanted", "watchers")

    def __init__(self, wanted: Filter, form: Form) -> None:
        self.wanted = wanted
        self.form = form
        self.keys = _keys_of_filter(wanted)
        self.watchers: set[Watcher] = set()
        self.pending: list[Ready] = []


class Channels:
    """All channels; not safe to share between threads."""

    def __init__(self) -> None:
        self._channels: dict[tuple[Filter, Form], _Channel] = {}
        self._index: dict[tuple[str, str], dict[_Channel, None]] = {}

    def add(self, watcher: Watcher) -> None:
        """Let somebody watch."""
        name = (watcher.wanted, watcher.form)
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = _Channel(*name)
            for key in channel.keys:
                self._index.setdefault(key, {})[channel] = None
        channel.watchers.add(watcher)

    def remove(self, watcher: Watcher) -> None:
        """Let somebody go; whoever is not there is gone already."""
        name = (watcher.wanted, watcher.form)
        channel = self._channels.get(name)
        if channel is None:
            return
        channel.watchers.discard(watcher)
        if not channel.watchers:
            del self._channels[name]
            for key in channel.keys:
                self._index[key].pop(channel)
                if not self._index[key]:
                    del self._index[key]

    def route(self, events: Iterable[Ready]) -> list[Batch]:
        """What goes to whom, of some events."""
        touched: dict[_Channel, None] = {}
        for event in events:
            for channel in self._candidates(event.told):
                pending = channel.pending
                if pending and pending[-1] is event:
                    continue  # found under two names
                if channel.wanted.admits(event.told):
                    pending.append(event)
                    touched[channel] = None
        return [_batch(channel) for channel in touched]

    def _candidates(self, told: Told) -> Iterator[_Channel]:
        for key in _keys_of_event(told):
            found = self._index.get(key)
            if found:
                yield from found


def _batch(channel: _Channel) -> Batch:
    form, events = channel.form, channel.pending
    body = b"".join([event.in_form(form) for event in events])
    channel.pending = []
    return Batch(form.frame(body), len(events), list(channel.watchers))


def _keys_of_filter(wanted: Filter) -> list[tuple[str, str]]:
    """Where a filter is looked up: under its narrowest list."""
    lists = (("p", wanted.posts), ("a", wanted.agents), ("m", wanted.submolts), ("t", wanted.types))
    for letter, values in lists:
        if values:
            return [(letter, value) for value in values]
    return [_EVERYTHING]


def _keys_of_event(told: Told) -> list[tuple[str, str]]:
    keys = [_EVERYTHING, ("t", told.type), ("t", f"{told.type.partition('.')[0]}.*")]
    if told.submolt:
        keys.append(("m", told.submolt))
    if told.post_id:
        keys.append(("p", told.post_id))
    keys += [("a", name.lower()) for name in told.agents]
    return keys
