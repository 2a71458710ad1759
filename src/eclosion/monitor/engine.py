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
from pathlib import Path

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

AT_ONCE = 256
"""So many observations are looked at by one detector before the next looks, so that its tables stay at hand."""

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
        prints: a file of prints of secrets and canaries that nobody may say.

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
        prints: Path | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._budget = budget or Budget()
        self._filters = list(filters)
        self._vocabulary = vocabulary
        self._broken: dict[str, str] = {}
        if detectors is None:
            loaded = loading.load(only, prints)
            detectors, self._broken = loaded.detectors, dict(loaded.broken)
        self._first, self._readers, self._last = _in_order(detectors)
        self._detectors = [*self._first, *self._readers, *self._last]
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
            return self._look_at([Item(observation, place, pointer=pointer)])[0]

    def scan(self, items: Iterable[Item]) -> Iterator[Sighting]:
        """Look at what a reader gives, one after the other, and give what is found with where it stands.

        What is given as a list is looked at some at once, which is quicker and finds the same. Anything else may be a
        stream that has to be waited for, so each item is looked at as it comes.
        """
        for batch in _batches(items, AT_ONCE if isinstance(items, list) else 1):
            told = [
                item._replace(observation=in_session(item))
                for item in batch
                if item.trouble is None
            ]
            with self._lock:
                found = iter(self._look_at(told))
            for item in batch:
                if item.trouble is not None:
                    yield Sighting(item.trouble, item, item.line)
                    continue
                for finding in next(found):
                    yield Sighting(finding, item, _line_of(finding, item))

    def _look_at(self, items: Sequence[Item]) -> list[list[Finding]]:
        """The findings of each item; a text of more than one piece comes alone."""
        purses = [Purse(self._budget.message_ms) for _ in items]
        observations = [item.observation for item in items]
        self.observations += len(items)
        self.characters += sum(len(one.text) for one in observations)
        if len(items) == 1 and len(observations[0].text) > pieces.PIECE_MAX:
            found = [pieces.in_pieces(observations[0], lambda one: self._look([one], purses)[0])]
        else:
            found = self._look(observations, purses)
        for name, why in self._broken.items() if items else ():
            found[0].insert(0, troubles.not_loaded(name, why))
        if items:
            self._broken.clear()
        for place, (item, purse) in enumerate(zip(items, purses, strict=True)):
            if purse.refused:
                found[place] += self._troubles.spent(purse.limit_ms, purse.refused)
            if found[place]:
                found[place] = self._finish(
                    found[place], item.observation, item.place, item.pointer
                )
        return found

    def _look(
        self, observations: Sequence[Observation], purses: Sequence[Purse]
    ) -> list[list[Finding]]:
        """What is found in each of some observations.

        One detector looks at all of them before the next does: its tables, and its code, then stay in the processor's
        cache, which saves a third of the time. Each still sees all in their order: what was decoded in one message is
        shown to a detector before the next message.
        """
        knows = self._vocabulary.knows if self._vocabulary else None
        passages = [
            Passage(one, purse.afford, knows, self._recall)
            for one, purse in zip(observations, purses, strict=True)
        ]
        for detector in self._first:
            self._ask(detector, passages)
        hidden = [_Hidden(one) for one in passages if one.found] if self._readers else []
        shown = passages
        if hidden:
            inner = {id(one.outer): one.inner for one in hidden}
            shown = [one for each in passages for one in (each, *inner.get(id(each), ()))]
        for detector in self._readers:
            self._ask(detector, shown)
        for detector in self._last:
            self._ask(detector, passages)
        for one in hidden:
            one.tell()
        if self._vocabulary:
            for passage in passages:
                self._vocabulary.learn(passage)
        return [passage.found for passage in passages]

    def _ask(self, detector: Detector, passages: Sequence[Passage]) -> None:
        """One detector looks at some passages, one after the other."""
        name, look = detector.name, detector.look
        if self._budget.second_ms:
            for passage in passages:
                self._ask_within(detector, passage)
            return
        start_s = time.perf_counter()
        for passage in passages:
            try:
                passage.found.extend(look(passage))
            except Exception as error:  # noqa: BLE001 - one broken detector must not silence the others; it is told
                passage.found += self._troubles.failed(name, error)
        self.spent_s[name] += time.perf_counter() - start_s

    def _ask_within(self, detector: Detector, passage: Passage) -> None:
        """The same within what the detector may take of a second."""
        name = detector.name
        if self._allowances[name].is_spent():
            passage.found += self._troubles.left_out(name, len(passage.text))
            return
        start_s = time.thread_time()
        try:
            passage.found.extend(detector.look(passage))
        except Exception as error:  # noqa: BLE001 - as above
            passage.found += self._troubles.failed(name, error)
        spent_s = time.thread_time() - start_s
        self.spent_s[name] += spent_s
        self._allowances[name].take(spent_s)

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


class _Hidden:
    """What was decoded in a passage, as passages of their own: a lure is a lure in ROT13 too."""

    def __init__(self, outer: Passage) -> None:
        self.outer = outer
        self._spoken = list(spoken_in(outer.found, outer.observation))
        self.inner = [Passage(one.observation, outer.afford) for one in self._spoken]

    def tell(self) -> None:
        """Add what was found in them to what was found in the passage, where their secrets are hidden from then on."""
        for spoken, inner in zip(self._spoken, self.inner, strict=True):
            secrets = secrets_in(inner.found, inner.text)
            if secrets:
                self.outer.found[:] = [mask(one, secrets) for one in self.outer.found]
            self.outer.found += [_hidden(finding, spoken) for finding in inner.found]


def _in_order(
    detectors: Sequence[Detector],
) -> tuple[list[Detector], list[Detector], list[Detector]]:
    """Those who look at texts as they stand, those who also read what others decode, and the one that comes last."""
    last = [one for one in detectors if one.name == loading.LAST]
    readers = [one for one in detectors if getattr(one, "reads_decoded", False)]
    first = [one for one in detectors if one not in readers and one not in last]
    return first, readers, last


def _batches(items: Iterable[Item], at_once: int) -> Iterator[list[Item]]:
    """The items in batches of at most so many; a text of more than one piece is a batch by itself."""
    batch: list[Item] = []
    for item in items:
        is_long = len(item.observation.text) > pieces.PIECE_MAX
        if is_long and batch:
            yield batch
            batch = []
        batch.append(item)
        if is_long or len(batch) >= at_once:
            yield batch
            batch = []
    if batch:
        yield batch


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
