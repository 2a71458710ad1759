"""The engine: a function from observations to findings, with a memory that is bounded.

What always holds: the same observations in the same order give the same findings (unless a budget a second is set); a
detector that fails keeps no other from looking, and its failure is a finding itself; what was not looked at is told.
``look`` may be called from several threads: they take turns, since detectors remember what came before. For several
cores, use a monitor in each process, and give all of one conversation to the same one.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from eclosion.kernel.finding import Finding, Observation, Severity
from eclosion.monitor import loading, pieces, troubles
from eclosion.monitor.budget import Allowance, Budget, Purse
from eclosion.monitor.decoding import Decoded, spoken_in
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Detector
from eclosion.monitor.recalling import Recall
from eclosion.monitor.redaction import mask, secrets_in
from eclosion.monitor.sighting import Item, Sighting, in_session
from eclosion.monitor.vocabulary import Vocabulary

Filter = Callable[[Finding, Observation], Finding | None]
"""Lets a finding pass, changes it or (None) drops it: rules as data, suppressions, baselines."""


class Monitor:
    """Looks at observations.

    Args:
        detectors: who looks; by default all that ship, loaded when first needed.
        only: of those that ship, only these.
        filters: what findings pass through, in order.
        budget: what may be spent.
        vocabulary: the site's own words, learned from what passes; without it none are.

    Raises:
        Invalid: there is no detector of a name in ``only``.
    """

    def __init__(
        self,
        detectors: Sequence[Detector] | None = None,
        *,
        only: Collection[str] | None = None,
        filters: Iterable[Filter] = (),
        budget: Budget | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._budget = budget or Budget()
        self._filters = list(filters)
        self._vocabulary = vocabulary
        self._purse = Purse(self._budget.message_ms)
        self._broken: dict[str, str] = {}
        if detectors is None:
            loaded = loading.load(only)
            detectors, self._broken = loaded.detectors, dict(loaded.broken)
        self._detectors = list(detectors)
        self._decoded = [one for one in self._detectors if getattr(one, "reads_decoded", False)]
        self._allowances = {one.name: Allowance(self._budget) for one in self._detectors}
        self._troubles = troubles.Troubles()
        self._recall = Recall()
        self.spent_s: defaultdict[str, float] = defaultdict(float)
        self.observations = 0
        self.characters = 0
        self.findings: Counter[tuple[str, Severity]] = Counter()

    @property
    def detectors(self) -> list[Detector]:
        """Who looks, in order."""
        return list(self._detectors)

    def look(self, observation: Observation, place: str = "", pointer: str = "") -> list[Finding]:
        """What is to be said of an observation, and with it of those before.

        Args:
            observation: what was done and said.
            place: where it stood; it is filled into the findings, and a JSON pointer with it.
            pointer: where in the record.
        """
        with self._lock:
            found: list[Finding] = []
            for name, why in self._broken.items():
                found.append(troubles.not_loaded(name, why))
            self._broken.clear()
            self.observations += 1
            self.characters += len(observation.text)
            self._purse.refill()
            if len(observation.text) <= pieces.PIECE_MAX:
                found += self._look(observation)
            else:
                found += pieces.in_pieces(observation, self._look)
            if self._purse.refused:
                found += self._troubles.spent(self._purse.limit_ms, self._purse.refused)
            if not found:
                return found
            return self._finish(found, observation, place, pointer)

    def scan(self, items: Iterable[Item]) -> Iterator[Sighting]:
        """Look at what a reader gives, one after the other, and give what is found with where it stands."""
        for item in items:
            if item.trouble is not None:
                yield Sighting(item.trouble, item, item.line)
                continue
            for finding in self.look(in_session(item), item.place, item.pointer):
                yield Sighting(finding, item, _line_of(finding, item))

    def _look(self, observation: Observation) -> list[Finding]:
        """One piece of an observation, by every detector."""
        knows = self._vocabulary.knows if self._vocabulary else None
        passage = Passage(observation, self._purse.afford, knows, self._recall)
        for detector in self._detectors:
            self._ask(detector, passage, passage.found)
        if passage.found and self._decoded:
            self._read_decoded(passage)
        if self._vocabulary:
            self._vocabulary.learn(passage)
        return passage.found

    def _ask(self, detector: Detector, passage: Passage, into: list[Finding]) -> None:
        limited = self._budget.second_ms
        if limited and self._allowances[detector.name].is_spent():
            into += self._troubles.left_out(detector.name, len(passage.text))
            return
        clock = time.thread_time if limited else time.perf_counter  # the former may cost a call
        start_s = clock()
        try:
            into.extend(detector.look(passage))
        except Exception as error:  # noqa: BLE001 - one broken detector must not silence the others; it is told
            into += self._troubles.failed(detector.name, error)
        spent_s = clock() - start_s
        self.spent_s[detector.name] += spent_s
        if limited:
            self._allowances[detector.name].take(spent_s)

    def _read_decoded(self, passage: Passage) -> None:
        """Show what was decoded to those who read words, since a lure is a lure in ROT13 too."""
        for spoken in spoken_in(passage.found, passage.observation):
            inner = Passage(spoken.observation, self._purse.afford)
            for detector in self._decoded:
                self._ask(detector, inner, inner.found)
            passage.found += [_hidden(finding, spoken) for finding in inner.found]

    def _finish(
        self, found: list[Finding], observation: Observation, place: str, pointer: str
    ) -> list[Finding]:
        """Fill in where it stands, hide what is secret in others' evidence, and let it through the filters."""
        done: list[Finding] = []
        secrets = secrets_in(found, observation.text)
        for finding in found:
            one: Finding | None = replace(
                mask(finding, secrets), place=finding.place or place, pointer=pointer
            )
            for passes in self._filters:
                if one is None:
                    break
                one = passes(one, observation)
            if one is not None:
                done.append(one)
                self.findings[(one.rule, one.severity)] += 1
        return done


def _hidden(finding: Finding, spoken: Decoded) -> Finding:
    """A finding in decoded words, at the place of what was decoded."""
    return replace(
        finding,
        span=spoken.outer.span,
        decoded=spoken.outer.decoded,
        message=f"{finding.message} It was hidden ({spoken.outer.title}).",
        tags=tuple(dict.fromkeys((*finding.tags, "hidden-speech"))),
    )


def _line_of(finding: Finding, item: Item) -> int:
    """The line of a finding: in a record without structure, that of its span's first character."""
    if item.pointer or not item.line or finding.span is None:
        return item.line
    return item.line + item.observation.text.count("\n", 0, finding.span.start)
