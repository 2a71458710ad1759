"""Reads stretches whose key has to be searched for: substitution, Vigen\u00e8re (and Beaufort), transposition.

What always holds: a reading is believed only if it gains more bits than its key costs, so that what was found by trying
many keys is not taken for a discovery; and every search is asked for before it is made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from eclosion.monitor.detectors.ciphers import beam, orders
from eclosion.monitor.detectors.ciphers.reading import best_run, place_bits, widened
from eclosion.monitor.detectors.ciphers.stretches import REACH, Stretch
from eclosion.monitor.detectors.ciphers.weights import LETTER_BITS, Weights
from eclosion.monitor.detectors.ciphers.words import Word

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SAMPLE_MAX = 180
"""A key is looked for in so many letters of a stretch."""
WIDTHS = ((50, 4_000, 60), (130, 1_000, 12), (10_000, 300, 3))
"""For a substitution of up to so many symbols: how wide a beam, and how many readings are weighed word by word."""
PERIODS = 9
PERIOD_MAX = 14
PERIOD_WIDTH = 150
MASH_BITS = 14.0
"""Letters without breaks may be somebody's hands on a keyboard, which are less random than letters drawn by lot."""
REPEATS_LEAST = 0.047
REPEATS_MOST = 0.060
"""How often two letters of a longer substitution are the same: of English 0.066, of random letters 0.038."""

Afford = Callable[[float], bool]


class Solved(NamedTuple):
    """A stretch that was read.

    Attributes:
        kind: ``substitution``, ``vigenere``, ``beaufort`` or ``transposition``.
        key: the key as people write it.
        start, end: which characters of the text.
        decoded: what they say.
        bits: by how much that explains them better than random letters or anything ordinary, less what the key cost.
        letters: how many letters there are.
    """

    kind: str
    key: str
    start: int
    end: int
    decoded: str
    bits: float
    letters: int


def solve(
    text: str,
    words: Sequence[Word],
    stretch: Stretch,
    weights: Weights,
    afford: Afford,
    enough_bits: float,
) -> Solved | None:
    """The best reading of a stretch; the searches end with the first that gains ``enough_bits``."""
    begin = max(0, stretch.first - REACH)
    words = words[begin : stretch.last + REACH]
    stretch = stretch._replace(first=stretch.first - begin, last=stretch.last - begin)
    best: Solved | None = None
    for found in _readings(text, words, stretch, weights, afford):
        if best is None or found.bits > best.bits:
            best = found
        if best.bits >= enough_bits:
            break
    return best


def _readings(
    text: str, words: Sequence[Word], stretch: Stretch, weights: Weights, afford: Afford
) -> Iterator[Solved]:
    run = words[stretch.first : stretch.last]
    letters = "".join(word.word for word in run)
    repeats = _repeats(letters)
    if len(letters) < 60 or repeats >= REPEATS_LEAST:
        found = _substitution(text, words, stretch, weights, afford)
        if found:
            yield found
    if len(letters) < 60 or repeats <= REPEATS_MOST:
        for beaufort in (False, True):
            found = _periodic(text, words, stretch, weights, afford, beaufort=beaufort)
            if found:
                yield found
    if repeats >= REPEATS_LEAST and len(letters) >= orders.LETTERS_MIN and afford(orders.COST_MS):
        order = orders.find(text[run[0].start : run[-1].end], beam.shipped)
        if order:
            yield Solved(
                "transposition",
                order.name,
                run[0].start,
                run[-1].end,
                order.decoded,
                order.bits,
                len(letters),
            )


def _repeats(letters: str) -> float:
    """How often two letters taken by chance are the same (Friedman's index of coincidence)."""
    count = len(letters)
    same = sum(times * (times - 1) for times in Counter(letters).values())
    return same / max(1, count * (count - 1))


