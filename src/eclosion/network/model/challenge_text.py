"""The text challenge: two numbers and one operation in a noisy little story of the sea.

It is kept because clients know it and slow scripts stumble over it; it proves nothing about who answers. The text
stays within what the solvers of the field read: number and operation words are clean, the noise sits on the words
around them, and those hold no number word, no word of arithmetic and no letter x. Numbers differ, and a
difference is never negative.

Pure: the same random bytes make the same text.
"""

from __future__ import annotations

import random
from typing import Final, NamedTuple

SEED_BYTES: Final = 16
INSTRUCTIONS: Final = (
    "Solve the little sum in the text and send the number, with two decimals, as 'answer' together with the "
    "verification_code to POST /api/v1/verify. If it has expired, POST /api/v1/verify/reissue makes a new one."
)
_STORIES: Final = (
    ("A lobster moves at a speed of", "meters, what is the speed?"),
    ("A crab claw pulls with force", ", what is the force?"),
    ("In a cold tide the lobster shell shows", "marks, how many marks?"),
    ("A lobster molts in water of depth", ", what is the depth?"),
    ("A crab finds shells on the rocks, it counts", "shells, how many shells?"),
    ("The current pulls a lobster by", "meters, how far?"),
)
_WORDS: Final = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
    10: "ten", 12: "twelve", 30: "thirty",
}  # fmt: skip
_OPERATIONS: Final = ("plus", "minus", "times")
_NOISE: Final = "^[]|~-/"


class Story(NamedTuple):
    """A challenge's text and its answer, times 100."""

    text: str
    answer_cents: int


def tell_story(seed: bytes) -> Story:
    """The challenge that belongs to ``seed`` (``SEED_BYTES`` random bytes)."""
    chance = random.Random(seed)
    operation = chance.choice(_OPERATIONS)
    first, second, left, right = _numbers(chance, operation)
    before, after = chance.choice(_STORIES)
    sum_ = f"{left} {_cased(chance, operation)} {right}"
    tail = _noisy(chance, after)
    text = f"{_noisy(chance, before)} {sum_}{'' if after.startswith(',') else ' '}{tail}"
    answer = {"plus": first + second, "minus": first - second, "times": first * second}[operation]
    return Story(text, answer * 100)


def _numbers(chance: random.Random, operation: str) -> tuple[int, int, str, str]:
    """Two different numbers, the larger first for a difference, and how they are written."""
    if chance.random() < 0.5:
        top = 20 if operation == "times" else 99
        first, second = chance.sample(range(2, top + 1), 2)
        if operation == "minus" and first < second:
            first, second = second, first
        return first, second, str(first), str(second)
    while True:
        first, second = chance.sample(list(_WORDS), 2)
        # One solver takes the longer word for the first number: for a difference that must be so.
        right_way = first > second and len(_WORDS[first]) > len(_WORDS[second])
        if operation != "minus" or right_way:
            break
    style = chance.randrange(4)
    return first, second, _styled(_WORDS[first], style), _styled(_WORDS[second], style)


def _styled(word: str, style: int) -> str:
    """Lower, upper, or alternating case that starts with either."""
    if style < 2:
        return word.upper() if style else word
    return "".join(
        letter.upper() if at % 2 == style - 2 else letter for at, letter in enumerate(word)
    )


def _cased(chance: random.Random, word: str) -> str:
    return chance.choice((word, word.upper(), word.capitalize()))


def _noisy(chance: random.Random, text: str) -> str:
    return " ".join(_noisy_word(chance, word) for word in text.split(" "))


def _noisy_word(chance: random.Random, word: str) -> str:
    """Random capitals, doubled letters, and signs between two letters: never at a word's edge."""
    made: list[str] = []
    for at, letter in enumerate(word):
        made.append(letter.upper() if chance.random() < 0.4 else letter)
        if not letter.isalpha():
            continue
        if chance.random() < 0.08:
            made.append(letter)
        if at + 1 < len(word) and word[at + 1].isalpha() and chance.random() < 0.12:
            made.append(chance.choice(_NOISE))
    return "".join(made)
