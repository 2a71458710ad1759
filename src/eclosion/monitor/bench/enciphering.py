"""Hides stretches of real posts in other real posts, in every cipher that is measured; what is hidden is known exactly.

Seeded, so that the same corpora give the same cases. It knows no detector.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

Dice = random.Random
Encipher = Callable[[str, Dice], str]
_WORD = re.compile(r"[A-Za-z]+")
TRIES_MAX = 10_000


class Case(NamedTuple):
    """A text with something hidden in it: where, and what it says."""

    text: str
    start: int
    end: int
    plain: str


Place = Callable[[Dice, Sequence[str], str, str], Case]


def stretch(dice: Dice, posts: Sequence[str], least: int, most: int) -> str:
    """Whole words of a post, as they stand, with so many letters in all.

    Raises:
        ValueError: the posts have none.
    """
    for _ in range(TRIES_MAX):
        text = dice.choice(posts)
        words = list(_WORD.finditer(text))
        if len(words) < 3:
            continue
        first = dice.randrange(len(words))
        target, letters, last = dice.randint(least, most), 0, first
        for last in range(first, len(words)):
            letters += len(words[last][0])
            if letters >= target:
                break
        start, end = words[first].start(), words[last].end()
        whole = (start == 0 or text[start - 1].isspace()) and text[end : end + 1] not in {
            "'",
            "\u2019",
            "_",
        }
        plain = text[start:end]
        if (
            least <= letters <= most
            and whole
            and plain.isascii()
            and "/" not in plain
            and "@" not in plain
        ):
            return plain
    raise ValueError(f"no stretch of {least} to {most} letters in the posts")


def in_post(dice: Dice, posts: Sequence[str], hidden: str, plain: str) -> Case:
    """Between two words of another post."""
    while True:
        host = dice.choice(posts)
        blanks = [match.start() for match in re.finditer(r"\s", host)]
        if len(blanks) > 4:
            place = dice.choice(blanks)
            text = f"{host[:place]} {hidden}{host[place:]}"
            return Case(text, place + 1, place + 1 + len(hidden), plain)


def in_title(_: Dice, __: Sequence[str], hidden: str, plain: str) -> Case:
    """As a title of its own."""
    return Case(hidden, 0, len(hidden), plain)


def in_fence(dice: Dice, posts: Sequence[str], hidden: str, plain: str) -> Case:
    """In a fenced block of a post."""
    before = f"{dice.choice(posts)[:300]}\n\n```\n"
    return Case(f"{before}{hidden}\n```\n", len(before), len(before) + len(hidden), plain)


def in_argument(_: Dice, __: Sequence[str], hidden: str, plain: str) -> Case:
    """In the arguments of a tool call."""
    written = json.dumps(hidden)[1:-1]
    before = '{"channel": "general", "text": "'
    text = f'{before}{written}", "limit": 20}}'
    return Case(text, len(before), len(before) + len(written), plain)


def moved(multiplier: int, shift: int) -> Encipher:
    """ROT-n, Atbash, affine."""
    order = "".join(ascii_lowercase[(multiplier * place + shift) % 26] for place in range(26))
    table = str.maketrans(ascii_lowercase + ascii_uppercase, order + order.upper())
    return lambda text, _: text.translate(table)


def rot_any(text: str, dice: Dice) -> str:
    """Any ROT-n."""
    return moved(1, dice.randint(1, 25))(text, dice)


def affine_any(text: str, dice: Dice) -> str:
    """Any affine cipher that is neither ROT-n nor Atbash."""
    multiplier = dice.choice((3, 5, 7, 9, 11, 15, 17, 19, 21, 23))
    return moved(multiplier, dice.randrange(26))(text, dice)


def substituted(text: str, dice: Dice) -> str:
    """An alphabet in any order."""
    letters = list(ascii_lowercase)
    dice.shuffle(letters)
    order = "".join(letters)
    return text.translate(str.maketrans(ascii_lowercase + ascii_uppercase, order + order.upper()))


def unbroken(text: str, dice: Dice) -> str:
    """An alphabet in any order, letters alone."""
    return letters_of(substituted(text, dice))


def vigenere(text: str, dice: Dice) -> str:
    """A key word of 3 to 6 letters; other characters stay and do not move it on."""
    key = [dice.randrange(26) for _ in range(dice.randint(3, 6))]
    written, count = [], 0
    for letter in text:
        if letter.isascii() and letter.isalpha():
            first = ord("A") if letter.isupper() else ord("a")
            written.append(chr((ord(letter) - first + key[count % len(key)]) % 26 + first))
            count += 1
        else:
            written.append(letter)
    return "".join(written)


def railed(text: str, dice: Dice) -> str:
    """A rail fence of 2 to 5 rails, letters alone."""
    letters, rails = letters_of(text), dice.randint(2, 5)
    swing = 2 * rails - 2
    rows = [min(place % swing, swing - place % swing) for place in range(len(letters))]
    return "".join(letters[place] for place in sorted(range(len(letters)), key=rows.__getitem__))


def columned(text: str, dice: Dice) -> str:
    """Columns read in an order, 3 to 6 of them, letters alone."""
    letters = letters_of(text)
    order = list(range(dice.randint(3, 6)))
    dice.shuffle(order)
    return "".join(letters[column :: len(order)] for column in order)


def letters_of(text: str) -> str:
    """Its letters in lower case, nothing else."""
    return "".join(one for one in text.lower() if "a" <= one <= "z")


def likeness(decoded: str, plain: str) -> float:
    """The share of a plain text's letters that a decoded one has at their place."""
    ours, theirs = letters_of(decoded), letters_of(plain)
    return sum(a == b for a, b in zip(ours, theirs, strict=False)) / max(1, len(theirs))
