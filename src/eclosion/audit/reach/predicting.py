"""Whether an identity in a confinement can read a file, and by which name.

What always holds: nothing that cannot be told is told as safe. A file that is visible twice is readable if
it is so once.
"""

from __future__ import annotations

import os

from eclosion.audit.reach.access import Answer, Reader, Verdict
from eclosion.audit.reach.identity import Identity
from eclosion.audit.reach.mounts import Sight


class Predictor:
    """One identity in one confinement.

    Args:
        identity: who asks the kernel.
        confinement: what is visible; None is everything.
    """

    def __init__(self, identity: Identity, confinement: Sight | None = None) -> None:
        self._identity = identity
        self._confinement = confinement
        self._readers: dict[str, Reader] = {}

    def predict(self, path: str) -> Verdict:
        """Whether the file at this path of the machine can be read, by whatever name."""
        if self._confinement is None:
            return self._reader("/").may_read(path)
        real = os.path.realpath(path)
        shown = self._confinement.shown(real)
        if not shown:
            return Verdict(Answer.NO, f"{self._confinement.name} does not show {real}")
        verdicts = [self._reader(one.start).may_read(real) for one in shown]
        return max(verdicts, key=lambda verdict: _WEIGHT[verdict.answer])

    def names(self, path: str) -> list[str]:
        """What the file is called where the identity is: several names, or none."""
        if self._confinement is None:
            return [path]
        return [one.name for one in self._confinement.shown(os.path.realpath(path))]

    def _reader(self, start: str) -> Reader:
        if start not in self._readers:
            self._readers[start] = Reader(self._identity, start)
        return self._readers[start]


_WEIGHT = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.YES: 2}
