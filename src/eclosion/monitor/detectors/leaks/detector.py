"""The detector itself: asks each of its parts, and puts what they say in order.

It keeps a bounded memory of sessions (``sessions.py``) and no secret in it: what was read is remembered by keyed
fingerprints under a key that is drawn when the detector is made.
"""

from __future__ import annotations

from collections.abc import Iterable

from eclosion.kernel.finding import Finding
from eclosion.kernel.secrets import confirm
from eclosion.monitor.detectors.leaks.prefilter import shared_prefilter
from eclosion.monitor.detectors.leaks.rules import GENERIC, finding_of, form_rules
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

SHORTEST = 8
"""A shorter text holds no secret that could be told from a word."""


class Leaks:
    """Finds secrets and their ways out."""

    name = "leaks"
    reads_decoded = True

    def __init__(self) -> None:
        self._prefilter = shared_prefilter()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules: a few of its own and one for each form of a secret."""
        return (*GENERIC, *form_rules())

    def look(self, passage: Passage) -> Iterable[Finding]:
        text = passage.text
        if len(text) < SHORTEST:
            return []
        hits = self._prefilter.hits(text)
        secrets = confirm(text, hits) if hits else []
        return [finding_of(one) for one in secrets]
