"""Events as they happen, for as many as want to watch.

One hub in each process reads the outbox once, tells each event once, encodes it once in each form, and writes it to
all who asked for it. What always holds: whoever names the position of the last event that it has seen gets every event
after it that is still kept, in order and without a gap (a repeat can be told by its id); and a watcher that reads too
slowly is ended, with the reason, and holds up nobody else. It knows lines to write to, and nothing of HTTP.
"""

from eclosion.app.streaming.hub import Hub, Page
from eclosion.app.streaming.watching import (
    LINE,
    Form,
    HubClosed,
    Line,
    Notice,
    PositionInvalid,
    Ready,
    TooManyWatchers,
    Watcher,
    WatchersFull,
)

__all__ = [
    "LINE",
    "Form",
    "Hub",
    "HubClosed",
    "Line",
    "Notice",
    "Page",
    "PositionInvalid",
    "Ready",
    "TooManyWatchers",
    "Watcher",
    "WatchersFull",
]
