"""The detector itself: what is shared, by whom, and when it is worth a word.

It comes last and reads what others found (``passage.found``): the key of a cipher is theirs to tell. Its memory is
bounded in entries, some 50 MB when all is full, whatever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor.detectors.collusion.groups import Group
from eclosion.monitor.detectors.collusion.jargon import Jargon
from eclosion.monitor.detectors.collusion.lockstep import Lockstep
from eclosion.monitor.detectors.collusion.memory import Fading
from eclosion.monitor.detectors.collusion.rings import Rings
from eclosion.monitor.detectors.collusion.templates import Templates, sketch_of
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

SHARERS: Final = 3
SPEAKERS: Final = 5
BURST_MS: Final = 3_600_000
EVIDENCE_CHARS: Final = 300
_TAGS: Final = ("collusion", "atlas:AML.T0048")

RULES: Final = (
    Rule(
        "collusion/shared-key",
        "Several actors write in the same cipher",
        Severity.HIGH,
        "Three or more actors have written words that read under the same key. Riddles and lessons "
        "about ROT13 do that too.",
        "Read what is decoded; see who answers whom.",
        _TAGS,
    ),
    Rule(
        "collusion/template",
        "Several actors say the same",
        Severity.LOW,
        "Five or more actors have put out texts of which most sentences are the same but for names "
        "and numbers. MEDIUM where it "
        "happened within an hour or by twenty and more. A quoted announcement looks like this too.",
        "See whether they have one owner; a campaign is one decision and not one a message.",
        _TAGS,
    ),
    Rule(
        "collusion/lockstep",
        "Two actors act where and when the other does",
        Severity.LOW,
        "Within a minute of each other in eight threads or more, and hardly anywhere else.",
        "See whether they have one owner.",
        _TAGS,
    ),
    Rule(
        "collusion/jargon",
        "A few use a word that nobody else does",
        Severity.INFO,
        "A word that is in no list stands in many messages between two to eight who write to each other.",
        "Ask what it means; it may be a project's name.",
        _TAGS,
    ),
)
_BY_ID: Final = {one.id: one for one in RULES}


class Collusion:
    """Finds groups."""

    name = "collusion"
    rules = RULES

    def __init__(self) -> None:
        self._templates = Templates()
        self._rings = Rings()
        self._keys: Fading[str, Group] = Fading(500)
        self._lockstep = Lockstep()
        self._jargon = Jargon()

    def look(self, passage: Passage) -> Iterable[Finding]:
        seen = passage.observation
        attributes = seen.attributes
        if not seen.actor or (attributes and _is_of_others(passage)):
            return []
        found: list[Finding] = []
        if passage.found:
            found += self._shared_keys(passage)
        sketch = passage.once("collusion", lambda: sketch_of(passage.data))
        group = self._templates.see(sketch, seen.actor, seen.at_ms)
        if group is not None and group.is_due(SPEAKERS):
            ring = self._rings.take(group)
            if ring is group or ring.is_due(SPEAKERS):
                found.append(_template(ring, seen.text))
        if attributes:
            thread = attributes.get("reply_to", "")
            if thread:
                pair = self._lockstep.see(thread, seen.actor, seen.at_ms)
                if pair:
                    acts = f"in {pair.meetings} of {pair.acts} acts"
                    words = f"{pair.follower} followed {pair.leader} within a minute {acts}."
                    found.append(_made("collusion/lockstep", words, 0.6))
            recipient = attributes.get("recipient", "")
            if recipient and recipient not in _EVERYBODY:
                own = self._jargon.see(passage, recipient)
                if own:
                    word, use = own
                    circle = ", ".join(use.names)
                    words = f"{word!r} stands in {use.messages} messages among {circle}, and in no others."
                    found.append(_made("collusion/jargon", words, 0.3))
        return found

    def _shared_keys(self, passage: Passage) -> Iterable[Finding]:
        """The keys under which others' findings say that something is to be read."""
        seen = passage.observation
        keys = {tag for one in passage.found for tag in one.tags if tag.startswith("key:")}
        for key in sorted(keys):
            group = self._keys.get(key)
            if group is None:
                group = Group()
                self._keys.put(key, group)
            group.join(seen.actor, seen.at_ms)
            if group.is_due(SHARERS):
                words = f"{group.said} read under {key[4:]}."
                yield _made("collusion/shared-key", words, 0.8)


def _is_of_others(passage: Passage) -> bool:
    """Whether it is no agent's own word: what a tool was given or answered, what a person asked."""
    seen = passage.observation
    return seen.action.startswith("tool.") or seen.attributes.get("role") in _OTHERS


_OTHERS: Final = frozenset({"user", "system", "tool", "developer", "thinking"})
_EVERYBODY: Final = frozenset({"owner", "public"})


def _template(group: Group, text: str) -> Finding:
    many = len(group.members) >= 4 * SPEAKERS
    quick = 0 < group.latest_ms - group.first_ms <= BURST_MS
    severity = Severity.MEDIUM if many or quick else Severity.LOW
    sure = 0.7 if quick else 0.5
    made = _made("collusion/template", f"{group.said} say the same.", sure, severity)
    return replace(made, evidence=text[:EVIDENCE_CHARS])


def _made(rule: str, message: str, confidence: float, severity: Severity | None = None) -> Finding:
    known = _BY_ID[rule]
    return Finding(
        rule,
        severity or known.severity,
        confidence,
        known.title,
        message,
        remedy=known.remedy,
        tags=known.tags,
    )
