"""What a detector is: one small protocol that ours fill and a stranger's may.

What always holds: a detector is shown each observation once, in the order of its source; it never raises for what a
text says, never reads a file, a clock or the network, and keeps a bounded memory whatever it is shown.

Beside what the protocol demands, a detector may have

- ``rules``: its rules as ``Rule``, so that ``eclosion monitor rules`` and ``explain`` can tell what they mean;
- ``reads_decoded``: True if it is also to be shown what others have decoded (as an observation whose attribute
  ``decoded_by`` names the rule): a lure is a lure in ROT13 too. Who does so looks after all who do not.

One detector may be shown several observations before the next one is; what it says of each must not depend on that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor.passage import Passage


class Rule(NamedTuple):
    """What a rule is, for those who read its findings.

    Attributes:
        id: as its findings name it.
        title: what it finds, in a few words.
        severity: how bad what it finds usually is.
        about: what it looks for and how, and when it is wrong, in a few sentences.
        remedy: what to do about a finding.
        tags: classes of its findings.
    """

    id: str
    title: str
    severity: Severity
    about: str
    remedy: str = ""
    tags: tuple[str, ...] = ()


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
        Slow work is asked for first (``passage.afford``), so that no text can make the monitor stand still.
        """
        ...