def _sample(run: Sequence[Word], *, is_broken: bool) -> str:
    """The letters that a key is looked for in: with blanks between words and around them if breaks are kept."""
    if not is_broken:
        return "".join(word.word for word in run)[:SAMPLE_MAX]
    taken: list[str] = []
    letters = 0
    for word in run:
        taken.append(word.word)
        letters += len(word.word)
        if letters >= SAMPLE_MAX:
            break
    return f" {' '.join(taken)} "


def _substitution(
    text: str, words: Sequence[Word], stretch: Stretch, weights: Weights, afford: Afford
) -> Solved | None:
    sample = _sample(words[stretch.first : stretch.last], is_broken=stretch.is_broken)
    order = _by_context(sample)
    step_of = {letter: step for step, letter in enumerate(order)}
    steps = np.array([step_of.get(letter, -1) for letter in sample], np.int64)
    readings = np.where(steps[:, None] < 0, 26, np.arange(26, dtype=np.int64)[None, :])
    problem = beam.Problem(readings, steps, len(order), distinct=True)
    width, many = next((width, many) for most, width, many in WIDTHS if len(sample) <= most)
    if not afford(beam.cost_ms(problem, width)):
        return None
    grams = beam.shipped(spaced=stretch.is_broken)
    key_bits = sum(math.log2(26 - taken) for taken in range(len(order)))
    best: Solved | None = None
    for reading in beam.search(problem, grams, width, many if stretch.is_broken else 1):
        plain_of = {
            letter: LETTERS[plain] for letter, plain in zip(order, reading.key, strict=True)
        }
        table = str.maketrans({**plain_of, **{c.upper(): p.upper() for c, p in plain_of.items()}})
        written = {plain: letter for letter, plain in plain_of.items()}
        key = "".join(written.get(letter, "?") for letter in LETTERS)
        found = _weighed(
            "substitution",
            key,
            words,
            stretch,
            [word.word.translate(table) for word in words],
            lambda start, end, table=table: text[start:end].translate(table),  # type: ignore[misc]
            weights,
            key_bits,
            reading.bits,
        )
        if found and (best is None or found.bits > best.bits):
            best = found
    return best


def _by_context(sample: str) -> list[str]:
    """The letters of a text in an order in which each next one gives the most places the longest known context."""
    counts = Counter(sample.replace(" ", ""))
    known = {" "}
    order: list[str] = []
    left = set(counts)

    def worth(letter: str) -> tuple[int, int, str]:
        run = total = 0
        for one in sample:
            run = run + 1 if one in known or one == letter else 0
            total += min(run, beam.ORDERS)
        return total, counts[letter], letter

    while left:
        best = max(left, key=worth)
        order.append(best)
        known.add(best)
        left.discard(best)
    return order


def _periodic(
    text: str,
    words: Sequence[Word],
    stretch: Stretch,
    weights: Weights,
    afford: Afford,
    *,
    beaufort: bool,
) -> Solved | None:
    """A key word that moves the alphabet letter by letter; the letters alone count, as is usual."""
    run = words[stretch.first : stretch.last]
    sample = _sample(run, is_broken=stretch.is_broken)
    grams = beam.shipped(spaced=stretch.is_broken)
    best: tuple[float, tuple[int, ...]] | None = None
    for period in _periods(sample.replace(" ", "")):
        problem = _periodic_problem(sample, period, beaufort=beaufort)
        if not afford(beam.cost_ms(problem, PERIOD_WIDTH)):
            break
        (reading,) = beam.search(problem, grams, PERIOD_WIDTH)
        bits = reading.bits + LETTER_BITS * period
        if best is None or bits < best[0]:
            best = bits, reading.key
    if best is None:
        return None
    key = _shortest(best[1])
    if len(key) == 1:
        return None  # the alphabet as a whole: that was looked for before
    place = -sum(len(word.word) for word in words[: stretch.first])
    plains = []
    for word in words:
        plains.append(_unmoved(word.word, key, place, beaufort=beaufort))
        place += len(word.word)
    return _weighed(
        "beaufort" if beaufort else "vigenere",
        "".join(LETTERS[one] for one in key),
        words,
        stretch,
        plains,
        lambda start, end: _put_back(text, start, end, words, plains),
        weights,
        LETTER_BITS * len(key) + math.log2(2 * PERIODS),
        best[0] - LETTER_BITS * len(best[1]),
    )


