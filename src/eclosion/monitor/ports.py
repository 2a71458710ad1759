"""What a detector is: one small protocol that ours fill and a stranger's may.

What always holds: a detector is shown each observation once, in the order of its source; it never raises for what a
text says, never reads a file, a clock or the network, and keeps a bounded memory whatever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from eclosion.kernel.finding import Finding
from eclosion.monitor.passage import Passage


class Detector(Protocol):
    """Looks at one kind of thing.

    Attributes:
        name: lower case, the first part of its rules' ids: ``ciphers`` makes ``ciphers/rot``.
    """

    name: str

    def look(self, passage: Passage) -> Iterable[Finding]:
        """What is to be said of this observation, and with it of those before.

        Spans count code points of ``passage.text``. ``place`` and ``pointer`` are left empty: whoever read the
        observation fills in where it stood. A finding about several observations names the others in its message.
        """
        ...
