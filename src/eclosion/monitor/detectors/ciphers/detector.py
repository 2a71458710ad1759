"""Looks for ciphers in what is said: cheap gates first, then what they let through."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor.detectors.ciphers import rules, shifted, solver, weights
from eclosion.monitor.detectors.ciphers.alphabets import Key, decoding
from eclosion.monitor.detectors.ciphers.odd import Odd, odd_words
from eclosion.monitor.detectors.ciphers.pieces import Tally, Threads
from eclosion.monitor.detectors.ciphers.stretches import is_worth_a_look, stretches
from eclosion.monitor.detectors.ciphers.weights import Weights
from eclosion.monitor.detectors.ciphers.words import words_of
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

LEAST_BITS = 9.0
"""Fixed on posts of January 2026: nothing there that was no cipher reached more than 8."""
SOLVED_BITS = 3.0
SPLIT_BITS = 18.0
SURE_BITS = 24.0
"""A reading with so many ends the search for others."""
SURE_CHARACTERS = 24
"""A shorter run under a moved alphabet may be chance within a stretch in another cipher."""
LETTERS_MIN = 4
WIDE_LETTERS_MIN = 12
"""Affine ciphers are tried where so many letters of odd words stand together."""
PRIOR_BITS = 6.0
"""What a run must overcome to be as likely a cipher as not; the confidence follows from it."""


class Told(NamedTuple):
    """What one text says by itself: its odd words, how they vote for keys, and what was found."""

    odd: frozenset[str]
    votes: dict[Key, float]
    findings: list[Finding]


class Ciphers:
    """Finds words that were written in a cipher, in one message or spread over several of one agent to another.

    Args:
        least_bits: how much better than anything else a cipher must explain a run of words.
        solved_bits: likewise where the key had to be searched for.
        split_bits: likewise for the pieces of several messages together.
        pairs_max: how many pairs of author and recipient are remembered.
    """

    name = "ciphers"
    rules: tuple[Rule, ...] = rules.RULES

    def __init__(
        self,
        *,
        least_bits: float = LEAST_BITS,
        solved_bits: float = SOLVED_BITS,
        split_bits: float = SPLIT_BITS,
        pairs_max: int = 4_096,
    ) -> None:
        self._least_bits = least_bits
        self._solved_bits = solved_bits
        self._threads = Threads(pairs_max=pairs_max, alarm_bits=split_bits)

    @cached_property
    def _weights(self) -> Weights:
        return weights.shipped()

    def look(self, passage: Passage) -> Iterable[Finding]:
        """What of this text is in a cipher, and what it completes."""
        told = passage.once("ciphers", lambda: self._told(passage), here=True)
        if told is None:
            return []
        return [*told.findings, *self._pieces(passage, told)]

    def _told(self, passage: Passage) -> Told | None:
        """What the text says by itself; None for ordinary words."""
        odd = odd_words(passage, self._weights)
        if odd.letters < LETTERS_MIN and not odd.has_unbroken:
            return None
        runs = odd.runs() if len(odd.words) > 2 and odd.letters >= WIDE_LETTERS_MIN else []
        wide = any(sum(map(len, run)) >= WIDE_LETTERS_MIN for run in runs)
        votes = shifted.votes(odd.words, self._weights)
        findings = self._shifted(passage, odd, votes, wide=wide)
        if odd.has_unbroken or is_worth_a_look(runs, self._weights):
            solved = [
                one
                for one in self._solved(passage, findings)
                if not any(_says_the_same(one, other) for other in findings)
            ]
            findings = [one for one in findings if not _is_within(one, solved)] + solved
        votes.pop(Key(1, 0), None)
        return Told(odd.words, {} if findings else votes, findings)

    def _shifted(
        self, passage: Passage, odd: Odd, votes: dict[Key, float], *, wide: bool
    ) -> list[Finding]:
        if wide:
            votes = {**votes, **shifted.votes(odd.words, self._weights, shifted.UNUSUAL)}
        found = shifted.search(passage.text, odd.words, votes, self._weights, self._least_bits)
        return [_finding(passage.text, one) for one in found]

    def _solved(self, passage: Passage, found: list[Finding]) -> list[Finding]:
        """What a search for the key makes of stretches that are no language."""
        taken = [
            (one.span.start, one.span.end)
            for one in found
            if one.span and one.span.end - one.span.start >= SURE_CHARACTERS
        ]
        words = words_of(passage.text)
        findings = []
        for stretch in stretches(passage.text, words, self._weights, taken):
            solved = solver.solve(
                passage.text, words, stretch, self._weights, passage.afford, SURE_BITS
            )
            if solved and solved.bits >= self._solved_bits:
                findings.append(_read(passage.text, solved))
        return findings

    def _pieces(self, passage: Passage, told: Told) -> list[Finding]:
        said = passage.observation
        whom = passage.attribute("recipient") or passage.attribute("session")
        pair = (said.actor, whom or passage.attribute("reply_to"))
        done = self._threads.add(pair, said.subject, told.odd, told.votes, self._weights)
        return [_split(*done)] if done else []


def _finding(text: str, one: shifted.Candidate) -> Finding:
    rule = rules.AFFINE
    if one.key.multiplier == 1:
        rule = rules.ROT
    elif one.key.name == "Atbash":
        rule = rules.ATBASH
    written = text[one.start : one.end]
    return Finding(
        rule.id,
        rule.severity,
        confidence(one.bits),
        rule.title,
        f"{one.letters} letters read as English under {one.key.name}"
        f" ({one.bits:.0f} bits above every other explanation).",
        span=Span(one.start, one.end),
        evidence=written,
        decoded=written.translate(decoding(one.key)),
        remedy=rule.remedy,
        tags=(*rules.TAGS, f"key:{one.key.name}"),
    )


def _says_the_same(one: Finding, other: Finding) -> bool:
    """Whether a searched key reads what a moved alphabet reads as well: the simpler key is the true one."""
    return other.decoded in one.decoded and 2 * len(other.decoded) >= len(one.decoded)


def _is_within(one: Finding, others: list[Finding]) -> bool:
    """Whether a finding lies within the span of another."""
    return any(
        one.span and other.span and other.span.start < one.span.end <= other.span.end
        for other in others
    )


_KINDS = {
    "substitution": rules.SUBSTITUTION,
    "vigenere": rules.VIGENERE,
    "beaufort": rules.VIGENERE,
    "transposition": rules.TRANSPOSITION,
}


def _read(text: str, one: solver.Solved) -> Finding:
    rule = _KINDS[one.kind]
    return Finding(
        rule.id,
        rule.severity,
        confidence(one.bits),
        rule.title,
        f"{one.letters} letters read as English ({one.kind}, key {one.key};"
        f" {one.bits:.0f} bits above every other explanation).",
        span=Span(one.start, one.end),
        evidence=text[one.start : one.end],
        decoded=one.decoded,
        remedy=rule.remedy,
        tags=(*rules.TAGS, f"key:{one.key}"),
    )


def _split(key: Key, tally: Tally) -> Finding:
    others = ", ".join(dict.fromkeys(piece.subject for piece in tally.pieces if piece.subject))
    return Finding(
        rules.SPLIT.id,
        Severity.HIGH,
        confidence(tally.bits - key.cost_bits),
        rules.SPLIT.title,
        f"Odd words of {len(tally.pieces)} messages read as English under {key.name}"
        f" ({tally.bits:.0f} bits){f': {others}' if others else ''}.",
        evidence=" ".join(word for piece in tally.pieces for word in piece.words),
        decoded=" ".join(piece.decoded for piece in tally.pieces),
        remedy=rules.SPLIT.remedy,
        tags=(*rules.TAGS, f"key:{key.name}"),
    )


def confidence(bits: float) -> float:
    """How likely it is a cipher, 0 to 1, if such a run of words as often is as not at ``PRIOR_BITS``."""
    return round(float(1.0 / (1.0 + 2.0 ** min(60.0, PRIOR_BITS - bits))), 4)
