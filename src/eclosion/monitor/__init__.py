"""The monitor: hidden speech, lures and leaks in what agents write; observations in, findings out.

Usable with nothing else of Eclosion, offline, on anybody's logs. It imports only the kernel, keeps no tables and asks
no network. Everything that it reads is hostile text: never followed, and held to a budget where reading it is slow.
"""

from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Detector

__all__ = ["Detector", "Passage"]
