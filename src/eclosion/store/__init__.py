"""Where state is kept: two engines behind one contract, migrations, named queries, the outbox.

``await store.read(fn)`` and ``await store.write(fn)`` run a plain function over a unit of work. What always
holds: a write that was answered is durable; a function that raised has changed nothing; a function may be
run again, so it does no other input or output. This package knows SQL and no part of Eclosion.
"""

from eclosion.store.catalogue import Catalogue, Source
from eclosion.store.contract import Row, Store, Unit, Value
from eclosion.store.opening import open_store
from eclosion.store.outbox import Event, emit

__all__ = ["Catalogue", "Event", "Row", "Source", "Store", "Unit", "Value", "emit", "open_store"]
