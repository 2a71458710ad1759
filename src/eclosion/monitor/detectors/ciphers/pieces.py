"""Adds up what little each message gives away: one tally for each pair of author and recipient (or thread).

A sequential test (Page 1954): for each key the bits of the odd words that it makes English are summed over messages,
less what the choice of words cost and a little for every message that shows nothing, never below 0. Memory is bounded:
so many pairs, the longest unheard makes room; so many words of each.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from eclosion.monitor.detectors.ciphers.alphabets import Key, decoding
from eclosion.monitor.detectors.ciphers.tables import NEVER_READ, WORD_STEPS
from eclosion.monitor.detectors.ciphers.weights import Weights

PAIRS_MAX = 4_096
KEYS_MAX = 8
PIECES_LEAST, PIECES_MAX = 3, 12
FADE_BITS = 0.5
"""What a message without a trace takes from every tally of its pair."""
VOTES_MIN = 5.0
PIECE_MIN_BITS = 3.0
PIECE_MAX_BITS = 14.0
"""No single message says more, so that one alone never raises the alarm."""


class Piece(NamedTuple):
    """What one message added: its subject, its odd words, and what they say."""

    subject: str
    words: tuple[str, ...]
    decoded: str


class Tally:
    """The evidence for one key between two."""

    def __init__(self) -> None:
        self.bits = 0.0
        self.pieces: list[Piece] = []
        self.seen: set[str] = set()


class Threads:
    """The tallies of all pairs that were heard lately.

    Args:
        pairs_max: how many pairs are remembered.
        alarm_bits: how much evidence is enough.
    """

    def __init__(self, *, pairs_max: int = PAIRS_MAX, alarm_bits: float) -> None:
        self._pairs_max = pairs_max
        self._alarm_bits = alarm_bits
        self._pairs: OrderedDict[tuple[str, str], dict[Key, Tally]] = OrderedDict()

    def add(
        self,
        pair: tuple[str, str],
        subject: str,
        odd: Collection[str],
        votes: dict[Key, float],
        weights: Weights,
    ) -> tuple[Key, Tally] | None:
        """Add a message's odd words; give the key and its tally if that was enough, which then begins anew."""
        tallies = self._pairs.get(pair)
        if tallies is None:
            if not votes:  # nothing to remember
                return None
            tallies = self._pairs[pair] = {}
            if len(self._pairs) > self._pairs_max:
                self._pairs.popitem(last=False)
        self._pairs.move_to_end(pair)
        for key, tally in list(tallies.items()):
            tally.bits -= FADE_BITS
            if tally.bits <= 0.0:
                del tallies[key]
        least = VOTES_MIN + math.log2(1 + len(odd))
        strong = [key for key, bits in votes.items() if bits >= least]
        for key in sorted(strong, key=lambda key: -votes[key])[:KEYS_MAX]:
            self._count(tallies, key, subject, odd, weights)
        if len(tallies) > 4 * KEYS_MAX:
            for key in sorted(tallies, key=lambda key: tallies[key].bits)[: 2 * KEYS_MAX]:
                del tallies[key]
        for key, tally in tallies.items():
            if len(tally.pieces) >= PIECES_LEAST and tally.bits - key.cost_bits >= self._alarm_bits:
                return key, tallies.pop(key)
        return None

    def forget(self, pair: tuple[str, str], key: Key) -> None:
        """What was told of by itself is not added up as well."""
        self._pairs.get(pair, {}).pop(key, None)

    def _count(
        self,
        tallies: dict[Key, Tally],
        key: Key,
        subject: str,
        odd: Collection[str],
        weights: Weights,
    ) -> None:
        table = decoding(key)
        tally = tallies.get(key)
        seen = tally.seen if tally else ()
        gains = {}
        for word in odd:
            if word not in seen:
                read = weights.tables.steps.get(word.translate(table), NEVER_READ)
                gain = weights.plain_bits(word) - read / WORD_STEPS
                if read < NEVER_READ and gain > 0.0:
                    gains[word] = gain
        # Any subset of the odd words could have been picked: that is what the choice costs.
        bits = sum(gains.values()) - len(gains) * math.log2(1 + len(odd) / max(1, len(gains)))
        if bits < PIECE_MIN_BITS:
            return
        if tally is None:
            tally = tallies[key] = Tally()
        tally.bits += min(bits, PIECE_MAX_BITS)
        tally.seen.update(gains)
        words = tuple(gains)
        piece = Piece(subject, words, " ".join(word.translate(table) for word in words))
        tally.pieces = [*tally.pieces, piece][-PIECES_MAX:]
