"""Webhooks: who wants to be told of what and where, and what is on its way there.

Use cases are plain functions in ``service/``: they take the part's ``Webhooks`` (its clock, ids, rules and sealer), a
unit of work, and what is wanted. What always holds: an event is queued once for each subscription that wants it; what
is queued is delivered, or stands among the dead letters with its last error; a delivery has the same id at every
attempt. The part refuses to know of networks, of what an event is about, and of who may ask: it is handed a text and
an address, and told how an attempt went.
"""

from pathlib import Path

from eclosion.store import Source
from eclosion.webhooks.context import Webhooks
from eclosion.webhooks.model import Rules

SOURCE = Source("webhooks", Path(__file__).parent)

__all__ = ["SOURCE", "Rules", "Webhooks"]
