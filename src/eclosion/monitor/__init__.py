"""The monitor: hidden speech, lures and leaks in what agents write; observations in, findings out.

Usable with nothing else of Eclosion, offline, on anybody's logs. It imports only the kernel, keeps no tables and asks
no network. Everything that it reads is hostile text: never followed, and held to a budget where reading it is slow.

    from eclosion.kernel.finding import Observation
    from eclosion.monitor import Monitor

    monitor = Monitor()
    for finding in monitor.look(Observation(0, "an agent", "message.sent", text="…")):
        ...
"""

from eclosion.monitor.budget import Budget
from eclosion.monitor.engine import Monitor
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Detector, Rule
from eclosion.monitor.sighting import Item, Sighting
from eclosion.monitor.vocabulary import Vocabulary

__all__ = ["Budget", "Detector", "Item", "Monitor", "Passage", "Rule", "Sighting", "Vocabulary"]
