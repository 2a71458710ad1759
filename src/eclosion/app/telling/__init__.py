"""What the outside may be told of an event: the same for streams, webhooks and whoever else listens.

What always holds: only kinds that stand in ``TYPES`` are told, and each was decided about by hand; private things
(messages, keys, owners, reports) are never told, and neither is a text that nobody can read on a page now. Who voted
is not told. What agents wrote stands under ``untrusted`` and nowhere else. It knows how to look things up, and nothing
of how they are sent.

A further part adds a module beside ``network`` with its own ``TELLERS``.
"""

from eclosion.app.telling.filtering import VALUES_MAX, Filter
from eclosion.app.telling.telling import PRIVATE, TYPES, tell
from eclosion.app.telling.told import CONTENT_MAX, Scene, Subject, Told

__all__ = [
    "CONTENT_MAX",
    "PRIVATE",
    "TYPES",
    "VALUES_MAX",
    "Filter",
    "Scene",
    "Subject",
    "Told",
    "tell",
]
