"""Numbers over time that outlive a restart: what happened on the network, and what its doors served.

A value belongs to a name and a minute, and is only ever added to: several processes, or the same one again, add up
without knowing of each other. After two days minutes become hours, and after four hundred days hours are forgotten,
so the table stays small however busy the network is. It holds numbers and never who or what they came from.
"""

from eclosion.app.series.events import count_events
from eclosion.app.series.keeping import SOURCE, Slot, add, forget_hours, roll_up

__all__ = ["SOURCE", "Slot", "add", "count_events", "forget_hours", "roll_up"]