def _periods(letters: str) -> list[int]:
    """The likeliest lengths of a key: those whose columns repeat letters most, by standard deviations from chance."""
    codes = np.frombuffer(letters.encode("ascii"), np.uint8).astype(np.int64) - 97
    scores = []
    for period in range(2, min(PERIOD_MAX, len(letters) // 6) + 1):
        same = pairs = 0
        for column in range(period):
            counts = np.bincount(codes[column::period], minlength=26)
            same += int((counts * (counts - 1)).sum())
            pairs += int(counts.sum() * (counts.sum() - 1))
        spread = math.sqrt(2 * pairs * 0.0385 * 0.9615) or 1.0
        scores.append(((same - 0.0385 * pairs) / spread, period))
    return [period for _, period in sorted(scores, reverse=True)[:PERIODS]]


def _periodic_problem(sample: str, period: int, *, beaufort: bool) -> beam.Problem:
    moved = np.arange(26, dtype=np.int64)
    steps, readings, count = [], [], 0
    for letter in sample:
        if letter == " ":
            steps.append(-1)
            readings.append(np.full(26, 26, np.int64))
            continue
        code = ord(letter) - 97
        steps.append(count % period)
        readings.append((moved - code) % 26 if beaufort else (code - moved) % 26)
        count += 1
    return beam.Problem(np.array(readings), np.array(steps, np.int64), period, distinct=False)


def _shortest(key: tuple[int, ...]) -> tuple[int, ...]:
    """A key without its own repetition."""
    for size in range(1, len(key)):
        if len(key) % size == 0 and key == key[:size] * (len(key) // size):
            return key[:size]
    return key


def _unmoved(word: str, key: tuple[int, ...], place: int, *, beaufort: bool) -> str:
    plain = []
    for offset, letter in enumerate(word):
        moved, code = key[(place + offset) % len(key)], ord(letter) - 97
        plain.append(LETTERS[(moved - code if beaufort else code - moved) % 26])
    return "".join(plain)


def _put_back(text: str, start: int, end: int, words: Sequence[Word], plains: Sequence[str]) -> str:
    """A stretch of the text with its words replaced, capitals kept."""
    parts, at = [], start
    for word, plain in zip(words, plains, strict=True):
        if start <= word.start and word.end <= end:
            parts.append(text[at : word.start])
            parts += [
                new.upper() if old.isupper() else new
                for old, new in zip(text[word.start : word.end], plain, strict=True)
            ]
            at = word.end
    return "".join(parts) + text[at:end]


def _weighed(
    kind: str,
    key: str,
    words: Sequence[Word],
    stretch: Stretch,
    plains: Sequence[str],
    decode: Callable[[int, int], str],
    weights: Weights,
    key_bits: float,
    reading_bits: float,
) -> Solved | None:
    """What a reading of the words is worth: word by word where breaks are kept, letter by letter where not."""
    if stretch.is_broken:
        best = best_run(words, plains, weights, tight=True)
        if best is None:
            return None
        gain = best[0]
        first, last = widened(words, plains, best[1], best[2], weights)
    else:
        first, last = stretch.first, stretch.last
        gain = LETTER_BITS * min(stretch.letters, SAMPLE_MAX) - reading_bits - MASH_BITS
    run = words[first:last]
    bits = gain - key_bits - place_bits(last - first)
    letters = sum(len(word.word) for word in run)
    start, stop = run[0].start, run[-1].end
    return Solved(kind, key, start, stop, decode(start, stop), bits, letters)
